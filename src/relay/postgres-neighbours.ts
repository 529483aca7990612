import { randomBytes } from 'node:crypto';
import type { ClientBase } from 'pg';
import { type AccountId, toHex } from '../crypto/bytes.ts';
import { mapKey } from './map-key.ts';
import type { LocalAccounts, Neighbours } from './neighbours.ts';
import {
  ARRIVE,
  EVERYBODY,
  HINT_MAX_ACCOUNTS,
  readHint,
  TELL_DELETED,
  TELL_HERE,
  TELL_MAIL,
} from './postgres-hints.ts';
import { PostgresLeases } from './postgres-leases.ts';
import type { PostgresServer } from './postgres-server.ts';
import { bytes, numberOf, uuidArray } from './postgres-values.ts';

/** Hints to one process gather so long. */
const HINT_DELAY_MS = 5;
export interface NeighbourOptions {
  /** What hints might have missed is looked for so often. */
  readonly pollIntervalMs: number;
  failed(cause: unknown): void;
}

/** The other processes on the same PostgreSQL database: leases say who is connected where, notifications are hints. */
export class PostgresNeighbours implements Neighbours {
  readonly #server: PostgresServer;
  readonly #pollIntervalMs: number;
  readonly #failed: (cause: unknown) => void;
  readonly #process = new Uint8Array(randomBytes(16));
  readonly #leases: PostgresLeases;
  readonly #stored = new Map<string, AccountId>();
  #local: LocalAccounts | null = null;
  #listener: (ClientBase & { end(): Promise<void> }) | null = null;
  #hintTimer: NodeJS.Timeout | null = null;
  #pollTimer: NodeJS.Timeout | null = null;
  #polling: Promise<void> | null = null;
  #isAlone = true;
  #isClosed = false;

  constructor(server: PostgresServer, options: NeighbourOptions) {
    this.#server = server;
    this.#pollIntervalMs = options.pollIntervalMs;
    this.#failed = options.failed;
    this.#leases = new PostgresLeases(server, this.#process);
  }

  async start(local: LocalAccounts): Promise<void> {
    this.#local = local;
    this.#server.onFound(() => this.#attempt(this.#settle()));
    await this.#settle();
    this.#pollTimer = setInterval(() => this.#attempt(this.#pollOnce()), this.#pollIntervalMs);
  }

  async arrive(account: AccountId): Promise<boolean> {
    const [row] = await this.#server.hint(ARRIVE, [bytes(account), bytes(this.#process)]);
    if (row === undefined) return false;
    this.#leases.hold(account, numberOf(row, 'epoch'));
    return true;
  }

  leave(account: AccountId): void {
    this.#leases.letGo(account);
    this.#hintSoon();
  }

  stored(account: AccountId): void {
    if (this.#isAlone) return;
    this.#stored.set(mapKey(account), account);
    this.#hintSoon();
  }

  deleted(account: AccountId): void {
    this.#attempt(this.#server.hint(TELL_DELETED, [bytes(account), bytes(this.#process)]));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#pollTimer !== null) clearInterval(this.#pollTimer);
    if (this.#hintTimer !== null) clearTimeout(this.#hintTimer);
    await this.#polling?.catch(() => {});
    await this.#leases.letGoOfAll().catch(() => {});
    this.#stopListening();
  }

  /** On a server that is new to it: listens, looks for what came before that, and says that it is there. */
  async #settle(): Promise<void> {
    this.#stopListening();
    await this.#polling?.catch(() => {});
    await this.#pollOnce();
    await this.#server.hint(TELL_HERE, [bytes(this.#process)]);
  }

  #stopListening(): void {
    const listener = this.#listener;
    this.#listener = null;
    void listener?.end().catch(() => {});
  }

  async #listen(): Promise<void> {
    const client = await this.#server.connect();
    client.on('notification', ({ channel, payload = '' }) => this.#heard(channel, payload));
    client.once('end', () => {
      if (this.#listener !== client || this.#isClosed) return;
      this.#listener = null;
      this.#server.lost(new Error('the listening connection ended'));
    });
    await client.query(`LISTEN ${EVERYBODY}`);
    await client.query(`LISTEN smchat_${toHex(this.#process)}`);
    this.#listener = client;
  }

  #heard(channel: string, payload: string): void {
    if (channel === EVERYBODY) {
      if (payload !== toHex(this.#process)) this.#isAlone = false;
      return;
    }
    const hint = readHint(payload);
    switch (hint?.kind) {
      case 'mail':
        for (const account of hint.accounts) this.#local?.mail(account, Number.POSITIVE_INFINITY);
        break;
      case 'deleted':
        this.#local?.deleted(hint.account);
        break;
      case 'replaced':
        this.#heardReplaced(hint.account, hint.epoch);
        break;
      case undefined:
        break;
      default:
        hint satisfies never;
    }
  }

  #heardReplaced(account: AccountId, epoch: number): void {
    // A hint that came late: the account is back here since.
    if (this.#leases.epochOf(account) >= epoch) return;
    this.#isAlone = false;
    this.#leases.forget(account);
    this.#local?.replaced(account);
  }

  #hintSoon(): void {
    if (this.#isClosed) return;
    this.#hintTimer ??= setTimeout(() => {
      this.#hintTimer = null;
      this.#attempt(this.#hint());
    }, HINT_DELAY_MS);
  }

  async #hint(): Promise<void> {
    const stored = [...this.#stored.values()];
    this.#stored.clear();
    await this.#leases.flush();
    for (let at = 0; at < stored.length; at += HINT_MAX_ACCOUNTS) {
      const accounts = uuidArray(stored.slice(at, at + HINT_MAX_ACCOUNTS));
      await this.#server.hint(TELL_MAIL, [accounts, bytes(this.#process)]);
    }
  }

  #pollOnce(): Promise<void> {
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = null;
    });
    return this.#polling;
  }

  async #poll(): Promise<void> {
    const local = this.#local;
    if (local === null || this.#isClosed) return;
    if (this.#listener === null) await this.#listen();
    this.#isAlone = await this.#leases.beAlive();
    for await (const found of this.#leases.compare(local.accounts())) {
      switch (found.state) {
        case 'deleted':
          local.deleted(found.account);
          break;
        case 'replaced':
          this.#leases.forget(found.account);
          local.replaced(found.account);
          break;
        case 'here':
          local.mail(found.account, found.lastSeq);
          break;
        default:
          found satisfies never;
      }
    }
  }

  /** A hint that fails is lost; the poll finds what it was about. */
  #attempt(work: Promise<unknown>): void {
    work.catch((cause: unknown) => {
      if (!this.#isClosed) this.#failed(cause);
    });
  }
}
