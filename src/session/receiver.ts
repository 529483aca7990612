import {
  type FreshForOpening,
  openKnownInitial,
  openMessage,
  type PairwiseSession,
  peekEnvelope,
} from '../crypto/pairwise-session.ts';
import { type AccountContext, commit, type Tell } from './account-context.ts';
import type { Directory } from './directory.ts';
import { freshForOpening } from './fresh-randomness.ts';
import { acceptBody, acceptProven } from './incoming-body.ts';
import { type Initiation, openInitiation, welcomeInitiation } from './initiations.ts';
import { isResendRequest } from './message-body.ts';
import { notePlace } from './missing-places.ts';
import type { Outbox } from './outbox.ts';
import type { Delivery, RelayConnection } from './relay-port.ts';
import { repairState, takesOver } from './session-choice.ts';
import { keepUndecryptable, tagOf, type Unopened } from './undecryptable.ts';
import type { ContactRecord, SeenInitiation } from './vault-port.ts';

/** Deliveries that become one transaction: the relay's window. */
const BATCH_MAX = 64;

/** An opened body and the session it leaves behind, not yet stored. */
interface Opened {
  readonly contact: ContactRecord;
  readonly session: PairwiseSession;
  readonly body: Uint8Array;
  readonly provenMessage: boolean;
}

type Outcome =
  | { readonly is: 'opened'; readonly opened: Opened }
  | ({ readonly is: 'unopened' } & Unopened)
  /** Nothing to keep: it is not what it claims to be, or of no form that this version knows. */
  | { readonly is: 'refused' };

const UNKNOWN: Outcome = { is: 'unopened', contactId: null, reason: 'unknown-session' };

/**
 * Takes envelopes out of the mailbox, in order, in batches of one transaction each: ratchet states, messages, receipts
 * due and the mailbox's position are on disk together before anything is shown or acknowledged. What does not open is
 * kept for repair.
 */
export class Receiver {
  readonly #context: AccountContext;
  readonly #directory: Directory;
  readonly #outbox: Outbox;
  readonly #received: () => void;
  #queue: Delivery[] = [];
  #connection: RelayConnection | null = null;
  #busy = false;

  /** `received` is called after each batch, when receipts may be due and sessions may have come. */
  constructor(context: AccountContext, directory: Directory, outbox: Outbox, received: () => void) {
    this.#context = context;
    this.#directory = directory;
    this.#outbox = outbox;
    this.#received = received;
  }

