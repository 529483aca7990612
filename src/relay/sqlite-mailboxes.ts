import type { Database } from '@signalapp/sqlcipher';
import type { AccountId } from '../crypto/bytes.ts';
import { mapKey } from './map-key.ts';
import { blob, bytesOfColumn, numberOfColumn } from './sqlite-database.ts';
import {
  type Ack,
  type Enqueue,
  type EnqueueResult,
  READ_MAX_ENVELOPES,
  type StoredEnvelope,
  type StoreLimits,
} from './store.ts';

/** A message's place is `account number × 2³¹ + seq`: one integer key holds every mailbox in order. */
const SEQ_SPAN = 2 ** 31;
/** 2²² accounts: beyond them a place would no longer be an exact number. */
export const MAX_ACCOUNT_NO = 2 ** 22 - 1;
/** Sequence numbers are reserved so many at a time, so that most messages need not touch the account's row. */
const SEQ_RESERVE = 1_000;
const HEADS_MAX = 100_000;
const HOUR_MS = 3_600_000;

/** What is counted in memory about one mailbox; the database can always say it again. */
interface Head {
  readonly accountNo: number;
  nextSeq: number;
  seqCeiling: number;
  messages: number;
  bytes: number;
}

/** Mailboxes in SQLite. Every method runs inside the caller's transaction, which `forgetCounts` follows if it fails. */
export class SqliteMailboxes {
  readonly #limits: StoreLimits;
  readonly #heads = new Map<string, Head>();
  readonly #headsByNo = new Map<number, Head>();
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(database: Database, limits: StoreLimits) {
    this.#limits = limits;
    this.#statements = prepareStatements(database);
  }

  enqueue(item: Enqueue, now: number): EnqueueResult {
    const head = this.#head(item.recipient);
    if (head === null) return { status: 'no-account' };
    const relayId = blob(item.relayId);
    if (this.#isFull(head, item) && !this.#makeRoom(head, item, now)) {
      const known = this.#statements.findSeen.get([head.accountNo, relayId]) !== undefined;
      return { status: known ? 'duplicate' : 'mailbox-full' };
    }
    const seq = head.nextSeq;
    if (this.#statements.addSeen.run([head.accountNo, relayId, seq]).changes === 0) return { status: 'duplicate' };
    if (seq > head.seqCeiling) {
      head.seqCeiling = seq + SEQ_RESERVE;
      this.#statements.reserve.run([head.seqCeiling, head.accountNo]);
    }
    const place = head.accountNo * SEQ_SPAN + seq;
    this.#statements.add.run([place, relayId, item.arrivedAt, item.expiresAt, blob(item.envelope)]);
    head.nextSeq = seq + 1;
    head.messages += 1;
    head.bytes += item.envelope.length;
    return { status: 'stored', seq };
  }

  ack(ack: Ack, now: number): void {
    const head = this.#head(ack.account);
    if (head === null) return;
    // Never past what exists: the ids of later messages would be forgotten too early.
    const upToSeq = Math.min(ack.upToSeq, head.nextSeq - 1);
    const first = head.accountNo * SEQ_SPAN;
    this.#subtract(head, this.#statements.measure.get([first, first + upToSeq]));
    if (this.#statements.remove.run([first, first + upToSeq]).changes === 0) return;
    this.#statements.noteAck.run([head.accountNo, Math.floor(now / HOUR_MS), upToSeq]);
  }

  read(account: AccountId, afterSeq: number, now: number): readonly StoredEnvelope[] {
    const head = this.#head(account);
    if (head === null) return [];
    const first = head.accountNo * SEQ_SPAN;
    const rows = this.#statements.read.all([first + Math.min(afterSeq, SEQ_SPAN - 1), first + SEQ_SPAN - 1, now]);
    return rows.map((row) => ({
      seq: numberOfColumn(row.place) - first,
      relayId: bytesOfColumn(row.relay_id),
      arrivedAt: numberOfColumn(row.arrived_at),
      envelope: bytesOfColumn(row.envelope),
    }));
  }

  removeAll(accountNo: number, account: AccountId): void {
    const first = accountNo * SEQ_SPAN;
    this.#statements.remove.run([first, first + SEQ_SPAN - 1]);
    this.#statements.forgetAccount.run([accountNo]);
    this.#statements.forgetAcks.run([accountNo]);
    this.#heads.delete(mapKey(account));
    this.#headsByNo.delete(accountNo);
  }

  /** Removes expired messages and message ids whose time is over; true while there may be more. */
  expire(now: number, slice: number): boolean {
    const expired = this.#statements.expired.all([now, slice]);
    for (const row of expired) this.#expireOne(numberOfColumn(row.place), bytesOfColumn(row.relay_id), now);
    const concerned = new Set(expired.map((row) => Math.floor(numberOfColumn(row.place) / SEQ_SPAN)));
    for (const accountNo of concerned) this.#measure(this.#headsByNo.get(accountNo));
    let more = expired.length === slice;
    more = this.#statements.forgetExpired.run([now, slice]).changes === slice || more;
    const hour = Math.floor((now - this.#limits.dedupeMs) / HOUR_MS);
    for (const row of this.#statements.oldAcks.all([hour, 16])) {
      const accountNo = numberOfColumn(row.account_no);
      const ids = this.#statements.forgetSeen.run([accountNo, accountNo, numberOfColumn(row.up_to_seq), slice]);
      if (ids.changes < slice) this.#statements.forgetAck.run([accountNo, numberOfColumn(row.hour)]);
      more = true;
    }
    return more;
  }

  /** After a transaction that was undone nothing counted in memory may be believed. */
  forgetCounts(): void {
    this.#heads.clear();
    this.#headsByNo.clear();
  }

  #isFull(head: Head, item: Enqueue): boolean {
    return (
      head.messages >= this.#limits.mailboxMessages ||
      // A mailbox that used up its numbers would write into the next one's.
      head.nextSeq >= SEQ_SPAN ||
      head.bytes + item.envelope.length > this.#limits.mailboxBytes
    );
  }

  /** What is past its time fills no mailbox. */
  #makeRoom(head: Head, item: Enqueue, now: number): boolean {
    const first = head.accountNo * SEQ_SPAN;
    const expired = this.#statements.expiredOf.all([first, first + SEQ_SPAN - 1, now]);
    for (const row of expired) {
      this.#expireOne(numberOfColumn(row.place), bytesOfColumn(row.relay_id), now);
      head.messages -= 1;
      head.bytes -= numberOfColumn(row.bytes);
    }
    return !this.#isFull(head, item);
  }

  #expireOne(place: number, relayId: Uint8Array, now: number): void {
    this.#statements.remove.run([place - 1, place]);
    this.#statements.forgetLater.run([now + this.#limits.dedupeMs, Math.floor(place / SEQ_SPAN), blob(relayId)]);
  }

  #head(account: AccountId): Head | null {
    const key = mapKey(account);
    const known = this.#heads.get(key);
    if (known !== undefined) return known;
    const row = this.#statements.findAccount.get([blob(account)]);
    if (row === undefined) return null;
    const accountNo = numberOfColumn(row.no);
    const seqCeiling = numberOfColumn(row.seq_ceiling);
    const head: Head = { accountNo, nextSeq: seqCeiling + 1, seqCeiling, messages: 0, bytes: 0 };
    this.#measure(head);
    if (this.#heads.size >= HEADS_MAX) this.forgetCounts();
    this.#heads.set(key, head);
    this.#headsByNo.set(accountNo, head);
    return head;
  }

  /** Counts a mailbox anew; one that nobody used lately is counted at its next use. */
  #measure(head: Head | undefined): void {
    if (head === undefined) return;
    const first = head.accountNo * SEQ_SPAN;
    const measured = this.#statements.measure.get([first, first + SEQ_SPAN - 1]);
    head.messages = numberOfColumn(measured?.messages);
    head.bytes = numberOfColumn(measured?.bytes);
  }

