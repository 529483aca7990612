import { randomUUID } from 'node:crypto';
import type {
  ChangeResult,
  ContactAction,
  HistoryOptions,
  SearchOptions,
  SendRequest,
  SmchatClient,
  SubscribeOptions,
} from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';
import type { Password } from '../session/password.ts';
import { asSmchatError, type SmchatError } from '../smchat-error.ts';
import { accountDeleted } from './account-choice.ts';
import { EventListeners } from './event-listeners.ts';
import type { KeptPassword } from './kept-password.ts';
import { RpcClient } from './rpc-client.ts';
import type { SharedClient } from './shared-accounts.ts';

/**
 * An account that another process had open when it was unlocked here with its password. When that process ends, this
 * one opens the vault itself, or attaches to whoever was quicker: a short command that happened to come first must not
 * take an interface down with it. When the account is deleted, there is nothing to take over.
 */
export class HandoverClient implements SharedClient {
  readonly #password: KeptPassword;
  readonly #open: (password: Password) => Promise<SharedClient>;
  /** There is a subscription at `#client` only while somebody listens, since it takes what waits there. */
  readonly #listeners = new EventListeners((_, options) => this.#listen(options));
  #current: Promise<SharedClient>;
  #unsubscribe: () => void = () => {};
  #client: SharedClient;
  #closed = false;
  /** Nothing is left to take over. */
  #over = false;

  /** The password is this client's own from now on. */
  constructor(first: RpcClient, password: KeptPassword, open: (password: Password) => Promise<SharedClient>) {
    this.#password = password;
    this.#open = open;
    this.#current = Promise.resolve(first);
    this.#client = first;
    this.#follow(first);
  }

  /** While somebody else's process is being replaced by this one it goes on. */
  get ended(): boolean {
    return this.#closed || this.#over || (this.#client.ended && !(this.#client instanceof RpcClient));
  }

  whoami() {
    return this.#ask((client) => client.whoami());
  }

  contacts() {
    return this.#ask((client) => client.contacts());
  }

  contact(action: ContactAction, name: string) {
    return this.#ask((client) => client.contact(action, name));
  }

  addAddress(address: string) {
    return this.#ask((client) => client.addAddress(address));
  }

  ownLink() {
    return this.#ask((client) => client.ownLink());
  }

  send(request: SendRequest) {
    const repeatable = { clientId: randomUUID(), ...request };
    return this.#ask((client) => client.send(repeatable));
  }

  history(name: string, options?: HistoryOptions) {
    return this.#ask((client) => client.history(name, options));
  }

  search(words: string, options?: SearchOptions) {
    return this.#ask((client) => client.search(words, options));
  }

  verify(name: string, confirm?: string) {
    return this.#ask((client) => client.verify(name, confirm));
  }

  trust(name: string, safetyNumber: string) {
    return this.#ask((client) => client.trust(name, safetyNumber));
  }

  markRead(name: string) {
    return this.#ask((client) => client.markRead(name));
  }

  keepDraft(name: string, text: string) {
    return this.#ask((client) => client.keepDraft(name, text));
  }

  edit(id: string, text: string) {
    return this.#ask((client) => client.edit(id, text));
  }

  react(id: string, emoji: string) {
    return this.#ask((client) => client.react(id, emoji));
  }

