import { toHex } from '../../src/crypto/bytes.ts';
import { type PairwiseSession, sealMessage, startSession } from '../../src/crypto/pairwise-session.ts';
import { verifyBundle } from '../../src/crypto/prekey-bundle.ts';
import type { OracleSession, Person } from './oracle.ts';
import { oracleInitiate, oracleRespond } from './oracle-handshake.ts';
import { Account, Bytes, must, NOW } from './parties.ts';

/** A fixed conversation: who writes, and how long a text. */
const LETTERS = [
  ['alice', 12],
  ['alice', 640],
  ['bob', 1],
  ['alice', 3000],
  ['bob', 0],
  ['bob', 749],
  ['alice', 750],
] as const;

/** One conversation with fixed randomness as everything that an implementation must reproduce, in hexadecimal. */
export interface FrozenConversation {
  readonly parties: object;
  readonly agreement: object;
  readonly messages: readonly object[];
}

type Seal = (
  from: 'alice' | 'bob',
  body: Uint8Array,
  fresh: { ratchetKeyPair: ReturnType<Bytes['keyPair']>; headerNonce: Uint8Array; initialNonce: Uint8Array },
) => Uint8Array;

/** Computed by src/crypto, on node:crypto. */
export function conversationByProduct(): FrozenConversation {
  return freeze((alice, bob, agreement) => {
    const { ephemeral, ratchetKeyPair, kemRandomness } = agreement;
    const bundle = must(verifyBundle(bob.bundle(), NOW));
    let a = must(startSession({ local: alice.local, bundle, ephemeral, ratchetKeyPair, kemRandomness, now: NOW }));
    let b: PairwiseSession | null = null;
    const seal: Seal = (from, body, fresh) => {
      const session = from === 'alice' ? a : b;
      if (session === null) throw new Error('bob writes before he has read');
      const sealed = sealMessage(session, body, fresh, (from === 'alice' ? alice : bob).local, NOW);
      if (from === 'alice') {
        a = sealed.session;
        // The second repetition of the block is left on the way: its message is passed over.
        if (b === null) b = must(bob.openInitial(sealed.envelope)).session;
        else if (sealed.envelope[1] === 2) b = must(bob.open(b, sealed.envelope)).session;
      } else {
        b = sealed.session;
        a = must(alice.open(a, sealed.envelope)).session;
      }
      return sealed.envelope;
    };
    return { seal, transcript: { sessionId: a.sessionId, transcriptHash: a.record.transcriptHash } };
  });
}

/** Computed by the transcription in oracle.ts, on @noble alone. */
export function conversationByOracle(): FrozenConversation {
  return freeze((alice, bob, { ephemeral, ratchetKeyPair, kemRandomness }) => {
    const person = ({ local }: Account): Person => ({
      id: local.accountId,
      name: local.name,
      identity: local.identityKeyPair,
    });
    const a = oracleInitiate(person(alice), ephemeral, ratchetKeyPair, kemRandomness, {
      responder: { id: bob.local.accountId, name: 'bob', identityKey: bob.local.identityKeyPair.publicKey },
      signed: { id: 7, key: bob.signed.keyPair.publicKey },
      oneTime: { id: 8, key: bob.oneTime.keyPair.publicKey },
      kem: { id: 9, kind: 1, key: bob.kem.published.key.slice(1) },
    });
    let b: OracleSession | null = null;
    const seal: Seal = (from, body, { ratchetKeyPair: pair, headerNonce, initialNonce }) => {
      if (from === 'alice') {
        const envelope = a.encrypt(body, pair, headerNonce, initialNonce);
        if (b === null) {
          const keys = {
            signed: bob.signedPreKey,
            oneTime: { ...bob.oneTime.keyPair, id: 8 },
            kem: { id: 9, seed: bob.kem.seed },
          };
          b = oracleRespond(person(bob), keys, envelope).session;
        } else if (envelope[1] === 2) b.decrypt(envelope);
        return envelope;
      }
      if (b === null) throw new Error('bob writes before he has read');
      const envelope = b.encrypt(body, pair, headerNonce, initialNonce);
      a.decrypt(envelope);
      return envelope;
    };
    return { seal, transcript: { sessionId: a.sessionId, transcriptHash: a.AD.slice(12) } };
  });
}

function freeze(
  make: (
    alice: Account,
    bob: Account,
    agreement: {
      ephemeral: ReturnType<Bytes['keyPair']>;
      ratchetKeyPair: ReturnType<Bytes['keyPair']>;
      kemRandomness: Uint8Array;
    },
  ) => { seal: Seal; transcript: { sessionId: Uint8Array; transcriptHash: Uint8Array } },
): FrozenConversation {
  const [alice, bob, random] = [new Account('alice'), new Account('bob'), new Bytes('frozen')];
  const agreement = {
    ephemeral: random.keyPair(),
    ratchetKeyPair: random.keyPair(),
    kemRandomness: random.take(32),
  };
  const { seal, transcript } = make(alice, bob, agreement);
  const messages = LETTERS.map(([from, length]) => {
    const body = random.take(length);
    const fresh = {
      ratchetKeyPair: random.keyPair(),
      headerNonce: random.take(12),
      initialNonce: random.take(12),
    };
    const envelope = seal(from, body, fresh);
    return {
      from,
      body: toHex(body),
      ratchetPrivateKey: toHex(fresh.ratchetKeyPair.privateKey),
      headerNonce: toHex(fresh.headerNonce),
      initialNonce: toHex(fresh.initialNonce),
      envelope: toHex(envelope),
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
      transcriptHash: toHex(transcript.transcriptHash),
      sessionId: toHex(transcript.sessionId),
    },
    messages,
  };
}
