import { randomUUID } from 'node:crypto';
import type {
  ContactAction,
  HistoryOptions,
  SearchOptions,
  SendRequest,
  SmchatClient,
  SubscribeOptions,
} from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';
import { asSmchatError } from '../smchat-error.ts';
import { RpcClient } from './rpc-client.ts';

/**
 * An account that another process had open when it was unlocked here with its password. When that process ends, this
 * one opens the vault itself, or attaches to whoever was quicker: a short command that happened to come first must not
 * take an interface down with it.
 */
export class HandoverClient implements SmchatClient {
  readonly #reopen: () => Promise<SmchatClient>;
  readonly #forget: () => void;
  readonly #listeners = new Set<(event: SmchatEvent) => void>();
  #current: Promise<SmchatClient>;
  /** Ends the subscription at `#client`; there is one only while somebody listens, since it takes what waits there. */
  #unsubscribe: (() => void) | null = null;
  #client: SmchatClient;
  #closed = false;

  /** `forget` is called once, when nothing will be reopened any more. */
  constructor(first: RpcClient, reopen: () => Promise<SmchatClient>, forget: () => void) {
    this.#reopen = reopen;
    this.#forget = forget;
    this.#current = Promise.resolve(first);
    this.#client = first;
    this.#follow(first);
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

  connection() {
    return this.#ask((client) => client.connection());
  }

  subscribe(listener: (event: SmchatEvent) => void, options: SubscribeOptions = {}): () => void {
    const { maxMessages } = options;
    let left = maxMessages ?? Number.POSITIVE_INFINITY;
    const remove = (): void => {
      if (!this.#listeners.delete(each) || this.#listeners.size > 0) return;
      this.#unsubscribe?.();
      this.#unsubscribe = null;
    };
    const each = (event: SmchatEvent): void => {
      if (event.event === 'message' && --left <= 0) remove();
      listener(event);
    };
    this.#listeners.add(each);
    if (this.#listeners.size === 1) this.#listen(options);
    return remove;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    const client = await this.#current.catch(() => null);
    this.#forget();
    await client?.close();
  }

  /** Every call may be made twice without harm, a send because of its client id: one that was cut off is repeated. */
  async #ask<T>(call: (client: SmchatClient) => Promise<T>): Promise<T> {
    const asked = this.#current;
    const client = await asked;
    try {
      return await call(client);
    } catch (thrown) {
      const cutOff = client instanceof RpcClient && client.lost && asSmchatError(thrown).code === 'locked';
      if (!cutOff || this.#closed) throw thrown;
      await client.gone;
      return await call(await this.#current);
    }
  }

  #listen(options: SubscribeOptions): void {
    this.#unsubscribe = this.#client.subscribe((event) => this.#emit(event), options);
  }

  #follow(client: SmchatClient): void {
    this.#client = client;
    if (this.#listeners.size > 0) this.#listen({});
    if (!(client instanceof RpcClient)) {
      // The vault is this process's own now: its keys are, the password is needed no more.
      this.#forget();
      return;
    }
    void client.gone.then(() => {
      if (this.#closed) return;
      this.#current = this.#reopen();
      this.#current.then(
        (next) => this.#tookOver(next),
        (thrown) => {
          this.#forget();
          this.#emit({ event: 'connection', state: 'offline', reason: asSmchatError(thrown).message });
        },
      );
    });
  }

  async #tookOver(client: SmchatClient): Promise<void> {
    if (this.#closed) return;
    this.#follow(client);
    const connection = await client.connection().catch(() => null);
    if (connection !== null) this.#emit({ event: 'connection', ...connection });
  }

  #emit(event: SmchatEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}
