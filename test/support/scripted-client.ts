import { requireSearch } from '../../src/search-words.ts';
import type {
  AccountListing,
  Accounts,
  Attachment,
  ConnectionState,
  Contact,
  ContactAction,
  HistoryOptions,
  Message,
  SendRequest,
  SmchatClient,
  Verification,
} from '../../src/session/client.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import type { Password } from '../../src/session/password.ts';
import { type FailureCode, SmchatError } from '../../src/smchat-error.ts';

/** An account for tests of the interface: plain data to set up, calls to look at, events to tell. */
export interface ScriptedClient extends SmchatClient {
  readonly account: string;
  people: Contact[];
  readonly messages: Message[];
  readonly verifications: Map<string, Verification>;
  connected: { state: ConnectionState; reason?: string };
  /** Pictures and their thumbnails, by message id. */
  readonly pictures: Map<string, Uint8Array>;
  readonly thumbnails: Map<string, Uint8Array>;
  /** Messages whose file is gone: saving a chat's files leaves them out. */
  readonly lost: Set<string>;
  /** Every call with its arguments, in order. */
  readonly calls: readonly (readonly unknown[])[];
  /** The next call of this method fails so. */
  failNext(method: string, code: FailureCode): void;
  tell(event: SmchatEvent): void;
  readonly isClosed: boolean;
}

const SAFETY_NUMBER = '48213 90317 55120 07746 31998 64205 11873 92460 77015 38824 50691 26437';

const EDITED_AT = '2026-11-23T14:45:00.000Z';

const textOf = (password: Password): string => new TextDecoder().decode(password.bytes);

function scriptedAttachment(path: string): Attachment {
  const name = path.split('/').at(-1) ?? path;
  return { name, mime: 'application/octet-stream', bytes: 1_300_000, sha256: 'ab'.repeat(32), state: 'uploading' };
}

