import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Accounts,
  ConnectionState,
  Contact,
  ContactAction,
  ContactState,
  HistoryOptions,
  Message,
  SearchOptions,
  SendRequest,
  SmchatClient,
  SubscribeOptions,
} from '../../src/session/client.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import type { Password } from '../../src/session/password.ts';
import { SmchatError } from '../../src/smchat-error.ts';

export const SAFETY_NUMBER = Array.from({ length: 12 }, (_, at) => String(at % 10).repeat(5)).join(' ');
const SENT_AT = '2026-11-23T20:34:00.000Z';

/** One account as a test sets it up: plain data, kept in memory, opened by one process at a time. */
export class ScriptedAccount implements SmchatClient {
  readonly name: string;
  readonly password: string;
  relay: string;
  readonly contactList = new Map<string, { state: ContactState; verified: boolean; changed: boolean }>();
  readonly messages: Message[] = [];
  readonly sent: SendRequest[] = [];
  readonly listeners = new Set<(event: SmchatEvent) => void>();
  readonly calls: string[] = [];
  /** What a method throws instead of answering. */
  readonly failures = new Map<string, unknown>();
  /** Methods that never answer. */
  readonly hanging = new Set<string>();
  state: ConnectionState = 'online';
  opened = false;
  /** Resolves at the next call of a method. */
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(name: string, password: string, relay: string) {
    this.name = name;
    this.password = password;
    this.relay = relay;
  }

  /** Resolves once this method is called. */
  called(method: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(method, [...(this.#waiting.get(method) ?? []), resolve]);
    });
  }

  emit(event: SmchatEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }

  /** A message from a peer, as the session layer would store and tell it. */
  arrive(from: string, text: string, fields: Partial<Message> = {}): Message {
    const message: Message = {
      id: randomUUID().replaceAll('-', ''),
      chat: from,
      direction: 'in',
      from,
      kind: 'text',
      text,
      sent_at: SENT_AT,
      received_at: SENT_AT,
      status: 'delivered',
      ...fields,
    };
    this.messages.push(message);
    this.emit({ event: 'message', ...message });
    return message;
  }

  async whoami() {
    await this.#enter('whoami');
    return { account: this.name, relay: this.relay, identity_key: `05${'ab'.repeat(32)}`, registered_at: SENT_AT };
  }

  async contacts(): Promise<readonly Contact[]> {
    await this.#enter('contacts');
    return [...this.contactList].map(([name, { state, verified }]) => ({
      name,
      state,
      verified,
      unread: 0,
      last_at: SENT_AT,
    }));
  }

  async contact(action: ContactAction, name: string): Promise<{ name: string; state: ContactState | 'removed' }> {
    await this.#enter('contact');
    if (action === 'add') return this.#set(name, 'requested');
    this.#require(name);
    if (action === 'remove') {
      this.contactList.delete(name);
      return { name, state: 'removed' };
    }
    return this.#set(name, action === 'block' ? 'blocked' : 'accepted');
  }

  async send(request: SendRequest) {
    await this.#enter('send');
    const client_id = request.clientId ?? randomUUID();
    const before = this.messages.find((message) => message.client_id === client_id);
    const id = before?.id ?? randomUUID().replaceAll('-', '');
    const status = request.wait ?? 'sent';
    if (before === undefined) {
      this.sent.push(request);
      this.messages.push({
        id,
        client_id,
        chat: request.name,
        direction: 'out',
        from: this.name,
        kind: 'text',
        text: request.text,
        sent_at: SENT_AT,
        status,
        ...(request.replyTo === undefined ? {} : { reply_to: request.replyTo }),
      });
    }
    return { id, client_id, to: request.name, status, sent_at: SENT_AT };
  }

  async history(name: string, options: HistoryOptions = {}): Promise<readonly Message[]> {
    await this.#enter('history');
    this.#require(name);
    let messages = this.messages.filter(({ chat }) => chat === name);
    if (options.before !== undefined) {
      const at = messages.findIndex(({ id }) => id === options.before);
      if (at < 0) throw new SmchatError('no-such-message');
      messages = messages.slice(0, at);
    }
    return messages.slice(-(options.limit ?? 100));
  }

  async search(words: string, options: SearchOptions = {}): Promise<readonly Message[]> {
    await this.#enter('search');
    return this.messages
      .filter(({ text, chat }) => text?.includes(words) === true && (options.with ?? chat) === chat)
      .slice(0, options.limit ?? 50);
  }

  async verify(name: string, confirm?: string) {
    await this.#enter('verify');
    const contact = this.#require(name);
    if (confirm !== undefined && confirm !== SAFETY_NUMBER) throw new SmchatError('safety-number-differs');
    if (confirm !== undefined) contact.verified = true;
    return { name, safety_number: SAFETY_NUMBER, verified: contact.verified, changed: contact.changed };
  }

  async trust(name: string, safetyNumber: string) {
    await this.#enter('trust');
    const contact = this.#require(name);
    if (safetyNumber !== SAFETY_NUMBER) throw new SmchatError('safety-number-differs');
    contact.changed = false;
    contact.verified = true;
    return { name, verified: true };
  }

  async markRead(name: string): Promise<void> {
    await this.#enter('markRead');
    this.#require(name);
  }

  async connection() {
    await this.#enter('connection');
    return { state: this.state };
  }

  subscribe(listener: (event: SmchatEvent) => void, options: SubscribeOptions = {}): () => void {
    let left = options.maxMessages ?? Number.POSITIVE_INFINITY;
    const each = (event: SmchatEvent): void => {
      if (event.event === 'message' && --left <= 0) this.listeners.delete(each);
      listener(event);
    };
    this.listeners.add(each);
    this.#wake('subscribe');
    return () => {
      this.listeners.delete(each);
    };
  }

  async close(): Promise<void> {
    this.opened = false;
    this.listeners.clear();
    this.#wake('close');
  }

  async #enter(method: string): Promise<void> {
    this.calls.push(method);
    this.#wake(method);
    if (!this.opened) throw new SmchatError('locked');
    if (this.hanging.has(method)) await new Promise(() => {});
    if (this.failures.has(method)) throw this.failures.get(method);
  }

