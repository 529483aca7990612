import { randomBytes } from 'node:crypto';
import { x25519KeyPair } from '../crypto/x25519.ts';
import { PREKEY_GENERATION, preKeyGeneration } from '../session/generation-port.ts';
import { SmchatError } from '../smchat-error.ts';
import { ACCOUNT_NAME } from './account-listing.ts';
import { columnsOf } from './backup-grammar.ts';
import { BackupOrder } from './backup-order.ts';
import type { BackupRecord, FieldValue } from './backup-record.ts';
import { backupDamaged } from './backup-stream.ts';
import type { Value, VaultDatabase } from './vault-database.ts';

/** So many records are one transaction: the vault has its place and name only once all are in. */
const RECORDS_A_TRANSACTION = 512;
/** A relay hands out at most so many that a vault has made lately. */
const [ONE_TIME_AT_RELAY, KEM_AT_RELAY] = [100, 20];
const GENERATION_LAST = 255;
const LOGIN_TOKEN_BYTES = 16;

/** Where the files of messages go. */
export interface RestoredFiles {
  /** A new file; gives its name. */
  create(): Promise<string>;
  append(name: string, bytes: Uint8Array): Promise<unknown>;
}

/** The name in a backup's first record. Throws `storage-damaged` where it is none. */
export function accountNameOf({ type, values }: BackupRecord): string {
  if (type !== 'account') throw backupDamaged();
  return requireName(values[0]);
}

function requireName(name: FieldValue | undefined): string {
  if (typeof name !== 'string' || !ACCOUNT_NAME.test(name)) throw backupDamaged();
  return name;
}

/** The relay in a backup's first record. */
export function relayUrlOf(account: BackupRecord): string {
  const url = field(account, 'relay_url');
  const protocol = typeof url === 'string' && URL.canParse(url) ? new URL(url).protocol : '';
  if (typeof url !== 'string' || (protocol !== 'ws:' && protocol !== 'wss:')) throw backupDamaged();
  return url;
}

/** Writes a backup's records into an empty vault, one after the other. */
export class BackupRestore {
  readonly #database: VaultDatabase;
  readonly #files: RestoredFiles;
  readonly #order = new BackupOrder();
  #message: FieldValue = null;
  #file: string | null = null;
  #waiting: (() => void)[] = [];

  constructor(database: VaultDatabase, files: RestoredFiles) {
    this.#database = database;
    this.#files = files;
  }

  /** How many messages there were so far. */
  get messages(): number {
    return this.#order.messages;
  }

  async add(record: BackupRecord): Promise<void> {
    this.#order.next(record);
    if (record.type === 'piece') {
      const [bytes] = record.values;
      if (this.#file === null || !(bytes instanceof Uint8Array)) throw backupDamaged();
      await this.#files.append(this.#file, bytes);
      return;
    }
    const file = record.type === 'attachment' ? await this.#beginFile(record) : null;
    this.#waiting.push(() => this.#insert(record, file));
    if (this.#waiting.length >= RECORDS_A_TRANSACTION) this.#write();
  }

  /** After the last record. Throws `storage-damaged` where it was not the end. */
  finish(): void {
    this.#order.finish();
    this.#write();
  }

  async #beginFile(record: BackupRecord): Promise<string | null> {
    const bytes = field(record, 'bytes');
    if (field(record, 'state') !== 'here' || typeof bytes !== 'number') return null;
    this.#order.expectFile(bytes);
    this.#file = await this.#files.create();
    return this.#file;
  }

  #write(): void {
    const work = this.#waiting;
    this.#waiting = [];
    try {
      this.#database.transaction(() => {
        for (const insert of work) insert();
      });
    } catch (thrown) {
      // What contradicts itself, such as one id twice: no vault was like that.
      if (thrown instanceof SmchatError && thrown.code !== 'internal') throw thrown;
      throw backupDamaged();
    }
  }

  #insert(record: BackupRecord, file: string | null): void {
    const message_id = this.#message;
    switch (record.type) {
      case 'account':
        this.#insertAccount(record);
        break;
      case 'contact':
        requireName(field(record, 'name'));
        this.#insertFields('contacts', record, ['highest']);
        this.#row('repairs', { contact_id: field(record, 'id'), highest: field(record, 'highest') });
        break;
      case 'message':
        this.#message = field(record, 'message_id');
        this.#insertFields('messages', record);
        break;
      case 'facts':
        this.#insertFields('attachment_facts', record, [], { message_id });
        break;
      case 'attachment':
        this.#insertFields('attachments', record, [], { message_id, file });
        break;
      case 'reaction':
        this.#insertFields('reactions', record, [], { message_id });
        break;
      case 'deleted':
        this.#insertFields('deleted_messages', record);
        break;
      case 'change':
        this.#insertFields('waiting_changes', record);
        break;
      default:
    }
  }

  /** The prekeys' secrets are not in a backup: their numbers say which ones at the relay are to be replaced. */
  #insertAccount(record: BackupRecord): void {
    const [identity, relay] = [keyPairOf(record, 'identity_private'), keyPairOf(record, 'relay_private')];
    relayUrlOf(record);
    this.#insertFields('account', record, ['next_signed', 'next_one_time', 'next_kem_one_time'], {
      id: 1,
      identity_public: identity.publicKey,
      identity_private: identity.privateKey,
      relay_public: relay.publicKey,
      relay_private: relay.privateKey,
      // No token that the relay ever heard of: it says so at the first login, and every session is made anew.
      login_token: randomBytes(LOGIN_TOKEN_BYTES),
    });
    const numbers = [
      ['signed', firstOfNextGeneration(numberOf(record, 'next_signed'))],
      ['one-time', Math.max(1, numberOf(record, 'next_one_time') - ONE_TIME_AT_RELAY)],
      ['kem-one-time', Math.max(1, numberOf(record, 'next_kem_one_time') - KEM_AT_RELAY)],
    ] as const;
    for (const [kind, next_id] of numbers) this.#row('pre_key_numbers', { kind, next_id });
  }

  #insertFields(
    table: string,
    { type, values }: BackupRecord,
    without: readonly string[] = [],
    others: Readonly<Record<string, Value>> = {},
  ): void {
    const entries = columnsOf(type).map((name, index): [string, Value] => [name, values[index] ?? null]);
    this.#row(table, { ...Object.fromEntries(entries.filter(([name]) => !without.includes(name))), ...others });
  }

  #row(table: string, row: Readonly<Record<string, Value>>): void {
    const [columns, values] = [Object.keys(row), Object.values(row)];
    const places = columns.map(() => '?').join(', ');
    this.#database.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`, values);
  }
}

/** Signed prekeys say by their number how often the account was restored: PREKEY_GENERATION. */
function firstOfNextGeneration(next: number): number {
  return Math.min(GENERATION_LAST, preKeyGeneration(next) + 1) * PREKEY_GENERATION + 1;
}

function keyPairOf(record: BackupRecord, name: string) {
  const seed = field(record, name);
  if (!(seed instanceof Uint8Array)) throw backupDamaged();
  return x25519KeyPair(seed);
}

function numberOf(record: BackupRecord, name: string): number {
  const value = field(record, name);
  return typeof value === 'number' ? value : 0;
}

function field({ type, values }: BackupRecord, name: string): FieldValue {
  const index = columnsOf(type).indexOf(name);
  if (index < 0) throw new RangeError(`${type} has no ${name}`);
  return values[index] ?? null;
}
