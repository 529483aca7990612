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

  /** Leaves; a connection that was replaced already takes nobody with it. */
  leave(account: AccountId, connection: Connection): void {
    const key = mapKey(account);
    if (this.#connections.get(key) === connection) this.#connections.delete(key);
  }

  get(account: AccountId): Connection | null {
    return this.#connections.get(mapKey(account)) ?? null;
  }
}
