import { type AccountId, accountId, equal } from '../crypto/bytes.ts';
import { mapKey } from './map-key.ts';
import type { PostgresServer } from './postgres-server.ts';
import { bigintArray, bytes, bytesOf, numberOf, type Row, uuidArray } from './postgres-values.ts';

/** Accounts looked at in one query. */
const COMPARE_AT_ONCE = 1_000;

const LET_GO = {
  name: 'let-go',
  text: `DELETE FROM lease l USING unnest($1::uuid[], $2::bigint[]) AS g (account_id, epoch)
    WHERE l.account_id = g.account_id AND l.epoch = g.epoch`,
};
/** After a crash of the server, or a long silence of this process. */
const TAKE_AGAIN = {
  name: 'take-again',
  text: `INSERT INTO lease AS l (account_id, process, epoch)
    SELECT g.account_id, $3, g.epoch FROM unnest($1::uuid[], $2::bigint[]) AS g (account_id, epoch)
    ON CONFLICT (account_id) DO UPDATE SET process = excluded.process, epoch = excluded.epoch
      WHERE l.epoch < excluded.epoch`,
};
const COMPARE = {
  name: 'compare',
  text: `SELECT a.account_id, m.last_seq, l.process, l.epoch FROM unnest($1::uuid[]) AS a (account_id)
    LEFT JOIN mailbox m ON m.account_id = a.account_id LEFT JOIN lease l ON l.account_id = a.account_id`,
};
const BE_ALIVE = {
  name: 'be-alive',
  text: `WITH me AS (
      INSERT INTO process (id, seen_at) VALUES ($1, now()) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
    ), dead AS (
      DELETE FROM process WHERE seen_at < now() - interval '5 minutes' AND id <> $1 RETURNING id
    ), freed AS (DELETE FROM lease WHERE process IN (SELECT id FROM dead))
    SELECT NOT EXISTS (
      SELECT FROM process WHERE id <> $1 AND seen_at > now() - interval '90 seconds'
    ) AS alone`,
};
const END = { name: 'end', text: 'DELETE FROM process WHERE id = $1' };

interface Lease {
  readonly account: AccountId;
  readonly epoch: number;
}

export type Compared =
  | { readonly state: 'here'; readonly account: AccountId; readonly lastSeq: number }
  | { readonly state: 'replaced' | 'deleted'; readonly account: AccountId };

/** Which accounts are connected to this process, in memory and as rows that the other processes see. */
export class PostgresLeases {
  readonly #server: PostgresServer;
  readonly #process: Uint8Array;
  readonly #held = new Map<string, Lease>();
  #gone: Lease[] = [];

  constructor(server: PostgresServer, process: Uint8Array) {
    this.#server = server;
    this.#process = process;
  }

  hold(account: AccountId, epoch: number): void {
    if (this.epochOf(account) < epoch) this.#held.set(mapKey(account), { account, epoch });
  }

  /** 0 where it is not held. */
  epochOf(account: AccountId): number {
    return this.#held.get(mapKey(account))?.epoch ?? 0;
  }

  /** Another process has it. */
  forget(account: AccountId): void {
    this.#held.delete(mapKey(account));
  }

  /** At the next `flush`. */
  letGo(account: AccountId): void {
    const lease = this.#held.get(mapKey(account));
    if (lease === undefined) return;
    this.#held.delete(mapKey(account));
    this.#gone.push(lease);
  }

  async flush(): Promise<void> {
    const gone = this.#gone;
    this.#gone = [];
    if (gone.length > 0) await this.#server.hint(LET_GO, columns(gone));
  }

  async letGoOfAll(): Promise<void> {
    this.#gone.push(...this.#held.values());
    this.#held.clear();
    await this.flush();
    await this.#server.hint(END, [bytes(this.#process)]);
  }

  /** Shows that this process is there and clears up after those that are not; whether there is no other. */
  async beAlive(): Promise<boolean> {
    const [row] = await this.#server.hint(BE_ALIVE, [bytes(this.#process)]);
    return row?.alone === true;
  }

  /** What the database says of the accounts that are connected here. Leases that it lost are taken again. */
  async *compare(accounts: Iterable<AccountId>): AsyncGenerator<Compared> {
    const all = [...accounts];
    for (let at = 0; at < all.length; at += COMPARE_AT_ONCE) {
      const rows = await this.#server.hint(COMPARE, [uuidArray(all.slice(at, at + COMPARE_AT_ONCE))]);
      const lost: Lease[] = [];
      for (const row of rows) {
        const account = accountId(bytesOf(row, 'account_id'));
        const mine = this.#held.get(mapKey(account));
        if (mine !== undefined && (row.epoch === null || numberOf(row, 'epoch') < mine.epoch)) lost.push(mine);
        yield this.#judge(account, mine?.epoch ?? 0, row);
      }
      if (lost.length > 0) await this.#server.hint(TAKE_AGAIN, [...columns(lost), bytes(this.#process)]);
    }
  }

  #judge(account: AccountId, epoch: number, row: Row): Compared {
    if (row.last_seq === null) return { state: 'deleted', account };
    const isElsewhere = row.epoch !== null && !equal(bytesOf(row, 'process'), this.#process);
    if (isElsewhere && numberOf(row, 'epoch') > epoch) return { state: 'replaced', account };
    return { state: 'here', account, lastSeq: numberOf(row, 'last_seq') };
  }
}

function columns(leases: readonly Lease[]): Buffer[] {
  return [uuidArray(leases.map(({ account }) => account)), bigintArray(leases.map(({ epoch }) => epoch))];
}