  #wake(method: string): void {
    for (const resolve of this.#waiting.get(method) ?? []) resolve();
    this.#waiting.delete(method);
  }

  #set(name: string, state: ContactState): { name: string; state: ContactState } {
    this.contactList.set(name, { verified: false, changed: false, ...this.contactList.get(name), state });
    return { name, state };
  }

  #require(name: string) {
    const contact = this.contactList.get(name);
    if (contact === undefined) throw new SmchatError('no-such-contact');
    return contact;
  }
}

/** A home in memory; its folders are real, since that is where sockets go. */
export class ScriptedAccounts implements Accounts {
  readonly home: string;
  readonly all = new Map<string, ScriptedAccount>();
  /** Names that the relay knows already. */
  readonly taken = new Set<string>();
  unlocks = 0;

  constructor(home: string) {
    this.home = home;
  }

  /** An account that is there already. */
  add(name: string, password = 'secret', relay = 'ws://127.0.0.1:50007'): ScriptedAccount {
    mkdirSync(join(this.home, 'accounts', name), { recursive: true, mode: 0o700 });
    const account = new ScriptedAccount(name, password, relay);
    account.contactList.set('bob', { state: 'accepted', verified: false, changed: false });
    this.all.set(name, account);
    return account;
  }

  async list() {
    return [...this.all.values()].map(({ name, relay }) => ({ account: name, relay }));
  }

  async register(name: string, password: Password, relayUrl: string): Promise<SmchatClient> {
    if (this.all.has(name) || this.taken.has(name)) throw new SmchatError('account-exists');
    const account = this.add(name, new TextDecoder().decode(password.bytes), relayUrl);
    account.opened = true;
    return account;
  }

  async unlock(name: string, password: Password, relayUrl?: string): Promise<SmchatClient> {
    this.unlocks++;
    const account = this.all.get(name);
    if (account === undefined) throw new SmchatError('no-such-account');
    if (new TextDecoder().decode(password.bytes) !== account.password) throw new SmchatError('wrong-password');
    if (account.opened) throw new SmchatError('in-use');
    if (relayUrl !== undefined) account.relay = relayUrl;
    account.opened = true;
    return account;
  }
}
