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
import { asSmchatError } from '../smchat-error.ts';

/** The socket behind which an account is served. */
export interface AccountServer {
  /** At once: whoever is attached is cut off. */
  stop(): void;
  /** Takes nobody on any more and nothing new; resolves when whoever is attached has its last answers. */
  retire(): Promise<void>;
}

/**
 * An account whose vault this process has open, for this process and for those behind its socket. Before the vault
 * closes it stops being served; when the account is deleted, everyone who listens is told so.
 */
export class ServedClient implements SmchatClient {
  readonly #client: SmchatClient;
  readonly #listeners = new Map<(event: SmchatEvent) => void, (event: SmchatEvent) => void>();
  #server: AccountServer | null = null;
  #deletion: Promise<void> = Promise.resolve();
  #retired: Promise<void> | null = null;
  #closed = false;

  constructor(client: SmchatClient) {
    this.#client = client;
  }

  /** Called once, in the same turn: events between unlocking and serving would have no listener. */
  serveBy(server: AccountServer): void {
    this.#server = server;
  }

  /** True once the account is deleted or closed. */
  get ended(): boolean {
    return this.#closed || this.#retired !== null;
  }

  whoami() {
    return this.#client.whoami();
  }

  contacts() {
    return this.#client.contacts();
  }

  contact(action: ContactAction, name: string) {
    return this.#client.contact(action, name);
  }

  addAddress(address: string) {
    return this.#client.addAddress(address);
  }

  ownLink() {
    return this.#client.ownLink();
  }

  send(request: SendRequest) {
    return this.#client.send(request);
  }

  history(name: string, options?: HistoryOptions) {
    return this.#client.history(name, options);
  }

  search(words: string, options?: SearchOptions) {
    return this.#client.search(words, options);
  }

  verify(name: string, confirm?: string) {
    return this.#client.verify(name, confirm);
  }

  trust(name: string, safetyNumber: string) {
    return this.#client.trust(name, safetyNumber);
  }

  markRead(name: string) {
    return this.#client.markRead(name);
  }

  keepDraft(name: string, text: string) {
    return this.#client.keepDraft(name, text);
  }

  edit(id: string, text: string) {
    return this.#client.edit(id, text);
  }

  react(id: string, emoji: string) {
    return this.#client.react(id, emoji);
  }

  delete(id: string, options?: { readonly forAll?: boolean }) {
    return this.#client.delete(id, options);
  }

  disappear(name: string, seconds: number) {
    return this.#client.disappear(name, seconds);
  }

  deleteHistory(name: string | null) {
    return this.#client.deleteHistory(name);
  }

  thumbnail(id: string) {
    return this.#client.thumbnail(id);
  }

  picture(id: string) {
    return this.#client.picture(id);
  }

  cancelTransfer(id: string) {
    return this.#client.cancelTransfer(id);
  }

  save(id: string, out?: string) {
    return this.#client.save(id, out);
  }

  saveAll(name: string, out?: string) {
    return this.#client.saveAll(name, out);
  }

  changePassword(current: Password, next: Password) {
    return this.#client.changePassword(current, next);
  }

  exportBackup(password: Password, passphrase: Password, path: string) {
    return this.#client.exportBackup(password, passphrase, path);
  }

  async deleteAccount(password: Password): Promise<void> {
    const deletion = this.#delete(password);
    this.#deletion = deletion.catch(() => {});
    await deletion;
  }

  health() {
    return this.#client.health();
  }

  connection() {
    return this.#client.connection();
  }

  subscribe(listener: (event: SmchatEvent) => void, options?: SubscribeOptions): () => void {
    const each = (event: SmchatEvent): void => {
      // Told from here, once nothing of the account is left: whoever hears it may end the process.
      if (event.event !== 'account_deleted') listener(event);
    };
    if (options?.only === undefined) this.#listeners.set(each, listener);
    const unsubscribe = this.#client.subscribe(each, options);
    return () => {
      this.#listeners.delete(each);
      unsubscribe();
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    await this.#deletion;
    // Whoever asked for the deletion is to hear of it, also where this process ends with the account.
    if (this.#retired === null) this.#server?.stop();
    else await this.#retired;
    await this.#client.close();
  }

  async #delete(password: Password): Promise<void> {
    try {
      await this.#client.deleteAccount(password);
    } catch (thrown) {
      // It may have failed after the vault was closed: then there is nothing to serve any more.
      if (await this.#isClosed()) this.#retire({ event: 'connection', state: 'offline', reason: errorText(thrown) });
      throw thrown;
    }
    this.#retire({ event: 'account_deleted' });
  }

  /** Not awaited by whoever asked for the deletion: the answer to that is one of the last. */
  #retire(lastEvent: SmchatEvent): void {
    for (const listener of [...this.#listeners.values()]) listener(lastEvent);
    this.#listeners.clear();
    this.#retired = this.#server?.retire() ?? Promise.resolve();
  }

  async #isClosed(): Promise<boolean> {
    try {
      await this.#client.connection();
      return false;
    } catch (thrown) {
      return asSmchatError(thrown).code === 'locked';
    }
  }
}

const errorText = (thrown: unknown): string => asSmchatError(thrown).message;
