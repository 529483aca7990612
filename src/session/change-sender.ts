import type { MessageId } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import type { AccountContext } from './account-context.ts';
import type { ChangeResult } from './client.ts';
import type { Connection } from './connection.ts';
import { encodeBody, newMessageId } from './message-body.ts';
import type { Departure, Outbox } from './outbox.ts';
import type { ContactRecord } from './vault-port.ts';

/** How long a caller waits for the relay's word before the change counts as queued. */
const SENT_WITHIN_MS = 30_000;

type ChangeContent =
  | { readonly type: 'edit'; readonly target: MessageId; readonly text: string }
  | { readonly type: 'delete'; readonly target: MessageId }
  | { readonly type: 'reaction'; readonly target: MessageId; readonly emoji: string }
  | { readonly type: 'timer'; readonly seconds: number }
  | { readonly type: 'bye' };

/** A change as it went into the outbox. */
export interface AddedChange {
  readonly entryId: number;
  readonly messageId: MessageId;
  readonly sentAt: number;
  readonly sequence: bigint;
}

/** Sends what changes a chat: a body of its own each, which takes the next place in the sender's order. */
export class ChangeSender {
  readonly #context: AccountContext;
  readonly #outbox: Outbox;
  readonly #connection: Connection;

  constructor(context: AccountContext, outbox: Outbox, connection: Connection) {
    this.#context = context;
    this.#outbox = outbox;
    this.#connection = connection;
  }

  /** Throws where nothing may be sent to this contact. */
  requireOpen(contact: ContactRecord): void {
    if (contact.changedIdentityKey !== null) throw new SmchatError('identity-changed');
    if (contact.state === 'blocked')
      throw new SmchatError('content-refused', 'you have blocked this contact: unblock first');
    if (contact.state === 'incoming') throw new SmchatError('content-refused', 'accept this contact first');
  }

  /** Within the caller's transaction. */
  add({ contactId }: ContactRecord, content: ChangeContent, sentAt: number = this.#context.clock.now()): AddedChange {
    const { vault, rng } = this.#context;
    const contact = vault.contacts.get(contactId);
    if (contact === null) throw new SmchatError('no-such-contact');
    const head = { messageId: newMessageId(rng), sentAt, sequence: contact.nextSequence };
    vault.contacts.update(contactId, { nextSequence: contact.nextSequence + 1n });
    const entryId = this.#outbox.add(contact, { messageId: null, body: encodeBody({ ...head, ...content }) });
    return { ...head, entryId };
  }

  /**
   * After the transaction: waits until the entry is on the relay's disk. `queued` where that cannot be now, or not in
   * time; it then stays in the outbox. Throws where the relay refused it for good. Null: nothing had to be told.
   */
  async settled(
    contact: ContactRecord,
    entryId: number | null,
    timeoutMs: number = SENT_WITHIN_MS,
  ): Promise<ChangeResult['status']> {
    if (entryId === null) return 'sent';
    const left = this.#left(entryId, timeoutMs, contact.peerAccepted);
    this.#outbox.pump();
    const how = await left;
    switch (how) {
      case 'waiting':
      case 'cancelled':
        return 'queued';
      case 'sent':
        return 'sent';
      case 'no-account':
        throw new SmchatError('no-such-contact', `the account of ${contact.name} is gone: this was done here only`);
      default:
        throw new SmchatError('relay-refused', `the relay refused it (${how}): this was done here only`);
    }
  }

  /** Resolves when the entry left, or when it is clear that waiting on is of no use. */
  #left(entryId: number, timeoutMs: number, peerAccepted: boolean): Promise<Departure | 'waiting'> {
    const { hub, clock, closing } = this.#context;
    // What a peer who has not accepted would not take is held back here, however long one waits.
    if (!peerAccepted || this.#connection.status.state === 'offline') return Promise.resolve('waiting');
    return new Promise((resolve) => {
      const finish = (how: Departure | 'waiting') => {
        stopListening();
        stopWaiting();
        cancelTimer();
        closing.removeEventListener('abort', giveUp);
        resolve(how);
      };
      const giveUp = () => finish('waiting');
      const stopListening = hub.add((event) => {
        if (event.event === 'connection' && event.state === 'offline') giveUp();
      });
      const stopWaiting = this.#outbox.onLeft(entryId, finish);
      const cancelTimer = clock.after(timeoutMs, giveUp);
      closing.addEventListener('abort', giveUp);
    });
  }
}