  connected(connection: RelayConnection): void {
    this.#connection = connection;
    this.#queue = [];
    connection.subscribe(this.#context.vault.account.load().lastSeq);
  }

  disconnected(): void {
    this.#connection = null;
    this.#queue = [];
  }

  deliver(delivery: Delivery): void {
    this.#queue.push(delivery);
    if (this.#busy) return;
    this.#busy = true;
    setImmediate(() => this.#drain());
  }

  async #drain(): Promise<void> {
    try {
      while (this.#connection !== null && this.#queue.length > 0) {
        await this.#takeBatch(this.#connection, this.#queue.splice(0, BATCH_MAX));
      }
    } catch (thrown) {
      // Nothing of the batch was stored or acknowledged: a new connection brings it again.
      this.#context.troubled(thrown);
    } finally {
      this.#busy = false;
    }
  }

  async #takeBatch(connection: RelayConnection, batch: readonly Delivery[]): Promise<void> {
    const initiations = new Map<bigint, Initiation>();
    for (const delivery of batch) {
      const initiation = await this.#initiation(delivery.envelope, connection);
      if (initiation !== null) initiations.set(delivery.seq, initiation);
    }
    if (connection !== this.#connection) return;
    const { vault } = this.#context;
    const lastSeq = commit(this.#context, (tell) => {
      const before = vault.account.load().lastSeq;
      let position = before;
      for (const delivery of batch) {
        if (delivery.seq <= position) continue;
        this.#takeOne(delivery, initiations.get(delivery.seq) ?? null, tell);
        position = delivery.seq;
      }
      if (position > before) vault.account.update({ lastSeq: position });
      return position;
    });
    connection.acknowledge(lastSeq);
    this.#received();
  }

  #takeOne(delivery: Delivery, initiation: Initiation | null, tell: Tell): void {
    const outcome = this.#open(delivery.envelope, initiation, tell);
    switch (outcome.is) {
      case 'opened':
        if (this.#accept(delivery.envelope, outcome.opened, tell)) this.#tryKept(tell);
        return;
      case 'unopened':
        keepUndecryptable(this.#context, delivery, outcome, tell);
        return;
      case 'refused':
        tell({ event: 'undecryptable' });
        return;
      default:
        outcome satisfies never;
    }
  }

  /** Stores what opened and acts on it; true where its session is a new one. */
  #accept(envelope: Uint8Array, opened: Opened, tell: Tell): boolean {
    const { contact, session, body } = opened;
    const { vault, sessions, clock } = this.#context;
    const { contactId } = contact;
    const now = clock.now();
    const [before, current] = [sessions.find(session.sessionId), sessions.current(contactId)];
    const repair = repairState(vault.repairs.get(contactId), now, isResendRequest(body));
    const makeCurrent = takesOver(session, before, current, repair);
    sessions.put(contactId, session, now, makeCurrent);
    if (session.proven) sessions.noteHeard(contactId, now);
    vault.kept.noteOpened(tagOf(envelope));
    notePlace(this.#context, contactId, body);
    const known = vault.contacts.get(contactId);
    if (known === null) return before === null;
    acceptBody(this.#context, this.#outbox, known, opened, tell);
    if (session.proven && before?.session.proven === false) {
      acceptProven(this.#context, this.#outbox, vault.contacts.get(contactId) ?? known, session, tell);
    }
    // Who begins anew waits for an answer in the new session; it carries nothing.
    if (before === null && current?.proven === true && !makeCurrent && !repair.bringsRequest)
      this.#outbox.answerIn(known, session);
    return before === null;
  }

  /** After a new session has come: what was kept may belong to it. */
  #tryKept(tell: Tell): void {
    const { vault } = this.#context;
    for (const { keptId, envelope } of vault.kept.all()) {
      if (isInitial(envelope)) continue;
      const outcome = this.#openRatchet(envelope);
      if (outcome.is !== 'opened') continue;
      vault.kept.remove(keptId);
      this.#accept(envelope, outcome.opened, tell);
    }
  }

  #fresh(): FreshForOpening {
    return freshForOpening(this.#context.rng, this.#context.clock.now());
  }

  #open(envelope: Uint8Array, initiation: Initiation | null, tell: Tell): Outcome {
    const peeked = peekEnvelope(envelope);
    if (!peeked.ok) return { is: 'refused' };
    if (peeked.value.type === 'ratchet') return this.#openRatchet(envelope);
    const { signedPreKeyId, ephemeralKey } = peeked.value;
    const seen = this.#context.vault.preKeys.findInitiation(signedPreKeyId, ephemeralKey);
    if (seen !== null) return this.#openRepeated(envelope, seen);
    if (initiation === null || initiation.is === 'unopened') return UNKNOWN;
    if (initiation.is === 'refused') return { is: 'refused' };
    const welcomed = welcomeInitiation(this.#context, initiation.opened, signedPreKeyId, tell);
    return welcomed === null ? UNKNOWN : { is: 'opened', opened: welcomed };
  }

  #openRatchet(envelope: Uint8Array): Outcome {
    const { sessions, vault, local } = this.#context;
    for (const { contactId, session } of sessions.candidates()) {
      const opened = openMessage(session, envelope, local, this.#fresh());
      // A header that opened was made by whoever holds the session's keys: no other session will fit.
      if (!opened.ok && opened.reason !== 'undecryptable') return { is: 'unopened', contactId, reason: opened.reason };
      if (!opened.ok) continue;
      const contact = vault.contacts.get(contactId);
      return contact === null ? { is: 'refused' } : { is: 'opened', opened: { contact, ...opened.value } };
    }
    return UNKNOWN;
  }

  /** An initial block that made a session before: only the ratchet message inside counts. */
  #openRepeated(envelope: Uint8Array, seen: SeenInitiation): Outcome {
    const { sessions, vault, local } = this.#context;
    const booked = sessions.find(seen.sessionId);
    const signed = vault.preKeys.get('signed', seen.signedPreKeyId);
    if (booked === null || signed === null) return UNKNOWN;
    const opened = openKnownInitial(booked.session, envelope, signed, local, this.#fresh());
    const contact = vault.contacts.get(booked.contactId);
    if (opened.ok && contact !== null) return { is: 'opened', opened: { contact, ...opened.value } };
    // Anybody can repeat a block that was seen on the way: only what was opened before says whose it is.
    return !opened.ok && opened.reason === 'repeated'
      ? { is: 'unopened', contactId: booked.contactId, reason: 'repeated' }
      : UNKNOWN;
  }

  /** Null where the envelope begins no session that is not known. */
  async #initiation(envelope: Uint8Array, connection: RelayConnection): Promise<Initiation | null> {
    const peeked = peekEnvelope(envelope);
    if (!peeked.ok || peeked.value.type !== 'initial') return null;
    const { signedPreKeyId, ephemeralKey } = peeked.value;
    if (this.#context.vault.preKeys.findInitiation(signedPreKeyId, ephemeralKey) !== null) return null;
    return openInitiation(this.#context, this.#directory, connection, envelope, signedPreKeyId, this.#fresh());
  }
}

function isInitial(envelope: Uint8Array): boolean {
  const peeked = peekEnvelope(envelope);
  return peeked.ok && peeked.value.type === 'initial';
}
