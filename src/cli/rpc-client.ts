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
import { isFailureCode, SmchatError } from '../smchat-error.ts';
import { jsonLine } from './json-line.ts';
import { LineSplitter } from './line-splitter.ts';
import { isRecord, parseJson } from './rpc-protocol.ts';
import {
  decodeConnection,
  decodeContactState,
  decodeContacts,
  decodeEvent,
  decodeMessages,
  decodeSendResult,
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
  readonly #listeners = new Set<(event: SmchatEvent) => void>();
  readonly #splitter = new LineSplitter(ANSWER_MAX_BYTES);
  readonly #gone: Promise<void>;
  #nextId = 1;
  #closing = false;
  #lost = false;

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

  async whoami() {
    return decodeWhoAmI(await this.#call('whoami', {}));
  }

  async contacts() {
    return decodeContacts(await this.#call('contacts', {}));
  }

  async contact(action: ContactAction, name: string) {
    return decodeContactState(await this.#call('contact', { action, name }));
  }

  async send({ timeoutMs, ...request }: SendRequest) {
    // With a client id of its own a send whose answer was lost can be repeated without doubling the message.
    const params = {
      clientId: randomUUID(),
      ...request,
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

  async connection() {
    return decodeConnection(await this.#call('connection', {}));
  }

  subscribe(listener: (event: SmchatEvent) => void, options: SubscribeOptions = {}): () => void {
    const { maxMessages } = options;
    let left = maxMessages ?? Number.POSITIVE_INFINITY;
    const remove = (): void => {
      const was = this.#listeners.delete(each);
      if (was && this.#listeners.size === 0 && !this.#lost) this.#call('unsubscribe', {}).catch(() => {});
    };
    const each = (event: SmchatEvent): void => {
      if (event.event === 'message' && --left <= 0) remove();
      listener(event);
    };
    this.#listeners.add(each);
    if (this.#listeners.size === 1) {
      this.#call('subscribe', maxMessages === undefined ? {} : { max: maxMessages }).catch(() => {});
    }
    return remove;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#listeners.clear();
    this.#socket.end();
    this.#socket.destroy();
    await this.#gone;
  }

  #call(method: string, params: object): Promise<unknown> {
    if (this.#lost || this.#closing) return Promise.reject(this.#lostError());
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
    if (event !== null) this.#emit(event);
  }

  #emit(event: SmchatEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  #fail(): void {
    this.#lost = true;
    for (const { reject } of this.#pending.values()) reject(this.#lostError());
    this.#pending.clear();
    if (!this.#closing) this.#emit({ event: 'connection', state: 'offline', reason: LOST });
  }

  #lostError(): SmchatError {
    return this.#closing ? new SmchatError('locked') : new SmchatError('locked', LOST, { hint: 'unlock it again' });
  }
}

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
