import type { Database } from '@signalapp/sqlcipher';
import type { AccountId } from '../crypto/bytes.ts';
import { ID_RECORD_BYTES, MailboxHead } from './mailbox-head.ts';
import { MailboxHeads } from './mailbox-heads.ts';
import { mapKey } from './map-key.ts';
import { MessageIdIndex } from './message-id-index.ts';
import { blob, bytesOfColumn, MAX_SEQ, numberOfColumn, SEQ_SPAN } from './sqlite-database.ts';
import { SqliteRememberedIds } from './sqlite-remembered-ids.ts';
import {
  type Ack,
  type Enqueue,
  type EnqueueResult,
  READ_MAX_ENVELOPES,
  type StoredEnvelope,
  type StoreLimits,
} from './store.ts';

/** 2²² accounts: beyond them a place would no longer be an exact number. */
export const MAX_ACCOUNT_NO = 2 ** 22 - 1;
/** Sequence numbers are reserved so many at a time, so that most messages need not touch the account's row. */
const SEQ_RESERVE = 1_000;
/** What is past its time is looked for so often: each time all of it is gone through. */
const LAP_INTERVAL_MS = 3_600_000;

/** Mailboxes in SQLite. Every method runs inside the caller's transaction, which `forgetCounts` follows if it fails. */
export class SqliteMailboxes {
  readonly #limits: StoreLimits;
  readonly #remembered: SqliteRememberedIds;
  readonly #heads = new MailboxHeads();
  readonly #statements: ReturnType<typeof prepareStatements>;
  #lap:
    | { readonly at: 'mailbox' | 'remembered'; readonly cursor: number }
    | { readonly at: 'end'; readonly since: number };

  constructor(database: Database, limits: StoreLimits) {
    this.#limits = limits;
    this.#remembered = new SqliteRememberedIds(database, limits);
    this.#statements = prepareStatements(database);
    this.#lap = { at: 'mailbox', cursor: 0 };
  }

  enqueue(item: Enqueue, now: number): EnqueueResult {
    const head = this.#head(item.recipient);
    if (head === null) return { status: 'no-account' };
    if (this.#isKnown(head, item.relayId)) return { status: 'duplicate' };
    if (this.#isFull(head, item) && !this.#makeRoom(head, item, now)) return { status: 'mailbox-full' };
    const seq = head.nextSeq;
    if (seq > head.seqCeiling) {
      head.seqCeiling = seq + SEQ_RESERVE;
      this.#statements.reserve.run([head.seqCeiling, head.accountNo]);
    }
    const place = head.accountNo * SEQ_SPAN + seq;
    this.#statements.add.run([place, blob(item.relayId), item.arrivedAt, item.expiresAt, blob(item.envelope)]);
    head.nextSeq = seq + 1;
    if (head.index.isFull) this.#renewIndex(head);
    head.index.add(item.relayId, seq);
    head.wait(seq, item.relayId, item.envelope.length);
    return { status: 'stored', seq };
  }

  ack(ack: Ack, now: number): void {
    const head = this.#head(ack.account);
    if (head === null) return;
    // Never past what exists: numbers to come are not acknowledged.
    const upToSeq = Math.min(ack.upToSeq, head.nextSeq - 1);
    const ids = head.letGo(upToSeq);
    if (ids.length === 0) return;
    const first = head.accountNo * SEQ_SPAN;
    this.#statements.remove.run([first, first + upToSeq]);
    this.#remembered.add(head.accountNo, ids, now);
  }

  read(account: AccountId, afterSeq: number, now: number): readonly StoredEnvelope[] {
    // Whoever only looks needs no head: most who connect find nothing, and wait.
    const accountNo = this.#heads.get(mapKey(account))?.accountNo ?? this.#account(account)?.no;
    if (accountNo === undefined) return [];
    const first = accountNo * SEQ_SPAN;
    const rows = this.#statements.read.all([first + Math.min(afterSeq, MAX_SEQ), first + MAX_SEQ, now]);
    return rows.map((row) => ({
      seq: numberOfColumn(row.place) - first,
      relayId: bytesOfColumn(row.relay_id),
      arrivedAt: numberOfColumn(row.arrived_at),
      envelope: bytesOfColumn(row.envelope),
    }));
  }

  removeAll(accountNo: number): void {
    const first = accountNo * SEQ_SPAN;
    this.#statements.remove.run([first, first + MAX_SEQ]);
    this.#remembered.removeAll(accountNo);
    this.#heads.forget(this.#heads.byNo(accountNo));
  }

  /** Removes expired messages and message ids whose time is over, some at a time; true while there may be more. */
  expire(now: number, slice: number): boolean {
    switch (this.#lap.at) {
      case 'mailbox': {
        const { cursor } = this.#lap;
        const end = this.#statements.sliceEnd.get([cursor, slice - 1])?.place;
        const to = end === undefined ? Number.MAX_SAFE_INTEGER : numberOfColumn(end);
        this.#expireBetween(cursor, to, now);
        this.#lap = end === undefined ? { at: 'remembered', cursor: 0 } : { at: 'mailbox', cursor: to };
        return true;
      }
      case 'remembered': {
        const next = this.#remembered.expire(this.#lap.cursor, now, slice);
        this.#lap = next === null ? { at: 'end', since: now } : { at: 'remembered', cursor: next };
        return next !== null;
      }
      case 'end':
        if (Math.abs(now - this.#lap.since) < LAP_INTERVAL_MS) return false;
        this.#lap = { at: 'mailbox', cursor: 0 };
        return true;
      default:
        return this.#lap satisfies never;
    }
  }

  /** After a transaction that was undone nothing counted in memory may be believed. */
  forgetCounts(): void {
    this.#heads.clear();
  }

  #isFull(head: MailboxHead, item: Enqueue): boolean {
    return (
      head.messages >= this.#limits.mailboxMessages ||
      // A mailbox that used up its numbers would write into the next one's.
      head.nextSeq > MAX_SEQ ||
      head.bytes + item.envelope.length > this.#limits.mailboxBytes
    );
  }

  #isKnown(head: MailboxHead, id: Uint8Array): boolean {
    return head.index.some(id, (seq) => {
      const row = this.#statements.idAt.get([head.accountNo * SEQ_SPAN + seq]);
      if (row === undefined) return this.#remembered.holds(head.accountNo, seq, id);
      return Buffer.from(bytesOfColumn(row.relay_id)).equals(id);
    });
  }

  /** What is past its time fills no mailbox. */
  #makeRoom(head: MailboxHead, item: Enqueue, now: number): boolean {
    const first = head.accountNo * SEQ_SPAN;
    this.#expireBetween(first, first + MAX_SEQ, now);
    return !this.#isFull(head, item);
  }

  #expireBetween(after: number, upTo: number, now: number): void {
    const gone = new Map<number, Buffer[]>();
    for (const row of this.#statements.expired.all([after, upTo, now])) {
      const place = numberOfColumn(row.place);
      const accountNo = Math.floor(place / SEQ_SPAN);
      const record = Buffer.alloc(ID_RECORD_BYTES);
      record.writeUInt32BE(place - accountNo * SEQ_SPAN);
      record.set(bytesOfColumn(row.relay_id), 4);
      this.#statements.remove.run([place - 1, place]);
      const records = gone.get(accountNo);
      if (records === undefined) gone.set(accountNo, [record]);
      else records.push(record);
    }
    for (const [accountNo, records] of gone) {
      this.#remembered.add(accountNo, Buffer.concat(records), now);
      this.#countWaiting(this.#heads.byNo(accountNo));
    }
  }

