import type { AccountId } from '../crypto/bytes.ts';
import { mapKey } from './map-key.ts';

/** Who is connected: one connection an account, the newest. */
export class Presence<Connection> {
  readonly #connections = new Map<string, Connection>();

  /** Enters a connection; gives the one whose place it takes. */
  enter(account: AccountId, connection: Connection): Connection | null {
    const key = mapKey(account);
    const older = this.#connections.get(key) ?? null;
    this.#connections.set(key, connection);
    return older;
  }

  /** Leaves; false for a connection that was replaced already, which takes nobody with it. */
  leave(account: AccountId, connection: Connection): boolean {
    const key = mapKey(account);
    return this.#connections.get(key) === connection && this.#connections.delete(key);
  }

  get size(): number {
    return this.#connections.size;
  }

  connections(): Iterable<Connection> {
    return this.#connections.values();
  }

  get(account: AccountId): Connection | null {
    return this.#connections.get(mapKey(account)) ?? null;
  }
}