  #subtract(head: Head, measured: Record<string, unknown> | undefined): void {
    head.messages -= numberOfColumn(measured?.messages);
    head.bytes -= numberOfColumn(measured?.bytes);
  }
}

function prepareStatements(database: Database) {
  return {
    findAccount: database.prepare('SELECT no, seq_ceiling FROM account WHERE id = ?'),
    reserve: database.prepare('UPDATE account SET seq_ceiling = ? WHERE no = ?'),
    measure: database.prepare(
      'SELECT count(*) AS messages, coalesce(sum(length(envelope)), 0) AS bytes FROM mailbox WHERE place > ? AND place <= ?',
    ),
    add: database.prepare(
      'INSERT INTO mailbox (place, relay_id, arrived_at, expires_at, envelope) VALUES (?, ?, ?, ?, ?)',
    ),
    remove: database.prepare('DELETE FROM mailbox WHERE place > ? AND place <= ?'),
    read: database.prepare(
      `SELECT place, relay_id, arrived_at, envelope FROM mailbox
       WHERE place > ? AND place <= ? AND expires_at > ? ORDER BY place LIMIT ${READ_MAX_ENVELOPES}`,
    ),
    expired: database.prepare('SELECT place, relay_id FROM mailbox WHERE expires_at <= ? LIMIT ?'),
    expiredOf: database.prepare(
      'SELECT place, relay_id, length(envelope) AS bytes FROM mailbox WHERE place > ? AND place <= ? AND +expires_at <= ?',
    ),
    findSeen: database.prepare('SELECT 1 AS known FROM seen WHERE account_no = ? AND relay_id = ?'),
    addSeen: database.prepare('INSERT OR IGNORE INTO seen (account_no, relay_id, seq) VALUES (?, ?, ?)'),
    forgetLater: database.prepare('UPDATE seen SET forget_at = ? WHERE account_no = ? AND relay_id = ?'),
    forgetExpired: database.prepare(
      `DELETE FROM seen WHERE (account_no, relay_id) IN
       (SELECT account_no, relay_id FROM seen WHERE forget_at IS NOT NULL AND forget_at <= ? LIMIT ?)`,
    ),
    forgetSeen: database.prepare(
      `DELETE FROM seen WHERE account_no = ? AND relay_id IN
       (SELECT relay_id FROM seen WHERE account_no = ? AND seq <= ? AND forget_at IS NULL LIMIT ?)`,
    ),
    forgetAccount: database.prepare('DELETE FROM seen WHERE account_no = ?'),
    noteAck: database.prepare(
      `INSERT INTO acked (account_no, hour, up_to_seq) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET up_to_seq = max(up_to_seq, excluded.up_to_seq)`,
    ),
    oldAcks: database.prepare('SELECT account_no, hour, up_to_seq FROM acked WHERE hour < ? LIMIT ?'),
    forgetAck: database.prepare('DELETE FROM acked WHERE account_no = ? AND hour = ?'),
    forgetAcks: database.prepare('DELETE FROM acked WHERE account_no = ?'),
  };
}
