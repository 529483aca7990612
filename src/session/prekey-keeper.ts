import { type AccountContext, commit } from './account-context.ts';
import { randomBelow } from './back-off.ts';
import {
  destroyOldPreKeys,
  KEM_POOL,
  KEM_REFILL_BELOW,
  makePreKeys,
  ONE_TIME_POOL,
  ONE_TIME_REFILL_BELOW,
  rotationDue,
} from './prekey-supply.ts';
import type { PreKeyUpload, RelayConnection } from './relay-port.ts';

/** Refills come after a random delay, so that the relay cannot tell who just talked to whom. */
const REFILL_DELAY_MAX_MS = 60_000;
const CHECK_EVERY_MS = 3_600_000;
/** A relay that asks for longer is not believed. */
const WISH_MAX_MS = CHECK_EVERY_MS;
/** Signing takes milliseconds a key: small portions keep the interface fluent. */
const PORTION = 5;

/** Keeps the relay stocked with prekeys while the account is online, and rotates the long-lived ones. */
export class PreKeyKeeper {
  readonly #context: AccountContext;
  #connection: RelayConnection | null = null;
  #cancel: (() => void) | null = null;
  /** Rotated here, and not yet at the relay. */
  #rotated: PreKeyUpload | null = null;
  /** How long the relay asked to wait, in the last check, for what it did not take. */
  #wishMs = 0;
  /** Whoever waits until the relay's prekeys are ones that this vault holds. */
  #waiting: (() => void)[] = [];

  constructor(context: AccountContext) {
    this.#context = context;
  }

  connected(connection: RelayConnection): void {
    this.#connection = connection;
    const { vault, clock } = this.#context;
    const isPressing = this.#renewalDue() || this.#rotated !== null || rotationDue(vault, clock.now());
    this.#checkAfter(isPressing ? 0 : this.#delay());
  }

  disconnected(): void {
    this.#connection = null;
    this.#cancel?.();
    this.#cancel = null;
    this.#release();
  }

  /** Resolves once the relay gives out no prekey of a copy of this vault any more, or the connection has ended. */
  renewed(): Promise<void> {
    if (!this.#renewalDue() || this.#connection === null) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #renewalDue(): boolean {
    return this.#context.vault.account.load().renewPreKeys === true;
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #delay(): number {
    return randomBelow(REFILL_DELAY_MAX_MS, this.#context.rng);
  }

  #checkAfter(delayMs: number): void {
    this.#cancel?.();
    this.#cancel = this.#context.clock.after(delayMs, () => {
      this.#check().then(
        () =>
          this.#connection !== null &&
          this.#checkAfter(Math.max(this.#wishMs, this.#rotated === null ? CHECK_EVERY_MS : 0) + this.#delay()),
        (thrown) => this.#context.troubled(thrown),
      );
    });
  }

  async #check(): Promise<void> {
    const connection = this.#connection;
    if (connection === null) return;
    this.#wishMs = 0;
    if (this.#renewalDue()) await this.#renew(connection);
    if (connection !== this.#connection) return;
    await this.#rotate(connection);
    if (connection !== this.#connection) return;
    const counts = await connection.preKeyCounts();
    if (!counts.ok) return;
    const { oneTimePreKeys, oneTimeKemPreKeys } = counts.value;
    if (oneTimePreKeys < ONE_TIME_REFILL_BELOW)
      await this.#refill(connection, 'oneTime', ONE_TIME_POOL - oneTimePreKeys);
    if (oneTimeKemPreKeys < KEM_REFILL_BELOW) await this.#refill(connection, 'kem', KEM_POOL - oneTimeKemPreKeys);
  }

  /** What the relay did not take is published again with the next look: it must not give out an ever older one. */
  async #rotate(connection: RelayConnection): Promise<void> {
    const { vault, clock } = this.#context;
    if (this.#rotated === null && !rotationDue(vault, clock.now())) return;
    this.#rotated ??= this.#make({ oneTime: 0, kem: 0, rotate: true });
    if (!(await this.#publish(connection, this.#rotated))) return;
    this.#rotated = null;
    destroyOldPreKeys(vault, clock.now());
  }

  /**
   * After a copy of this vault was used: new long-lived prekeys, and whole new pools. Their numbers go on from this
   * vault's, so that they take the places of those that the copy has left at the relay, whose secrets are not here.
   */
  async #renew(connection: RelayConnection): Promise<void> {
    if (!(await this.#publish(connection, this.#make({ oneTime: 0, kem: 0, rotate: true })))) return;
    await this.#refill(connection, 'kem', KEM_POOL);
    await this.#refill(connection, 'oneTime', ONE_TIME_POOL);
    if (connection !== this.#connection) return;
    commit(this.#context, () => this.#context.vault.account.update({ renewPreKeys: false }));
    this.#release();
  }

  async #refill(connection: RelayConnection, kind: 'oneTime' | 'kem', missing: number): Promise<void> {
    for (let left = missing; left > 0 && connection === this.#connection; left -= PORTION) {
      const portion = Math.min(PORTION, left);
      await this.#publish(connection, this.#make({ oneTime: 0, kem: 0, rotate: false, [kind]: portion }));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  #make(counts: { oneTime: number; kem: number; rotate: boolean }): PreKeyUpload {
    const { vault, local, rng, clock } = this.#context;
    return makePreKeys({ vault, local, rng, now: clock.now() }, counts);
  }

  async #publish(connection: RelayConnection, upload: PreKeyUpload): Promise<boolean> {
    const answer = await connection.publishPreKeys(upload);
    if (!answer.ok) this.#wishMs = Math.min(WISH_MAX_MS, Math.max(this.#wishMs, answer.retryAfterMs));
    return answer.ok;
  }
}
