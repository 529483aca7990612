import { toHex } from '../../src/crypto/bytes.ts';
import {
  type FreshForMessage,
  openInitial,
  openKnownInitial,
  openMessage,
  type PairwiseSession,
  sealMessage,
  startSession,
} from '../../src/crypto/pairwise-session.ts';
import { verifyBundle } from '../../src/crypto/prekey-bundle.ts';
import { type FrozenState, stateOfOracle, stateOfProduct } from './frozen-states.ts';
import type { OracleSession } from './oracle.ts';
import { oracleInitiate, oracleOpenLayer, oracleRespond } from './oracle-handshake.ts';
import { personOf } from './oracle-twins.ts';
import { Account, Bytes, freshForMessage, freshForOpening, must, NOW } from './parties.ts';

type Name = 'alice' | 'bob';

/** Who writes how long a text, so many ms after the letter before; `reconnected`: on a connection made just then. */
interface Letter {
  readonly from: Name;
  readonly length: number;
  readonly after?: number;
  readonly reconnected?: true;
  /** The letter after which it is opened; left out: at once; -1: never. */
  readonly arrivesAfter?: number;
}

/** Epoch 1 comes with the first reply, 2 with a new connection, 3 with an ask after ten minutes, 4 with ten messages. */
const LETTERS: readonly Letter[] = [
  { from: 'alice', length: 12 },
  { from: 'alice', length: 640, arrivesAfter: -1 },
  { from: 'bob', length: 1 },
  { from: 'alice', length: 3000 },
  { from: 'bob', length: 0 },
  { from: 'bob', length: 749, reconnected: true },
  { from: 'alice', length: 750, arrivesAfter: 9 },
  { from: 'alice', length: 20 },
  { from: 'bob', length: 21, arrivesAfter: 10 },
  { from: 'bob', length: 22 },
  { from: 'bob', length: 23, after: 600_000 },
  { from: 'alice', length: 24 },
  { from: 'bob', length: 25 },
  { from: 'alice', length: 26, arrivesAfter: 14 },
  { from: 'alice', length: 27 },
  ...Array.from({ length: 11 }, (_, i) => ({ from: 'bob', length: 30 + i }) as const),
  { from: 'alice', length: 28 },
  { from: 'bob', length: 29 },
  { from: 'alice', length: 30 },
];

/** One conversation with fixed randomness as everything that an implementation must reproduce, in hexadecimal. */
export interface FrozenConversation {
  readonly parties: object;
  readonly agreement: object;
  readonly messages: readonly object[];
}

interface Agreement {
  readonly ephemeral: ReturnType<Bytes['keyPair']>;
  readonly ratchetKeyPair: ReturnType<Bytes['keyPair']>;
  readonly kemRandomness: Uint8Array;
}

/** Both ends by one implementation. */
interface Ends {
  readonly transcript: { readonly sessionId: Uint8Array; readonly transcriptHash: Uint8Array };
  seal(from: Name, body: Uint8Array, fresh: FreshForMessage): Uint8Array;
  open(to: Name, envelope: Uint8Array, fresh: ReturnType<typeof freshForOpening>): Uint8Array;
  /** The epoch each sends on. */
  epochs(): readonly number[];
  states(): FrozenStates;
}

/** How each end that has a session stands. */
export type FrozenStates = Readonly<Partial<Record<Name, FrozenState>>>;
type Observe = (states: FrozenStates) => void;

/** Computed by src/crypto, on node:crypto. */
export function conversationByProduct(observe?: Observe): FrozenConversation {
  return freeze(observe, (alice, bob, agreement) => {
    const bundle = must(verifyBundle(bob.bundle(), NOW));
    const a = must(startSession({ local: alice.local, bundle, ...agreement, now: NOW }));
    const sessions = new Map<Name, PairwiseSession>([['alice', a]]);
    const local = (name: Name) => (name === 'alice' ? alice : bob).local;
    return {
      transcript: { sessionId: a.sessionId, transcriptHash: a.record.transcriptHash },
      seal(from, body, fresh) {
        const sealed = sealMessage(sessions.get(from) ?? missing(from), body, fresh, local(from));
        sessions.set(from, sealed.session);
        return sealed.envelope;
      },
      open(to, envelope, fresh) {
        const session = sessions.get(to);
        const opened =
          session === undefined
            ? openInitial({
                local: bob.local,
                envelope,
                signedPreKey: bob.signedPreKey,
                oneTimePreKey: () => bob.oneTime.keyPair,
                kemPreKey: () => bob.kem.seed,
                fresh,
              })
            : envelope[1] === 1
              ? openKnownInitial(session, envelope, bob.signedPreKey, local(to), fresh)
              : openMessage(session, envelope, local(to), fresh);
        sessions.set(to, must(opened).session);
        return must(opened).body;
      },
      epochs: () => [...sessions.values()].map(({ record }) => record.ratchet.pq.sendingEpoch),
      states: () => statesOf(sessions, ({ record }) => stateOfProduct(record.ratchet)),
    };
  });
}