  delete(id: string, options?: { readonly forAll?: boolean }) {
    return this.#ask(
      (client) => client.delete(id, options),
      (client) => goneAlready(id, client.delete(id, options)),
    );
  }

  disappear(name: string, seconds: number) {
    return this.#ask((client) => client.disappear(name, seconds));
  }

  deleteHistory(name: string | null) {
    return this.#ask((client) => client.deleteHistory(name));
  }

  thumbnail(id: string) {
    return this.#ask((client) => client.thumbnail(id));
  }

  picture(id: string) {
    return this.#ask((client) => client.picture(id));
  }

  cancelTransfer(id: string) {
    return this.#ask((client) => client.cancelTransfer(id));
  }

  save(id: string, out?: string) {
    return this.#ask((client) => client.save(id, out));
  }

  saveAll(name: string, out?: string) {
    return this.#ask((client) => client.saveAll(name, out));
  }

  /** What was kept to take over with follows; where the other process ended midway, whichever opens the vault is it. */
  async changePassword(current: Password, next: Password): Promise<void> {
    this.#password.expect(next);
    const change = (client: SmchatClient): Promise<void> => client.changePassword(current, next);
    try {
      await this.#ask(change, async (client) => {
        if (this.#password.unsettled) await change(client);
      });
      this.#password.settle(true);
    } catch (thrown) {
      this.#password.settle(false);
      throw thrown;
    } finally {
      if (!(this.#client instanceof RpcClient)) this.#password.wipe();
    }
  }

  exportBackup(password: Password, passphrase: Password, path: string) {
    return this.#ask((client) => client.exportBackup(password, passphrase, path));
  }

  async deleteAccount(password: Password): Promise<void> {
    const client = await this.#current;
    try {
      await this.#ask((each) => each.deleteAccount(password));
    } catch (thrown) {
      // The other process ended midway, but it had done it.
      if (!client.ended || asSmchatError(thrown).code !== 'no-such-account') throw thrown;
    }
    this.#tellDeleted();
  }

  health() {
    return this.#ask((client) => client.health());
  }

  connection() {
    return this.#ask((client) => client.connection());
  }

  subscribe(listener: (event: SmchatEvent) => void, options: SubscribeOptions = {}): () => void {
    return this.#listeners.add(listener, options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    const client = await this.#current.catch(() => null);
    this.#password.wipe();
    await client?.close();
  }

  /**
   * A call that was cut off is made again, by `again` where the same twice is not the same once. A send is repeatable
   * because of its client id; most others are by nature.
   */
  async #ask<T>(
    call: (client: SharedClient) => Promise<T>,
    again: (client: SharedClient) => Promise<T> = call,
  ): Promise<T> {
    const client = await this.#current;
    try {
      return await call(client);
    } catch (thrown) {
      const cutOff = client instanceof RpcClient && client.lost && asSmchatError(thrown).code === 'locked';
      if (!cutOff || this.#closed) throw thrown;
      await client.gone;
      return await again(await this.#current);
    }
  }

  #listen(options: SubscribeOptions): void {
    this.#unsubscribe();
    this.#unsubscribe = () => {};
    const { wanted } = this.#listeners;
    if (wanted === 'nothing') return;
    const only = wanted === 'transfers' ? { only: wanted } : {};
    this.#unsubscribe = this.#client.subscribe((event) => this.#hear(event), { ...options, ...only });
  }

  #hear(event: SmchatEvent): void {
    if (event.event === 'account_deleted') this.#tellDeleted();
    else this.#listeners.emit(event);
  }

  #tellDeleted(): void {
    if (this.#over) return;
    this.#over = true;
    this.#password.wipe();
    this.#listeners.emit({ event: 'account_deleted' });
  }

  #follow(client: SharedClient): void {
    this.#client = client;
    this.#listen({});
    if (!(client instanceof RpcClient)) {
      // The vault is this process's own now: its keys are, the password is needed no more.
      this.#password.wipe();
      return;
    }
    void client.gone.then(() => {
      if (this.#closed) return;
      this.#current = this.#over
        ? Promise.reject(accountDeleted())
        : this.#password.use((password) => this.#open(password));
      this.#current.then(
        (next) => this.#tookOver(next),
        (thrown) => this.#lost(asSmchatError(thrown)),
      );
    });
  }

  async #tookOver(client: SharedClient): Promise<void> {
    if (this.#closed) return;
    this.#follow(client);
    const connection = await client.connection().catch(() => null);
    if (connection !== null) this.#listeners.emit({ event: 'connection', ...connection });
  }

  #lost(error: SmchatError): void {
    if (error.code === 'no-such-account') {
      this.#tellDeleted();
      return;
    }
    this.#over = true;
    this.#password.wipe();
    this.#listeners.emit({ event: 'connection', state: 'offline', reason: error.message });
  }
}

/** A message that is gone when its deletion is repeated was deleted by the first try. */
async function goneAlready(id: string, deletion: Promise<ChangeResult>): Promise<ChangeResult> {
  try {
    return await deletion;
  } catch (thrown) {
    if (asSmchatError(thrown).code !== 'no-such-message') throw thrown;
    return { id, status: 'queued' };
  }
}
