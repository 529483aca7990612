import { equal, toHex } from '../crypto/bytes.ts';
import {
  type FreshForOpening,
  type InitialOpened,
  openInitial,
  openKnownInitial,
  openMessage,
  type PairwiseSession,
  peekEnvelope,
} from '../crypto/pairwise-session.ts';
import { asSmchatError } from '../smchat-error.ts';
import { type AccountContext, commit, type Tell } from './account-context.ts';
import type { Directory } from './directory.ts';
import { freshForOpening } from './fresh-randomness.ts';
import { acceptBody, welcomeContact } from './incoming-body.ts';
import type { Outbox } from './outbox.ts';
import type { Delivery, RelayConnection } from './relay-port.ts';
import type { BookedSession } from './session-book.ts';
import type { ContactRecord, SeenInitiation, StoredPreKey } from './vault-port.ts';

/** Deliveries that become one transaction: the relay's window. */
const BATCH_MAX = 64;

/** An opened body and the session it leaves behind, not yet stored. */
interface Opened {
  readonly contact: ContactRecord;
  readonly session: PairwiseSession;
  readonly body: Uint8Array;
}

/**
 * Takes envelopes out of the mailbox, in order, in batches of one transaction each: ratchet states, messages, receipts
 * due and the mailbox's position are on disk together before anything is shown or acknowledged.
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
    const strangers = new Map<bigint, InitialOpened>();
    for (const delivery of batch) {
      const opened = await this.#openConfirmed(delivery.envelope, connection);
      if (opened !== null) strangers.set(delivery.seq, opened);
    }
    if (connection !== this.#connection) return;
    const { vault } = this.#context;
    const lastSeq = commit(this.#context, (tell) => {
      const before = vault.account.load().lastSeq;
      let position = before;
      for (const delivery of batch) {
        if (delivery.seq <= position) continue;
        this.#takeOne(delivery.envelope, strangers.get(delivery.seq) ?? null, tell);
        position = delivery.seq;
      }
      if (position > before) vault.account.update({ lastSeq: position });
      return position;
    });
    connection.acknowledge(lastSeq);
    this.#received();
  }

  #takeOne(envelope: Uint8Array, stranger: InitialOpened | null, tell: Tell): void {
    const opened = this.#open(envelope, stranger, tell);
    if (opened === null) {
      tell({ event: 'undecryptable' });
      return;
    }
    const { vault, sessions, clock } = this.#context;
    const { contact, session } = opened;
    const makeCurrent = takesOver(session, sessions.find(session.sessionId), sessions.current(contact.contactId));
    sessions.put(contact.contactId, session, clock.now(), makeCurrent);
    const known = vault.contacts.get(contact.contactId);
    if (known !== null) acceptBody(this.#context, this.#outbox, known, session, opened.body, tell);
  }

  #fresh(): FreshForOpening {
    return freshForOpening(this.#context.rng, this.#context.clock.now());
  }

  #open(envelope: Uint8Array, stranger: InitialOpened | null, tell: Tell): Opened | null {
    const peeked = peekEnvelope(envelope);
    if (!peeked.ok) return null;
    if (peeked.value.type === 'ratchet') return this.#openRatchet(envelope);
    const { signedPreKeyId, ephemeralKey } = peeked.value;
    const seen = this.#context.vault.preKeys.findInitiation(signedPreKeyId, ephemeralKey);
    if (seen !== null) return this.#openRepeated(envelope, seen);
    return stranger === null ? null : this.#welcome(stranger, signedPreKeyId, tell);
  }

  #openRatchet(envelope: Uint8Array): Opened | null {
    const { sessions, vault, local } = this.#context;
    for (const { contactId, session } of sessions.candidates()) {
      const opened = openMessage(session, envelope, local, this.#fresh());
      if (!opened.ok) continue;
      const contact = vault.contacts.get(contactId);
      return contact === null ? null : { contact, ...opened.value };
    }
    return null;
  }

  /** An initial block that made a session before: only the ratchet message inside counts. */
  #openRepeated(envelope: Uint8Array, seen: SeenInitiation): Opened | null {
    const { sessions, vault, local } = this.#context;
    const booked = sessions.find(seen.sessionId);
    const signed = vault.preKeys.get('signed', seen.signedPreKeyId);
    if (booked === null || signed === null) return null;
    const opened = openKnownInitial(booked.session, envelope, signed, local, this.#fresh());
    const contact = vault.contacts.get(booked.contactId);
    return opened.ok && contact !== null ? { contact, ...opened.value } : null;
  }

  /** Before the transaction: opens a first envelope and asks the relay whether the name is its sender's. */
  async #openConfirmed(envelope: Uint8Array, connection: RelayConnection): Promise<InitialOpened | null> {
    const peeked = peekEnvelope(envelope);
    if (!peeked.ok || peeked.value.type !== 'initial') return null;
    const { preKeys } = this.#context.vault;
    const { signedPreKeyId, ephemeralKey } = peeked.value;
    if (preKeys.findInitiation(signedPreKeyId, ephemeralKey) !== null) return null;
    const signedPreKey = preKeys.get('signed', signedPreKeyId);
    if (signedPreKey === null) return null;
    const opened = openInitial({
      local: this.#context.local,
      envelope,
      signedPreKey,
      oneTimePreKey: (id) => preKeys.get('one-time', id),
      kemPreKey: (id, kind) => seedOf(preKeys.get(kind === 'one-time' ? 'kem-one-time' : 'kem-last-resort', id)),
      fresh: this.#fresh(),
    });
    if (!opened.ok || equal(opened.value.initiator.accountId, this.#context.local.accountId)) return null;
    return (await this.#belongs(opened.value, connection)) ? opened.value : null;
  }

  async #belongs({ initiator }: InitialOpened, connection: RelayConnection): Promise<boolean> {
    const contact = this.#context.vault.contacts.byName(initiator.name);
    const pinned = contact?.identityKey ?? null;
    if (pinned !== null && equal(pinned, initiator.identityKey)) return true;
    try {
      return await this.#directory.confirms(initiator, connection);
    } catch (thrown) {
      if (asSmchatError(thrown).code === 'relay-refused') return false;
      throw thrown;
    }
  }

  /** A new session begun by the peer: its one-time prekeys go, it is remembered, and its sender is a contact. */
  #welcome(opened: InitialOpened, signedPreKeyId: number, tell: Tell): Opened | null {
    const { vault } = this.#context;
    const { used } = opened;
    const kemKind = used.kemKind === 'one-time' ? 'kem-one-time' : 'kem-last-resort';
    const stillThere =
      vault.preKeys.get(kemKind, used.kemPreKeyId) !== null &&
      (used.oneTimePreKeyId === null || vault.preKeys.get('one-time', used.oneTimePreKeyId) !== null);
    if (!stillThere) return null;
    if (used.oneTimePreKeyId !== null) vault.preKeys.remove('one-time', used.oneTimePreKeyId);
    if (kemKind === 'kem-one-time') vault.preKeys.remove(kemKind, used.kemPreKeyId);
    vault.preKeys.rememberInitiation({
      signedPreKeyId,
      ephemeralKey: opened.ephemeralKey,
      transcriptHash: opened.transcriptHash,
      sessionId: opened.session.sessionId,
    });
    const contact = welcomeContact(this.#context, opened.initiator, tell);
    return { contact, session: opened.session, body: opened.body };
  }
}

/**
 * Whether new messages go through this session from now on: where there is none yet, where it has just proven its peer
 * (protocol.md, section 3), and, of two unproven ones that crossed, where its id is the lower (section 2).
 */
function takesOver(session: PairwiseSession, before: BookedSession | null, current: PairwiseSession | null): boolean {
  if (current === null) return true;
  if (equal(current.sessionId, session.sessionId)) return false;
  if (session.proven) return before !== null && !before.session.proven;
  return !current.proven && before === null && toHex(session.sessionId) < toHex(current.sessionId);
}

function seedOf(stored: StoredPreKey | null): Uint8Array | null {
  return stored?.privateKey ?? null;
}
