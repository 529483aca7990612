import type { Database } from '@signalapp/sqlcipher';
import type { WirePreKey, WirePreKeyCounts, WirePreKeyUpload } from '../net/wire/prekey-frames.ts';
import { SmchatError } from '../smchat-error.ts';
import { blob, bytesOfColumn, numberOfColumn } from './sqlite-database.ts';
import type { StoreLimits } from './store.ts';

const KIND = { signed: 1, lastResortKem: 2, oneTime: 3, oneTimeKem: 4 } as const;
type PreKeyKind = (typeof KIND)[keyof typeof KIND];

/** Longer than a client keeps a signed prekey: until then a repeated upload revives nothing. */
const GIVEN_KEPT_MS = 30 * 86_400_000;

export interface TakenPreKeys {
  readonly signedPreKey: WirePreKey;
  readonly lastResortKemPreKey: WirePreKey;
  readonly oneTimePreKey?: WirePreKey;
  readonly oneTimeKemPreKey?: WirePreKey;
}

/** Public prekeys in SQLite. Every method runs inside the caller's transaction. */
export class SqlitePreKeys {
  readonly #limits: StoreLimits;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(database: Database, limits: StoreLimits) {
    this.#limits = limits;
    this.#statements = prepareStatements(database);
  }

  /** Whether the pools stay within their limits; a prekey that is there already or was given out counts for nothing. */
  hasRoomFor(accountNo: number, upload: WirePreKeyUpload): boolean {
    const counts = this.counts(accountNo);
    const added = (kind: PreKeyKind, preKeys: readonly WirePreKey[]): number =>
      preKeys.filter(({ id }) => !this.#isKnown(accountNo, kind, id)).length;
    return (
      counts.oneTimePreKeys + added(KIND.oneTime, upload.oneTimePreKeys) <= this.#limits.maxOneTimePreKeys &&
      counts.oneTimeKemPreKeys + added(KIND.oneTimeKem, upload.oneTimeKemPreKeys) <= this.#limits.maxOneTimeKemPreKeys
    );
  }

  put(accountNo: number, upload: WirePreKeyUpload): void {
    if (upload.signedPreKey !== undefined) this.#replace(accountNo, KIND.signed, upload.signedPreKey);
    if (upload.lastResortKemPreKey !== undefined) {
      this.#replace(accountNo, KIND.lastResortKem, upload.lastResortKemPreKey);
    }
    for (const preKey of upload.oneTimePreKeys) this.#add(accountNo, KIND.oneTime, preKey);
    for (const preKey of upload.oneTimeKemPreKeys) this.#add(accountNo, KIND.oneTimeKem, preKey);
  }

  take(accountNo: number, oneTime: boolean, now: number): TakenPreKeys {
    const signedPreKey = this.#first(accountNo, KIND.signed);
    const lastResortKemPreKey = this.#first(accountNo, KIND.lastResortKem);
    if (signedPreKey === undefined || lastResortKemPreKey === undefined) throw new SmchatError('storage-damaged');
    if (!oneTime) return { signedPreKey, lastResortKemPreKey };
    const oneTimePreKey = this.#pop(accountNo, KIND.oneTime, now);
    const oneTimeKemPreKey = this.#pop(accountNo, KIND.oneTimeKem, now);
    return {
      signedPreKey,
      lastResortKemPreKey,
      ...(oneTimePreKey === undefined ? {} : { oneTimePreKey }),
      ...(oneTimeKemPreKey === undefined ? {} : { oneTimeKemPreKey }),
    };
  }

  counts(accountNo: number): WirePreKeyCounts {
    const count = (kind: PreKeyKind): number => numberOfColumn(this.#statements.count.get([accountNo, kind])?.count);
    return { oneTimePreKeys: count(KIND.oneTime), oneTimeKemPreKeys: count(KIND.oneTimeKem) };
  }

  removeAll(accountNo: number): void {
    this.#statements.removeAll.run([accountNo]);
    this.#statements.forgetAccount.run([accountNo]);
  }

  expire(now: number, slice: number): boolean {
    return this.#statements.forgetGiven.run([now, slice]).changes === slice;
  }

  #replace(accountNo: number, kind: PreKeyKind, preKey: WirePreKey): void {
    this.#statements.removeKind.run([accountNo, kind]);
    this.#insert(accountNo, kind, preKey);
  }

  #add(accountNo: number, kind: PreKeyKind, preKey: WirePreKey): void {
    if (this.#statements.wasGiven.get([accountNo, kind, preKey.id]) === undefined)
      this.#insert(accountNo, kind, preKey);
  }

  #isKnown(accountNo: number, kind: PreKeyKind, id: number): boolean {
    return (
      this.#statements.wasGiven.get([accountNo, kind, id]) !== undefined ||
      this.#statements.isThere.get([accountNo, kind, id]) !== undefined
    );
  }

  #insert(accountNo: number, kind: PreKeyKind, preKey: WirePreKey): void {
    this.#statements.add.run([accountNo, kind, preKey.id, preKey.created, blob(preKey.key), blob(preKey.signature)]);
  }

  #first(accountNo: number, kind: PreKeyKind): WirePreKey | undefined {
    const row = this.#statements.first.get([accountNo, kind]);
    if (row === undefined) return undefined;
    return {
      id: numberOfColumn(row.id),
      created: numberOfColumn(row.created),
      key: bytesOfColumn(row.key),
      signature: bytesOfColumn(row.signature),
    };
  }

  #pop(accountNo: number, kind: PreKeyKind, now: number): WirePreKey | undefined {
    const preKey = this.#first(accountNo, kind);
    if (preKey === undefined) return undefined;
    if (this.#statements.remove.run([accountNo, kind, preKey.id]).changes !== 1)
      throw new SmchatError('storage-damaged');
    this.#statements.noteGiven.run([accountNo, kind, preKey.id, now + GIVEN_KEPT_MS]);
    return preKey;
  }
}

function prepareStatements(database: Database) {
  return {
    add: database.prepare(
      'INSERT OR REPLACE INTO prekey (account_no, kind, id, created, key, signature) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    first: database.prepare(
      'SELECT id, created, key, signature FROM prekey WHERE account_no = ? AND kind = ? ORDER BY id LIMIT 1',
    ),
    remove: database.prepare('DELETE FROM prekey WHERE account_no = ? AND kind = ? AND id = ?'),
    removeKind: database.prepare('DELETE FROM prekey WHERE account_no = ? AND kind = ?'),
    removeAll: database.prepare('DELETE FROM prekey WHERE account_no = ?'),
    count: database.prepare('SELECT count(*) AS count FROM prekey WHERE account_no = ? AND kind = ?'),
    wasGiven: database.prepare('SELECT 1 AS given FROM given_prekey WHERE account_no = ? AND kind = ? AND id = ?'),
    isThere: database.prepare('SELECT 1 AS there FROM prekey WHERE account_no = ? AND kind = ? AND id = ?'),
    noteGiven: database.prepare(
      'INSERT OR REPLACE INTO given_prekey (account_no, kind, id, until) VALUES (?, ?, ?, ?)',
    ),
    forgetAccount: database.prepare('DELETE FROM given_prekey WHERE account_no = ?'),
    forgetGiven: database.prepare(
      `DELETE FROM given_prekey WHERE (account_no, kind, id) IN
       (SELECT account_no, kind, id FROM given_prekey WHERE until <= ? LIMIT ?)`,
    ),
  };
}