export function scriptedClient(account: string, relay = 'ws://127.0.0.1:50007'): ScriptedClient {
  const calls: (readonly unknown[])[] = [];
  const failures = new Map<string, FailureCode>();
  const listeners = new Set<(event: SmchatEvent) => void>();
  let sentCount = 0;

  function called(method: string, ...args: readonly unknown[]): void {
    calls.push([method, ...args]);
    const code = failures.get(method);
    failures.delete(method);
    if (code !== undefined) throw new SmchatError(code);
  }

  function change(name: string, over: Partial<Contact>): void {
    client.people = client.people.map((contact) => (contact.name === name ? { ...contact, ...over } : contact));
  }

  function messageOf(id: string): Message {
    const found = client.messages.find((message) => message.id === id);
    if (found === undefined) throw new SmchatError('no-such-message');
    return found;
  }

  function replaceMessage(id: string, over: Partial<Message>): Message {
    const changed = { ...messageOf(id), ...over };
    client.messages.splice(client.messages.indexOf(messageOf(id)), 1, changed);
    return changed;
  }

  function verificationOf(name: string): Verification {
    return client.verifications.get(name) ?? { name, safety_number: SAFETY_NUMBER, verified: false, changed: false };
  }

  const client: ScriptedClient & { isClosed: boolean } = {
    account,
    people: [],
    messages: [],
    verifications: new Map(),
    connected: { state: 'online' },
    pictures: new Map(),
    thumbnails: new Map(),
    lost: new Set(),
    calls,
    isClosed: false,
    failNext: (method, code) => void failures.set(method, code),
    tell(event) {
      for (const listener of [...listeners]) listener(event);
    },
    async whoami() {
      return { account, relay, identity_key: '05'.repeat(33) };
    },
    async contacts() {
      called('contacts');
      return client.people;
    },
    async contact(action: ContactAction, name: string) {
      called('contact', action, name);
      if (action === 'remove') {
        client.people = client.people.filter((contact) => contact.name !== name);
        return { name, state: 'removed' };
      }
      if (action === 'add')
        client.people = [...client.people, { name, state: 'requested', verified: false, unread: 0 }];
      else change(name, { state: action === 'block' ? 'blocked' : 'accepted' });
      return { name, state: action === 'add' ? 'requested' : action === 'block' ? 'blocked' : 'accepted' };
    },
    async addAddress(address: string) {
      called('addAddress', address);
      const name = /^(?:smchat:)?([a-z0-9_]+)/.exec(address)?.[1] ?? '';
      client.people = [...client.people, { name, state: 'requested', verified: false, unread: 0 }];
      return { name, state: 'requested' };
    },
    async ownLink() {
      called('ownLink');
      const key = 'NVgvTm57eDpBtzF9Y509e9eHynmel0nkhtSHaRYFsl0';
      return { ...(await client.whoami()), link: `smchat:${account}?relay=wss://relay.example.org&key=${key}` };
    },
    async send(request: SendRequest) {
      called('send', request);
      sentCount += 1;
      const id = `sent-${sentCount}`;
      const sent_at = new Date(Date.UTC(2026, 10, 23, 14, 30, sentCount)).toISOString();
      const message: Message = {
        id,
        chat: request.name,
        direction: 'out',
        from: account,
        kind: request.attachment?.kind ?? 'text',
        text: request.text,
        ...(request.attachment === undefined ? {} : { attachment: scriptedAttachment(request.attachment.path) }),
        sent_at,
        status: 'queued',
      };
      client.messages.push(message);
      return { id, client_id: `client-${sentCount}`, to: request.name, status: 'queued', sent_at };
    },
    async history(name: string, options: HistoryOptions = {}) {
      called('history', name, options);
      const all = client.messages.filter((message) => message.chat === name);
      const end = options.before === undefined ? all.length : all.findIndex((message) => message.id === options.before);
      return all.slice(Math.max(0, end - (options.limit ?? all.length)), end);
    },
    async search(words: string) {
      called('search', words);
      const { words: wanted, with: within } = requireSearch(words, Date.now());
      const found = client.messages.filter(
        ({ text = '', chat }) =>
          wanted.every((word) => text.toLowerCase().includes(word.toLowerCase())) && (within ?? chat) === chat,
      );
      return found.reverse();
    },
    async verify(name: string, confirm?: string) {
      called('verify', name, confirm);
      const known = verificationOf(name);
      if (confirm === undefined) return known;
      const verified = { ...known, verified: true };
      client.verifications.set(name, verified);
      change(name, { verified: true });
      return verified;
    },
    async trust(name: string, safetyNumber: string) {
      called('trust', name, safetyNumber);
      client.verifications.set(name, { name, safety_number: safetyNumber, verified: true, changed: false });
      change(name, { verified: true, identity_changed: false });
      return { name, verified: true };
    },
    async markRead(name: string) {
      called('markRead', name);
      change(name, { unread: 0 });
    },
    async keepDraft(name: string, text: string) {
      called('keepDraft', name, text);
      change(name, { draft: text });
    },
    async edit(id: string, text: string) {
      called('edit', id, text);
      const changed = replaceMessage(id, { text, edited_at: EDITED_AT });
      client.tell({ event: 'edit', ...changed });
      return { id, status: 'sent' };
    },
    async cancelTransfer(id: string) {
      called('cancelTransfer', id);
    },
    async react(id: string, emoji: string) {
      called('react', id, emoji);
      const { chat } = messageOf(id);
      client.tell({ event: 'reaction', id, chat, from: account, emoji });
      return { id, status: 'sent' };
    },
    async delete(id: string, options: { readonly forAll?: boolean } = {}) {
      called('delete', id, options);
      const { chat } = messageOf(id);
      client.messages.splice(client.messages.indexOf(messageOf(id)), 1);
      client.tell({ event: 'delete', id, chat });
      return { id, status: 'sent' };
    },
    async disappear(name: string, seconds: number) {
      called('disappear', name, seconds);
      change(name, { disappear_s: seconds });
      return { id: `timer-${name}`, status: 'sent' };
    },
    async deleteHistory(name: string | null) {
      called('deleteHistory', name);
      const gone = client.messages.filter((message) => name === null || message.chat === name);
      for (const message of gone) client.messages.splice(client.messages.indexOf(message), 1);
      for (const chat of new Set(gone.map((message) => message.chat))) client.tell({ event: 'history_deleted', chat });
      return { deleted: gone.length };
    },
    async thumbnail(id: string) {
      called('thumbnail', id);
      return client.thumbnails.get(id) ?? null;
    },
    async picture(id: string) {
      called('picture', id);
      const picture = client.pictures.get(id);
      if (picture === undefined) throw new SmchatError('no-such-message');
      return picture;
    },
    async save(id: string, out = '/pictures/smchat') {
      called('save', id, out);
      return { id, path: `${out}/${account}/${messageOf(id).attachment?.name ?? id}` };
    },
    async saveAll(name: string, out = '/pictures/smchat') {
      called('saveAll', name, out);
      const files = client.messages.filter((message) => message.chat === name && message.attachment !== undefined);
      return {
        saved: files
          .filter(({ id }) => !client.lost.has(id))
          .map(({ id, attachment }) => ({ id, path: `${out}/${account}/${attachment?.name}` })),
        missing: files.filter(({ id }) => client.lost.has(id)).map(({ id }) => id),
      };
    },
    async changePassword(current: Password, next: Password) {
      called('changePassword', textOf(current), textOf(next));
    },
    async exportBackup(password: Password, passphrase: Password, path: string) {
      called('exportBackup', textOf(password), textOf(passphrase), path);
      return { account: client.account, path, messages: client.messages.length };
    },
    async deleteAccount(password: Password) {
      called('deleteAccount', textOf(password));
      client.tell({ event: 'account_deleted' });
      client.isClosed = true;
      listeners.clear();
    },
    async health() {
      return { vault: [], queued: 0 };
    },
    async connection() {
      return client.connected;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      client.isClosed = true;
      listeners.clear();
    },
  };
  return client;
}

export interface ScriptedAccounts extends Accounts {
  listings: AccountListing[];
  /** What unlocking waits for: nothing, or for `release`. */
  hold(): void;
  release(): void;
  failNext(code: FailureCode): void;
  /** Passwords, as they came. */
  readonly passwords: readonly string[];
  readonly relays: readonly (string | undefined)[];
}

/** Accounts whose clients are all this one. */
export function scriptedAccounts(client: ScriptedClient, listings: readonly AccountListing[] = []): ScriptedAccounts {
  const passwords: string[] = [];
  const relays: (string | undefined)[] = [];
  let failure: FailureCode | null = null;
  let gate: Promise<void> = Promise.resolve();
  let open: () => void = () => undefined;

  async function enter(password: Password, relay: string | undefined): Promise<SmchatClient> {
    passwords.push(new TextDecoder().decode(password.bytes));
    relays.push(relay);
    await gate;
    const code = failure;
    failure = null;
    if (code !== null) throw new SmchatError(code);
    return client;
  }

  const accounts: ScriptedAccounts = {
    listings: [...listings],
    passwords,
    relays,
    hold() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    release: () => open(),
    failNext(code) {
      failure = code;
    },
    list: async () => accounts.listings,
    importBackup: async ({ path }) => ({ account: 'alice', path, messages: 0 }),
    verifyBackup: async (path) => ({ account: 'alice', path, messages: 0 }),
    register: (_name, password, relayUrl) => enter(password, relayUrl),
    unlock: (_name, password, relayUrl) => enter(password, relayUrl),
  };
  return accounts;
}
