import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type {
  ContactAction,
  HistoryOptions,
  SearchOptions,
  SendRequest,
  SmchatClient,
  SubscribeOptions,
} from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';
import type { Password } from '../session/password.ts';
import { isFailureCode, SmchatError } from '../smchat-error.ts';
import { accountDeleted } from './account-choice.ts';
import { EventListeners, type Wanted } from './event-listeners.ts';
import { jsonLine } from './json-line.ts';
import { LineSplitter } from './line-splitter.ts';
import { isRecord, parseJson } from './rpc-protocol.ts';
import {
  decodeBackup,
  decodeChange,
  decodeConnection,
  decodeContactState,
  decodeContacts,
  decodeDeleted,
  decodeEvent,
  decodeHealth,
  decodeMessages,
  decodeOwnLink,
  decodePicture,
  decodeSaved,
  decodeSavedFiles,
  decodeSendResult,
  decodeThumbnail,
  decodeTrust,
  decodeVerification,
  decodeWhoAmI,
} from './rpc-results.ts';

/** An answer may be a whole chat's history; this much is a broken peer. */
const ANSWER_MAX_BYTES = 256 * 1024 * 1024;
const LOST = 'the process that had this account open has ended';

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: SmchatError) => void;
}

/** An account that another process has open, spoken to through its socket. */
export class RpcClient implements SmchatClient {
  readonly #socket: Duplex;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new EventListeners((wanted, options) => this.#listen(wanted, options));
  readonly #splitter = new LineSplitter(ANSWER_MAX_BYTES);
  readonly #gone: Promise<void>;
  #nextId = 1;
  #closing = false;
  #lost = false;
  #deleted = false;
  /** One picture at a time, so that the other process keeps the one being read until it is read. */
  #pictures: Promise<unknown> = Promise.resolve();

