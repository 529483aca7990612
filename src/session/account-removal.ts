import { asSmchatError, SmchatError } from '../smchat-error.ts';
import { type AccountContext, commit } from './account-context.ts';
import type { ChangeSender } from './change-sender.ts';
import type { Connection } from './connection.ts';
import type { HomePort } from './home-port.ts';
import { isBye } from './message-body.ts';
import type { Outbox } from './outbox.ts';
import type { Password } from './password.ts';
import type { RelayPort } from './relay-port.ts';

/** Goodbyes are a courtesy: nobody waits longer for them. */
const GOODBYE_WITHIN_MS = 3_000;

export interface RemovalParts {
  readonly context: AccountContext;
  readonly outbox: Outbox;
  readonly sender: ChangeSender;
  readonly connection: Connection;
  readonly home: HomePort;
  readonly relay: RelayPort;
}

/**
 * Erases an account at its relay and then here, in an order that can be gone on with after a kill at any moment: as long
 * as it is there it can be unlocked, without the relay too, and deleted again.
 */
export class AccountRemoval {
  readonly #parts: RemovalParts;
  #running = false;

  constructor(parts: RemovalParts) {
    this.#parts = parts;
  }

  /** Takes back what an earlier attempt, which was killed, has left to be said. */
  start(): void {
    this.#takeBackGoodbyes();
  }

  /**
   * Everything up to the relay's word. Throws `wrong-password`, `relay-unreachable` or `relay-refused`: then the account
   * is as it was, but that contacts who were reached have read a goodbye.
   */
  async eraseAtRelay(password: Password): Promise<void> {
    const { context, home, relay } = this.#parts;
    const account = context.vault.account.load();
    if (this.#running) throw new SmchatError('content-refused', 'this account is being deleted already');
    this.#running = true;
    try {
      await home.checkPassword(account.name, password);
      await this.#sayGoodbye();
      if (account.relayKey !== null) {
        const credentials = { accountId: account.accountId, ...account.relayKeyPair, relayKey: account.relayKey };
        await relay.deleteAccount(account.relayUrl, credentials).catch(unlessGone);
      }
    } catch (thrown) {
      if (!context.closing.aborted) this.#takeBackGoodbyes();
      throw thrown;
    } finally {
      this.#running = false;
    }
  }

  async #sayGoodbye(): Promise<void> {
    const { context, sender, connection } = this.#parts;
    if (connection.live === null) return;
    const contacts = context.vault.contacts
      .list()
      .filter((contact) => contact.state === 'accepted' && contact.changedIdentityKey === null);
    const entries = commit(context, () => contacts.map((contact) => sender.add(contact, { type: 'bye' }).entryId));
    await Promise.allSettled(
      contacts.map((contact, i) => sender.settled(contact, entries[i] ?? null, GOODBYE_WITHIN_MS)),
    );
  }

  #takeBackGoodbyes(): void {
    commit(this.#parts.context, () => this.#parts.outbox.cancel((entry) => isBye(entry.body)));
  }
}

/** The relay does not know this account any more: it was erased there before. */
function unlessGone(thrown: unknown): void {
  if (asSmchatError(thrown).code !== 'not-authorised') throw thrown;
}