/** Computed by the transcription in oracle.ts and oracle-pq.ts, on @noble alone. */
export function conversationByOracle(observe?: Observe): FrozenConversation {
  return freeze(observe, (alice, bob, { ephemeral, ratchetKeyPair, kemRandomness }) => {
    const bundle = {
      responder: { id: bob.local.accountId, name: 'bob', identityKey: bob.local.identityKeyPair.publicKey },
      signed: { id: 7, key: bob.signed.keyPair.publicKey },
      oneTime: { id: 8, key: bob.oneTime.keyPair.publicKey },
      kem: { id: 9, kind: 1, key: bob.kem.published.key.slice(1) },
    };
    const a = oracleInitiate(personOf(alice), ephemeral, ratchetKeyPair, kemRandomness, bundle, NOW);
    const ends = new Map<Name, OracleSession>([['alice', a]]);
    return {
      transcript: { sessionId: a.sessionId, transcriptHash: a.AD.slice(12) },
      seal(from, body, fresh) {
        const end = ends.get(from) ?? missing(from);
        if (fresh.connectedAt === fresh.now) end.pq.connected();
        return end.encrypt(body, fresh);
      },
      open(to, envelope, { now, kemRandomness: m }) {
        const end = ends.get(to);
        if (end !== undefined) {
          const layered = envelope[1] === 1;
          return end.decrypt(layered ? oracleOpenLayer(envelope, bob.signed.keyPair).slice(1660) : envelope, now, m);
        }
        const keys = {
          signed: bob.signedPreKey,
          oneTime: { ...bob.oneTime.keyPair, id: 8 },
          kem: { id: 9, seed: bob.kem.seed },
        };
        const { session, body } = oracleRespond(personOf(bob), keys, envelope, now, m);
        ends.set(to, session);
        return body;
      },
      epochs: () => [...ends.values()].map(({ pq }) => pq.s),
      states: () => statesOf(ends, stateOfOracle),
    };
  });
}

function missing(name: Name): never {
  throw new Error(`${name} has no session yet`);
}

function statesOf<T>(ends: ReadonlyMap<Name, T>, stateOf: (end: T) => FrozenState): FrozenStates {
  return Object.fromEntries([...ends].map(([name, end]) => [name, stateOf(end)]));
}

function freeze(
  observe: Observe | undefined,
  make: (alice: Account, bob: Account, agreement: Agreement) => Ends,
): FrozenConversation {
  const [alice, bob, random] = [new Account('alice'), new Account('bob'), new Bytes('frozen')];
  const agreement = {
    ephemeral: random.keyPair(),
    ratchetKeyPair: random.keyPair(),
    kemRandomness: random.take(32),
  };
  const ends = make(alice, bob, agreement);
  const connectedAt = new Map<Name, number>();
  const envelopes: Uint8Array[] = [];
  let now = NOW;
  const messages = LETTERS.map(({ from, length, after = 1000, reconnected }, i) => {
    now += after;
    if (reconnected) connectedAt.set(from, now);
    const body = random.take(length);
    const fresh = freshForMessage(random, now, connectedAt.get(from) ?? null);
    const envelope = ends.seal(from, body, fresh);
    envelopes.push(envelope);
    const due = LETTERS.flatMap((letter, j) => ((letter.arrivesAfter ?? j) === i ? [j] : []));
    // What comes at once is opened before what comes late.
    const opened = due.reverse().map((j) => {
      const opening = freshForOpening(random, now);
      const bytes = ends.open(LETTERS[j]?.from === 'alice' ? 'bob' : 'alice', envelopes[j] ?? body, opening);
      return { message: j, kemRandomness: toHex(opening.kemRandomness), body: toHex(bytes) };
    });
    observe?.(ends.states());
    return {
      from,
      now,
      connectedAt: fresh.connectedAt,
      body: toHex(body),
      ratchetPrivateKey: toHex(fresh.ratchetKeyPair.privateKey),
      headerNonce: toHex(fresh.headerNonce),
      initialNonce: toHex(fresh.initialNonce),
      kemSeed: toHex(fresh.kemSeed),
      envelope: toHex(envelope),
      opened,
      sendingEpochs: ends.epochs(),
    };
  });
  const published = ({ id, created, key, signature }: Account['signed']['published']) => ({
    id,
    created,
    key: toHex(key),
    signature: toHex(signature),
  });
  return {
    parties: {
      alice: {
        accountId: toHex(alice.local.accountId),
        name: 'alice',
        identityPrivateKey: toHex(alice.local.identityKeyPair.privateKey),
        identityKey: toHex(alice.local.identityKeyPair.publicKey),
      },
      bob: {
        accountId: toHex(bob.local.accountId),
        name: 'bob',
        identityPrivateKey: toHex(bob.local.identityKeyPair.privateKey),
        identityKey: toHex(bob.local.identityKeyPair.publicKey),
        signedPreKey: published(bob.signed.published),
        signedPreKeyPrivate: toHex(bob.signed.keyPair.privateKey),
        oneTimePreKey: published(bob.oneTime.published),
        oneTimePreKeyPrivate: toHex(bob.oneTime.keyPair.privateKey),
        kemPreKey: published(bob.kem.published),
        kemPreKeySeed: toHex(bob.kem.seed),
      },
    },
    agreement: {
      ephemeralPrivateKey: toHex(agreement.ephemeral.privateKey),
      ratchetPrivateKey: toHex(agreement.ratchetKeyPair.privateKey),
      kemRandomness: toHex(agreement.kemRandomness),
      transcriptHash: toHex(ends.transcript.transcriptHash),
      sessionId: toHex(ends.transcript.sessionId),
    },
    messages,
  };
}