  /** Takes a connected socket over. */
  constructor(socket: Duplex) {
    this.#socket = socket;
    this.#gone = new Promise((resolve) => {
      socket.once('close', () => {
        this.#fail();
        resolve();
      });
    });
    socket.on('error', () => {});
    socket.on('end', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      for (const line of this.#splitter.push(bytes)) {
        if (line.kind === 'line') this.#receive(parseJson(line.bytes));
        else socket.destroy();
      }
    });
  }

  /** Resolves when the other process, or `close`, has ended the connection. */
  get gone(): Promise<void> {
    return this.#gone;
  }

  /** True once the other process ended the connection. */
  get lost(): boolean {
    return this.#lost && !this.#closing;
  }

  /** True once this client is of no further use. */
  get ended(): boolean {
    return this.#lost || this.#deleted;
  }

  async whoami() {
    return decodeWhoAmI(await this.#call('whoami', {}));
  }

  async contacts() {
    return decodeContacts(await this.#call('contacts', {}));
  }

  async contact(action: ContactAction, name: string) {
    return decodeContactState(await this.#call('contact', { action, name }));
  }

  async addAddress(address: string) {
    return decodeContactState(await this.#call('addAddress', { address }));
  }

  async ownLink() {
    return decodeOwnLink(await this.#call('ownLink', {}));
  }

  async send({ timeoutMs, attachment, text, ...request }: SendRequest) {
    // With a client id of its own a send whose answer was lost can be repeated without doubling the message.
    const params = {
      clientId: randomUUID(),
      ...request,
      ...(attachment === undefined ? { text } : { [attachment.kind]: attachment.path, caption: text }),
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs / 1000 }),
    };
    return decodeSendResult(await this.#call('send', params));
  }

  async history(name: string, options: HistoryOptions = {}) {
    return decodeMessages(await this.#call('history', { name, ...options }));
  }

  async search(words: string, options: SearchOptions = {}) {
    return decodeMessages(await this.#call('search', { words, ...options }));
  }

  async verify(name: string, confirm?: string) {
    return decodeVerification(await this.#call('verify', { name, ...(confirm === undefined ? {} : { confirm }) }));
  }

  async trust(name: string, safetyNumber: string) {
    return decodeTrust(await this.#call('trust', { name, safetyNumber }));
  }

  async markRead(name: string): Promise<void> {
    await this.#call('markRead', { name });
  }

  async keepDraft(name: string, text: string): Promise<void> {
    await this.#call('keepDraft', { name, text });
  }

  async edit(id: string, text: string) {
    return decodeChange(await this.#call('edit', { id, text }));
  }

  async react(id: string, emoji: string) {
    return decodeChange(await this.#call('react', { id, emoji }));
  }

  async delete(id: string, options: { readonly forAll?: boolean } = {}) {
    return decodeChange(await this.#call('delete', { id, forAll: options.forAll === true }));
  }

  async disappear(name: string, seconds: number) {
    return decodeChange(await this.#call('disappear', { name, seconds }));
  }

  async deleteHistory(name: string | null) {
    return decodeDeleted(await this.#call('deleteHistory', name === null ? { all: true } : { name }));
  }

  async thumbnail(id: string) {
    return decodeThumbnail(await this.#call('thumbnail', { id }));
  }

  picture(id: string): Promise<Uint8Array> {
    const picture = this.#pictures.then(() => decodePicture((offset) => this.#call('picture', { id, offset })));
    this.#pictures = picture.catch(() => {});
    return picture;
  }

  async cancelTransfer(id: string): Promise<void> {
    await this.#call('cancelTransfer', { id });
  }

  async save(id: string, out?: string) {
    return decodeSaved(await this.#call('save', { id, ...(out === undefined ? {} : { out }) }));
  }

  async saveAll(name: string, out?: string) {
    return decodeSavedFiles(await this.#call('saveAll', { name, ...(out === undefined ? {} : { out }) }));
  }

  async changePassword(current: Password, next: Password): Promise<void> {
    await this.#call('changePassword', { password: textOf(current), newPassword: textOf(next) });
  }

  async exportBackup(password: Password, passphrase: Password, path: string) {
    const secrets = { password: textOf(password), passphrase: textOf(passphrase) };
    return decodeBackup(await this.#call('export', { ...secrets, out: path }));
  }

  async deleteAccount(password: Password): Promise<void> {
    await this.#call('deleteAccount', { password: textOf(password) });
    this.#deleted = true;
  }

  async health() {
    return decodeHealth(await this.#call('health', {}));
  }

  async connection() {
    return decodeConnection(await this.#call('connection', {}));
  }

  subscribe(listener: (event: SmchatEvent) => void, options: SubscribeOptions = {}): () => void {
    return this.#listeners.add(listener, options);
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#listeners.clear();
    this.#socket.end();
    this.#socket.destroy();
    await this.#gone;
  }

  #listen(wanted: Wanted, { maxMessages }: SubscribeOptions): void {
    if (this.ended) return;
    const method = wanted === 'nothing' ? 'unsubscribe' : 'subscribe';
    const only = wanted === 'transfers' ? { only: wanted } : {};
    this.#call(method, { ...only, ...(maxMessages === undefined ? {} : { max: maxMessages }) }).catch(() => {});
  }

  #call(method: string, params: object): Promise<unknown> {
    if (this.ended || this.#closing) return Promise.reject(this.#lostError());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#socket.write(jsonLine({ jsonrpc: '2.0', id, method, params }));
    });
  }

  #receive(message: unknown): void {
    if (!isRecord(message)) return;
    if (message.method === 'event') this.#hear(message.params);
    if (typeof message.id !== 'number') return;
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (Object.hasOwn(message, 'error')) pending?.reject(decodeError(message.error));
    else pending?.resolve(message.result);
  }

  #hear(params: unknown): void {
    // This process was too slow for its events: what it shows is no longer what is. Whoever holds it starts over.
    if (isRecord(params) && params.event === 'overflow') {
      this.#socket.destroy();
      return;
    }
    const event = decodeEvent(params);
    if (event === null) return;
    if (event.event === 'account_deleted') this.#deleted = true;
    this.#listeners.emit(event);
  }

  #fail(): void {
    this.#lost = true;
    for (const { reject } of this.#pending.values()) reject(this.#lostError());
    this.#pending.clear();
    if (!this.#closing && !this.#deleted) {
      this.#listeners.emit({ event: 'connection', state: 'offline', reason: LOST });
    }
  }

  #lostError(): SmchatError {
    if (this.#deleted) return accountDeleted();
    return this.#closing ? new SmchatError('locked') : new SmchatError('locked', LOST, { hint: 'unlock it again' });
  }
}

/** Over this user's own private socket alone. */
const textOf = (password: Password): string => new TextDecoder().decode(password.bytes);

function decodeError(error: unknown): SmchatError {
  const { message, data } = isRecord(error) ? error : {};
  const { failure, hint } = isRecord(data) ? data : {};
  const code = typeof failure === 'string' && isFailureCode(failure) ? failure : 'internal';
  return new SmchatError(
    code,
    typeof message === 'string' ? message : undefined,
    typeof hint === 'string' ? { hint } : {},
  );
}
