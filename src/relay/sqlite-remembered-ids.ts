import type { Database } from '@signalapp/sqlcipher';
import { ID_RECORD_BYTES } from './mailbox-head.ts';
import { blob, bytesOfColumn, MAX_SEQ, numberOfColumn, SEQ_SPAN } from './sqlite-database.ts';
import type { StoreLimits } from './store.ts';

const HOUR_MS = 3_600_000;
/** An older one counts as new again, whatever its age: nobody makes the relay read more than this for one message. */
export const REMEMBERED_IDS_MAX = 16_384;
const PAGE_ROWS = 256;

/**
 * Ids of messages that left their mailbox. What leaves together, at an acknowledgement, is one row, under the account's
 * number and the last message's; so nothing is written about an id while its message waits.
 */
export class SqliteRememberedIds {
  readonly #limits: StoreLimits;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(database: Database, limits: StoreLimits) {
    this.#limits = limits;
    this.#statements = prepareStatements(database);
  }

  /** `ids` are records in the order of their numbers, at least one. */
  add(accountNo: number, ids: Buffer, now: number): void {
    const lastSeq = ids.readUInt32BE(ids.length - ID_RECORD_BYTES);
    this.#statements.add.run([accountNo * SEQ_SPAN + lastSeq, Math.floor(now / HOUR_MS), blob(ids)]);
  }

  /** What is remembered of an account, row by row from the newest, until it is as many ids as count. */
  newestOf(accountNo: number): readonly Buffer[] {
    const first = accountNo * SEQ_SPAN;
    const newest: Buffer[] = [];
    let left = REMEMBERED_IDS_MAX * ID_RECORD_BYTES;
    for (let upTo = first + MAX_SEQ; left > 0; ) {
      const rows = this.#statements.before.all([first, upTo]);
      for (const row of rows) {
        if (left <= 0) break;
        const ids = bufferOf(row.ids);
        newest.push(ids);
        left -= ids.length;
      }
      if (rows.length < PAGE_ROWS) break;
      upTo = numberOfColumn(rows.at(-1)?.place) - 1;
    }
    return newest;
  }

  /** Whether the message of this number had this id. */
  holds(accountNo: number, seq: number, id: Uint8Array): boolean {
    const [first, end] = [accountNo * SEQ_SPAN, accountNo * SEQ_SPAN + MAX_SEQ];
    // What expired on its own left a row of its own: then a later row has the number.
    for (let from = first + seq; ; ) {
      const row = this.#statements.from.get([from, end]);
      if (row === undefined) return false;
      const ids = bufferOf(row.ids);
      for (let at = 0; at < ids.length; at += ID_RECORD_BYTES) {
        if (ids.readUInt32BE(at) === seq) return ids.subarray(at + 4, at + ID_RECORD_BYTES).equals(id);
      }
      from = numberOfColumn(row.place) + 1;
    }
  }

  removeAll(accountNo: number): void {
    const first = accountNo * SEQ_SPAN;
    this.#statements.removeAll.run([first, first + MAX_SEQ]);
  }

  /** Forgets those of the next `slice` rows after a place whose time is over; gives the last one's place, null at the end. */
  expire(after: number, now: number, slice: number): number | null {
    const end = this.#statements.sliceEnd.get([after, slice - 1])?.place;
    const upTo = end === undefined ? Number.MAX_SAFE_INTEGER : numberOfColumn(end);
    this.#statements.forget.run([after, upTo, Math.floor((now - this.#limits.dedupeMs) / HOUR_MS)]);
    return end === undefined ? null : upTo;
  }
}

/** A column that holds records, as a Buffer over the same bytes. */
function bufferOf(column: unknown): Buffer {
  const bytes = bytesOfColumn(column);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function prepareStatements(database: Database) {
  return {
    add: database.prepare('INSERT INTO remembered (place, hour, ids) VALUES (?, ?, ?)'),
    before: database.prepare(
      `SELECT place, ids FROM remembered WHERE place > ? AND place <= ? ORDER BY place DESC LIMIT ${PAGE_ROWS}`,
    ),
    from: database.prepare('SELECT place, ids FROM remembered WHERE place >= ? AND place <= ? ORDER BY place LIMIT 1'),
    removeAll: database.prepare('DELETE FROM remembered WHERE place > ? AND place <= ?'),
    sliceEnd: database.prepare('SELECT place FROM remembered WHERE place > ? ORDER BY place LIMIT 1 OFFSET ?'),
    forget: database.prepare('DELETE FROM remembered WHERE place > ? AND place <= ? AND hour < ?'),
  };
}