  /** One that nobody used lately is counted at its next use. */
  #countWaiting(head: MailboxHead | undefined): void {
    if (head === undefined) return;
    head.forgetWaiting();
    const first = head.accountNo * SEQ_SPAN;
    for (const { place, relay_id, bytes } of this.#statements.waiting.all([first, first + MAX_SEQ])) {
      head.wait(numberOfColumn(place) - first, bytesOfColumn(relay_id), numberOfColumn(bytes));
    }
  }

  #head(account: AccountId): MailboxHead | null {
    const key = mapKey(account);
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    const found = this.#account(account);
    if (found === null) return null;
    const head = new MailboxHead(key, found.no, found.seqCeiling);
    this.#countWaiting(head);
    head.index = this.#indexOf(head);
    this.#heads.add(head);
    return head;
  }

  #account(account: AccountId): { readonly no: number; readonly seqCeiling: number } | null {
    // A copy that goes at once: what native code has seen of a small array stays outside of V8's heap for its life.
    const row = this.#statements.findAccount.get([blob(new Uint8Array(account))]);
    return row === undefined ? null : { no: numberOfColumn(row.no), seqCeiling: numberOfColumn(row.seq_ceiling) };
  }

  #renewIndex(head: MailboxHead): void {
    const { slots } = head.index;
    head.index = this.#indexOf(head);
    this.#heads.grown(head.index.slots - slots);
  }

  /** An index that takes as many ids again before it is full; those that were forgotten meanwhile are not in it. */
  #indexOf(head: MailboxHead): MessageIdIndex {
    const all = [...this.#remembered.newestOf(head.accountNo), head.waiting];
    const count = all.reduce((sum, { length }) => sum + length, 0) / ID_RECORD_BYTES;
    const index = new MessageIdIndex(2 * count);
    for (const records of all) {
      for (let at = 0; at < records.length; at += ID_RECORD_BYTES) {
        index.add(records.subarray(at + 4, at + ID_RECORD_BYTES), records.readUInt32BE(at));
      }
    }
    return index;
  }
}

function prepareStatements(database: Database) {
  return {
    findAccount: database.prepare('SELECT no, seq_ceiling FROM account WHERE id = ?'),
    reserve: database.prepare('UPDATE account SET seq_ceiling = ? WHERE no = ?'),
    waiting: database.prepare(
      'SELECT place, relay_id, length(envelope) AS bytes FROM mailbox WHERE place > ? AND place <= ? ORDER BY place',
    ),
    idAt: database.prepare('SELECT relay_id FROM mailbox WHERE place = ?'),
    add: database.prepare(
      'INSERT INTO mailbox (place, relay_id, arrived_at, expires_at, envelope) VALUES (?, ?, ?, ?, ?)',
    ),
    remove: database.prepare('DELETE FROM mailbox WHERE place > ? AND place <= ?'),
    read: database.prepare(
      `SELECT place, relay_id, arrived_at, envelope FROM mailbox
       WHERE place > ? AND place <= ? AND expires_at > ? ORDER BY place LIMIT ${READ_MAX_ENVELOPES}`,
    ),
    sliceEnd: database.prepare('SELECT place FROM mailbox WHERE place > ? ORDER BY place LIMIT 1 OFFSET ?'),
    expired: database.prepare(
      'SELECT place, relay_id FROM mailbox WHERE place > ? AND place <= ? AND expires_at <= ? ORDER BY place',
    ),
  };
}
