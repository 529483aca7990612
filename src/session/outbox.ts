import { equal } from '../crypto/bytes.ts';
import type { PairwiseSession } from '../crypto/pairwise-session.ts';
import { type AccountContext, commit, inBackground, type Tell } from './account-context.ts';
import { emptyAnswer, placeInsteadOf } from './empty-body.ts';
import { needsAcceptance } from './message-body.ts';
import { setOwnStatus } from './message-status.ts';
import { OutboxHolds } from './outbox-holds.ts';
import type { RelayAnswer, RelayConnection, RelayRefusal } from './relay-port.ts';
import { sealIn } from './sealing.ts';
import { rememberSent } from './sent-outbox.ts';
import { placeInOrder } from './sequence.ts';
import type { ContactRecord, OutboxEntry } from './vault-port.ts';

/** The relay pauses a socket beyond so many unanswered SENDs (relay.md, section 2). */
const IN_FLIGHT_MAX = 64;
/** Until a contact has accepted, so many messages may wait there (protocol.md, section 4). */
const UNACCEPTED_MAX = 20;
/** The mailbox's life: what nobody fetched by then is gone. */
const ENVELOPE_TTL_SECONDS = 14 * 24 * 3600;

/** Keys are given out at a limited rate: asking again soon is in vain. */
const KEYS_REFUSED_MS = 30_000;

/** Refusals that no retry can mend. */
const FINAL: ReadonlySet<RelayRefusal> = new Set(['no-account', 'too-large', 'bad-frame', 'expired']);

/** How an entry left: onto the relay's disk, taken back, or refused for good. */
export type Departure = 'sent' | 'cancelled' | RelayRefusal;

interface Settled {
  readonly entry: OutboxEntry;
  readonly answer: RelayAnswer<{ duplicate: boolean }>;
}

/**
 * What is on its way, in order for each contact, over restarts. An entry is sealed in the transaction that stores the
 * ratchet's new state; from then on every retry sends the same bytes under the same relay id.
 */
export class Outbox {
  readonly #context: AccountContext;
  readonly #startSession: (contactId: number) => void;
  readonly #entries = new Map<number, OutboxEntry>();
  readonly #inFlight = new Set<number>();
  /** Added by this process and handed to no relay yet. */
  readonly #untried = new Set<number>();
  /** Sealed anew, though a relay may have what they were before. */
  readonly #resealed = new Set<number>();
  readonly #listeners = new Map<number, Set<(how: Departure) => void>>();
  #connection: RelayConnection | null = null;
  #connectedAt: number | null = null;
  #settled: Settled[] = [];
  readonly #holds: OutboxHolds;

  /** `startSession` is asked when a contact has no session; once there is one, `pump` goes on. */
  constructor(context: AccountContext, startSession: (contactId: number) => void) {
    this.#context = context;
    this.#startSession = startSession;
    this.#holds = new OutboxHolds(context, () => this.pump());
    this.reload();
    context.mirrors.add(this);
  }

  /** Reads the vault's entries again. */
  reload(): void {
    this.#entries.clear();
    for (const entry of this.#context.vault.outbox.all()) this.#entries.set(entry.entryId, entry);
    for (const entryId of this.#listeners.keys()) if (!this.#entries.has(entryId)) this.#tellLeft(entryId, 'cancelled');
  }

  /** Adds a body within the caller's transaction and seals it at once where there is a session; gives the entry's id. */
  add(contact: ContactRecord, entry: Pick<OutboxEntry, 'messageId' | 'body'>): number {
    const added = this.#context.vault.outbox.add({
      ...entry,
      contactId: contact.contactId,
      relayId: this.#context.rng.bytes(16),
      envelope: null,
      createdAt: this.#context.clock.now(),
    });
    this.#entries.set(added.entryId, added);
    this.#untried.add(added.entryId);
    this.#seal(contact);
    return added.entryId;
  }

