import { asSmchatError, SmchatError } from '../smchat-error.ts';
import { type AccountContext, type CommitContext, commit, type Tell } from './account-context.ts';
import type { ConnectionState } from './client.ts';
import { ReconnectSchedule, STEADY_AFTER_MS } from './reconnect-schedule.ts';
import type { ConnectionEnd, Delivery, RelayConnection, RelayPort } from './relay-port.ts';
import type { Vault } from './vault-port.ts';

/** A disk does not empty itself in a moment. */
const STUMBLE_DELAY_MS = 5_000;

const LOSS_SENTENCE = {
  replaced: 'this account was opened somewhere else',
  draining: 'the relay is restarting',
  lost: 'the connection was lost',
} as const;

/** What hangs on a connection. */
export interface ConnectionUser {
  connected(connection: RelayConnection): void;
  deliver(delivery: Delivery): void;
  disconnected(): void;
  /** The relay knew neither login token: a copy of this vault was used. Within the transaction that stores the new one. */
  copied(tell: Tell): void;
  /** Asked before that: whether the account has gone on in a restored backup, and this copy is to be out of use. */
  superseded(connection: RelayConnection): Promise<boolean>;
}

/** What of an account a connection works on. */
export interface ConnectionContext extends CommitContext, Pick<AccountContext, 'clock' | 'rng'> {
  readonly vault: Pick<Vault, 'account' | 'transaction'>;
}

export interface ConnectionStatus {
  readonly state: ConnectionState;
  readonly reason?: string;
}

/** Keeps the account connected: logs in, comes back with growing, jittered delays, and says how it stands. */
export class Connection {
  readonly #context: ConnectionContext;
  readonly #relay: RelayPort;
  readonly #user: ConnectionUser;
  #status: ConnectionStatus = { state: 'connecting' };
  #connection: RelayConnection | null = null;
  readonly #schedule: ReconnectSchedule;
  /** Ends whatever is waited for: the next try, or that the connection has proven steady. */
  #cancelTimer: () => void = () => {};
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor(context: ConnectionContext, relay: RelayPort, user: ConnectionUser) {
    this.#context = context;
    this.#relay = relay;
    this.#user = user;
    this.#schedule = new ReconnectSchedule(context.rng);
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** The live connection, or null. */
  get live(): RelayConnection | null {
    return this.#connection;
  }

  start(): void {
    this.#connect().catch((thrown) => {
      const failure = asSmchatError(thrown);
      this.#offline(failure.message, this.#schedule.afterFailure(failure.retryAfterMs));
    });
  }

  /** Resolves when the first attempt under way has either succeeded or failed. */
  async settled(): Promise<RelayConnection | null> {
    if (this.#status.state === 'connecting' && !this.#closed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#connection;
  }

  /** Goes offline because this side cannot go on, and tries again after a while: nothing was acknowledged. */
  stumble(reason: string): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    this.#user.disconnected();
    connection.close();
    this.#offline(reason, STUMBLE_DELAY_MS);
  }

  close(): void {
    this.#closed = true;
    this.#cancelTimer();
    const connection = this.#connection;
    this.#connection = null;
    if (connection !== null) {
      this.#user.disconnected();
      connection.close();
    }
    this.#settle();
  }

  async #connect(): Promise<void> {
    this.#say({ state: 'connecting' });
    const { vault, rng } = this.#context;
    const account = vault.account.load();
    if (account.superseded === true) return this.#retire();
    if (account.relayKey === null) throw new Error('not registered');
    const next = account.pendingLoginToken ?? rng.bytes(16);
    if (account.pendingLoginToken === null)
      commit(this.#context, () => vault.account.update({ pendingLoginToken: next }));
    let connection: RelayConnection | null = null;
    let ended: ConnectionEnd | null = null;
    connection = await this.#relay.login(
      account.relayUrl,
      { accountId: account.accountId, ...account.relayKeyPair, relayKey: account.relayKey },
      { previous: account.loginToken, next },
      {
        deliver: (delivery) => {
          if (this.#connection === connection) this.#user.deliver(delivery);
        },
        closed: (end) => {
          ended = end;
          if (connection !== null && this.#connection === connection) this.#lost(end);
        },
      },
    );
    const { copied } = connection;
    if (copied && (await this.#user.superseded(connection))) {
      connection.close();
      if (this.#closed) return;
      commit(this.#context, () => vault.account.update({ superseded: true }));
      return this.#retire();
    }
    if (this.#closed) {
      connection.close();
      return;
    }
    commit(this.#context, (tell) => {
      vault.account.update({ loginToken: next, pendingLoginToken: null });
      if (copied) this.#user.copied(tell);
    });
    if (ended !== null) {
      this.#ended(ended);
      return;
    }
    this.#connection = connection;
    this.#cancelTimer = this.#context.clock.after(STEADY_AFTER_MS, () => this.#schedule.steady());
    this.#say({ state: 'online' });
    this.#settle();
    this.#user.connected(connection);
  }

  /** For good: nothing is tried again. */
  #retire(): void {
    this.#say({ state: 'offline', reason: new SmchatError('superseded').message });
    this.#settle();
  }

  #lost(end: ConnectionEnd): void {
    this.#connection = null;
    this.#user.disconnected();
    this.#ended(end);
  }

  #ended(end: ConnectionEnd): void {
    this.#offline(LOSS_SENTENCE[end.reason], this.#schedule.afterEnd(end));
  }

  #offline(reason: string, retryAfterMs: number): void {
    if (this.#closed) return;
    this.#say({ state: 'offline', reason });
    this.#settle();
    this.#cancelTimer();
    this.#cancelTimer = this.#context.clock.after(retryAfterMs, () => this.start());
  }

  #say(status: ConnectionStatus): void {
    if (this.#closed || (status.state === this.#status.state && status.reason === this.#status.reason)) return;
    this.#status = status;
    this.#context.hub.emit({ event: 'connection', ...status });
  }

  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