  /**
   * Takes back what waits, within the caller's transaction. `perhaps-left`: a relay may have it nevertheless, since it
   * was handed to one, or sealed by an earlier process that may have done so.
   */
  cancel(fits: (entry: OutboxEntry) => boolean): 'none' | 'never-left' | 'perhaps-left' {
    const cancelled = [...this.#entries.values()].filter(fits);
    const tried = cancelled.some(
      ({ entryId, envelope }) => this.#resealed.has(entryId) || (envelope !== null && !this.#untried.has(entryId)),
    );
    for (const entry of cancelled) {
      this.#remove(entry, 'cancelled');
      this.#leavePlace(entry);
    }
    if (cancelled.length === 0) return 'none';
    return tried ? 'perhaps-left' : 'never-left';
  }

  /** Seals what waits for a contact anew, in the session that is current then, within the caller's transaction. */
  reseal(contactId: number): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.contactId !== contactId || entry.envelope === null) continue;
      const relayId = this.#context.rng.bytes(16);
      this.#context.vault.outbox.unseal(entry.entryId, relayId);
      this.#entries.set(entry.entryId, { ...entry, envelope: null, relayId });
      this.#inFlight.delete(entry.entryId);
      if (!this.#untried.has(entry.entryId)) this.#resealed.add(entry.entryId);
    }
    const contact = this.#context.vault.contacts.get(contactId);
    if (contact !== null) this.#seal(contact);
  }

  /** Answers in a session that the peer has begun, within the caller's transaction: so they are sure of it. It says nothing. */
  answerIn(contact: ContactRecord, session: PairwiseSession): void {
    if (contact.state !== 'accepted' || !maySendTo(contact)) return;
    const { rng, clock, vault } = this.#context;
    const body = emptyAnswer(this.#context);
    const { contactId } = contact;
    const envelope = sealIn(this.#context, contactId, session, body, this.#connectedAt);
    const entry = { contactId, messageId: null, relayId: rng.bytes(16), body, envelope, createdAt: clock.now() };
    const added = vault.outbox.add(entry);
    this.#entries.set(added.entryId, added);
    this.#untried.add(added.entryId);
  }

  /** Takes back the messages of a contact that the vault does not hold any more, within the caller's transaction. */
  cancelErased(contactId: number): void {
    const { messages } = this.#context.vault;
    this.cancel(
      (entry) => entry.contactId === contactId && entry.messageId !== null && messages.byId(entry.messageId) === null,
    );
  }

  /** Calls `listener` once, after the transaction in which the entry leaves; the returned function ends it. */
  onLeft(entryId: number, listener: (how: Departure) => void): () => void {
    const listeners = this.#listeners.get(entryId) ?? new Set();
    this.#listeners.set(entryId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(entryId);
    };
  }

  /** Gives up all that waits for a contact: its messages become failed. Within the caller's transaction. */
  failAll(contactId: number, reason: RelayRefusal, tell: Tell): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.contactId === contactId) this.#finish(entry, reason, tell);
    }
  }

  connected(connection: RelayConnection): void {
    this.#connection = connection;
    this.#connectedAt = this.#context.clock.now();
    this.#holds.succeeded();
    this.#inFlight.clear();
    this.pump();
  }

  disconnected(): void {
    this.#connection = null;
    this.#settled = [];
    this.#inFlight.clear();
  }

  /** Sends whatever can go now. */
  pump(): void {
    if (this.#connection === null || this.#holds.has('all')) return;
    for (const contactId of new Set([...this.#entries.values()].map((entry) => entry.contactId))) {
      const contact = this.#context.vault.contacts.get(contactId);
      if (contact === null || !maySendTo(contact) || this.#holds.has(contactId)) continue;
      const unsealed = this.#unsealed(contact);
      if (this.#context.sessions.current(contactId) === null) {
        if (unsealed.length > 0) this.#startSession(contactId);
        continue;
      }
      if (unsealed.length > 0) commit(this.#context, () => this.#seal(contact));
      this.#transmit(this.#connection, contact);
    }
  }

  #transmit(connection: RelayConnection, contact: ContactRecord): void {
    if (contact.accountId === null) return;
    for (const entry of this.#entries.values()) {
      if (this.#inFlight.size >= IN_FLIGHT_MAX) return;
      if (entry.contactId !== contact.contactId || entry.envelope === null) continue;
      if (this.#inFlight.has(entry.entryId)) continue;
      this.#inFlight.add(entry.entryId);
      this.#untried.delete(entry.entryId);
      connection
        .send(contact.accountId, entry.relayId, ENVELOPE_TTL_SECONDS, entry.envelope)
        .then((answer) => this.#settle(connection, { entry, answer }));
    }
  }

  #unsealed(contact: ContactRecord): readonly OutboxEntry[] {
    return [...this.#entries.values()].filter(
      (entry) => entry.contactId === contact.contactId && entry.envelope === null && this.#allowed(contact, entry),
    );
  }

  /** A stranger's door: beyond the twentieth, messages stay here until the first answer. */
  #allowed(contact: ContactRecord, entry: OutboxEntry): boolean {
    if (contact.peerAccepted) return true;
    if (entry.messageId === null) return !needsAcceptance(entry.body);
    const message = this.#context.vault.messages.byId(entry.messageId);
    return message === null || placeInOrder(message.sequence) <= UNACCEPTED_MAX;
  }

  #seal(contact: ContactRecord): void {
    const { vault, sessions } = this.#context;
    if (!maySendTo(contact)) return;
    for (const entry of this.#unsealed(contact)) {
      const session = sessions.current(contact.contactId);
      if (session === null) return;
      const envelope = sealIn(this.#context, contact.contactId, session, entry.body, this.#connectedAt);
      vault.outbox.setEnvelope(entry.entryId, envelope);
      this.#entries.set(entry.entryId, { ...entry, envelope });
    }
  }

  /** The answers of one turn of the event loop become one transaction. */
  #settle(connection: RelayConnection, settled: Settled): void {
    if (connection !== this.#connection) return;
    if (this.#settled.length === 0) setImmediate(() => inBackground(this.#context, () => this.#flushSettled()));
    this.#settled.push(settled);
  }

  #flushSettled(): void {
    // What was sealed anew since has another relay id: this answer is about what it was.
    const settled = this.#settled.filter(({ entry }) => {
      const now = this.#entries.get(entry.entryId);
      return now === undefined || equal(now.relayId, entry.relayId);
    });
    this.#settled = [];
    if (this.#connection === null || settled.length === 0) return;
    const wishes = new Map<number | 'all', number>();
    commit(this.#context, (tell) => {
      for (const { entry, answer } of settled) {
        if (answer.ok) this.#finish(entry, null, tell);
        else if (FINAL.has(answer.reason)) this.#finish(entry, answer.reason, tell);
        else {
          const what = answer.reason === 'mailbox-full' ? entry.contactId : 'all';
          wishes.set(what, Math.max(wishes.get(what) ?? 0, answer.retryAfterMs));
        }
      }
    });
    for (const { entry } of settled) this.#inFlight.delete(entry.entryId);
    for (const [what, wishMs] of wishes) this.#holds.hold(what, wishMs);
    if (wishes.size === 0) this.#holds.succeeded();
    this.pump();
  }

  #finish(entry: OutboxEntry, refusal: RelayRefusal | null, tell: Tell): void {
    this.#remove(entry, refusal ?? 'sent');
    if (refusal === null) rememberSent(this.#context, entry);
    else if (refusal !== 'no-account') this.#leavePlace(entry);
    if (entry.messageId === null) return;
    const message = { messageId: entry.messageId, contactId: entry.contactId };
    setOwnStatus(this.#context, message, refusal === null ? 'sent' : 'failed', refusal, tell);
  }

  /** The place of what is not sent after all stays empty, and the peer need not wait for it. */
  #leavePlace({ contactId, body }: OutboxEntry): void {
    const contact = this.#context.vault.contacts.get(contactId);
    const place = placeInsteadOf(this.#context, body);
    if (contact !== null && place !== null) this.add(contact, { messageId: null, body: place });
  }

  #remove({ entryId }: OutboxEntry, how: Departure): void {
    this.#context.vault.outbox.remove(entryId);
    this.#entries.delete(entryId);
    this.#untried.delete(entryId);
    this.#resealed.delete(entryId);
    this.#tellLeft(entryId, how);
  }

  #tellLeft(entryId: number, how: Departure): void {
    const listeners = this.#listeners.get(entryId);
    if (listeners === undefined) return;
    // A transaction is synchronous: by then it is on disk, or undone and the entry is back.
    queueMicrotask(() => {
      if (this.#entries.has(entryId)) return;
      for (const listener of [...listeners]) listener(how);
    });
  }

  /** The relay gave no keys for a contact: what is for them waits. */
  refusedKeys(contactId: number, wishMs: number): void {
    this.#holds.hold(contactId, Math.max(wishMs, KEYS_REFUSED_MS));
  }
}

function maySendTo(contact: ContactRecord): boolean {
  return contact.changedIdentityKey === null && contact.state !== 'blocked';
}
