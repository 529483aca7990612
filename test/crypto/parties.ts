import { createHash } from 'node:crypto';
import { accountId } from '../../src/crypto/bytes.ts';
import {
  type FreshForMessage,
  type FreshForOpening,
  type InitialOpened,
  openInitial,
  openKnownInitial,
  openMessage,
  type PairwiseSession,
  sealMessage,
  startSession,
} from '../../src/crypto/pairwise-session.ts';
import type { LocalIdentity } from '../../src/crypto/party.ts';
import { makeKemPreKey, makePreKey } from '../../src/crypto/prekey.ts';
import { type PublishedBundle, verifyBundle } from '../../src/crypto/prekey-bundle.ts';
import { type KeyPair, x25519KeyPair } from '../../src/crypto/x25519.ts';
import type { Outcome } from '../../src/outcome.ts';

export const NOW = 1_800_000_000_000;

/** Deterministic bytes: the same run every time, and never the same ones twice from one source. */
export class Bytes {
  readonly #seed: string;
  #counter = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  take(length: number): Uint8Array {
    const blocks: Buffer[] = [];
    for (let have = 0; have < length; have += 64) {
      blocks.push(
        createHash('sha512')
          .update(`${this.#seed}/${this.#counter++}`)
          .digest(),
      );
    }
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
  }

  /** What the next `take` of that length will give. */
  peek(length: number): Uint8Array {
    const at = this.#counter;
    const bytes = this.take(length);
    this.#counter = at;
    return bytes;
  }

  keyPair(): KeyPair {
    return x25519KeyPair(this.take(32));
  }
}

/** What one message takes, on a connection that has stood since `connectedAt`. */
export function freshForMessage(random: Bytes, now = NOW, connectedAt: number | null = null): FreshForMessage {
  return {
    ratchetKeyPair: random.keyPair(),
    headerNonce: random.take(12),
    initialNonce: random.take(12),
    kemSeed: random.take(64),
    now,
    connectedAt,
  };
}

export function freshForOpening(random: Bytes, now = NOW): FreshForOpening & { readonly kemRandomness: Uint8Array } {
  return { now, kemRandomness: random.take(32) };
}

/** The value of an outcome that must be good. */
export function must<T>(outcome: Outcome<T, string>): T {
  if (!outcome.ok) throw new Error(`refused: ${outcome.reason}`);
  return outcome.value;
}

/** The reason of an outcome that must not be. */
export function reasonOf(outcome: Outcome<unknown, string>): string {
  return outcome.ok ? 'accepted' : outcome.reason;
}

/** An account with prekeys, as its owner and as the relay see it. */
export class Account {
  readonly random: Bytes;
  readonly local: LocalIdentity;
  readonly signed: ReturnType<typeof makePreKey>;
  readonly oneTime: ReturnType<typeof makePreKey>;
  readonly kem: ReturnType<typeof makeKemPreKey>;
  readonly lastResort: ReturnType<typeof makeKemPreKey>;

  constructor(name: string, created = NOW) {
    const random = new Bytes(name);
    const identityKeyPair = random.keyPair();
    this.random = random;
    this.local = { accountId: accountId(random.take(16)), name, identityKeyPair };
    const owner = { accountId: this.local.accountId, identityPrivateKey: identityKeyPair.privateKey };
    const common = () => ({ owner, created, signatureRandomness: random.take(64) });
    this.signed = makePreKey({ ...common(), kind: 'signed', id: 7, seed: random.take(32) });
    this.oneTime = makePreKey({ ...common(), kind: 'one-time', id: 8, seed: random.take(32) });
    this.kem = makeKemPreKey({ ...common(), kind: 'kem-one-time', id: 9, seed: random.take(64) });
    this.lastResort = makeKemPreKey({ ...common(), kind: 'kem-last-resort', id: 10, seed: random.take(64) });
  }

  bundle(options: { readonly oneTime?: boolean; readonly lastResort?: boolean } = {}): PublishedBundle {
    const { oneTime = true, lastResort = false } = options;
    return {
      version: 1,
      accountId: this.local.accountId,
      name: this.local.name,
      identityKey: new Uint8Array([5, ...this.local.identityKeyPair.publicKey]),
      signedPreKey: this.signed.published,
      ...(oneTime ? { oneTimePreKey: this.oneTime.published } : {}),
      kemPreKey: lastResort
        ? { ...this.lastResort.published, kind: 'last-resort' }
        : { ...this.kem.published, kind: 'one-time' },
    };
  }

  start(peer: Account, bundle = peer.bundle()): PairwiseSession {
    return must(
      startSession({
        local: this.local,
        bundle: must(verifyBundle(bundle, NOW)),
        ephemeral: this.random.keyPair(),
        ratchetKeyPair: this.random.keyPair(),
        kemRandomness: this.random.take(32),
        now: NOW,
      }),
    );
  }

  seal(session: PairwiseSession, body: Uint8Array, now = NOW): { session: PairwiseSession; envelope: Uint8Array } {
    return sealMessage(session, body, freshForMessage(this.random, now), this.local);
  }

  open(session: PairwiseSession, envelope: Uint8Array, now = NOW): ReturnType<typeof openMessage> {
    return openMessage(session, envelope, this.local, freshForOpening(this.random, now));
  }

  /** Opens a repeated initial envelope in the session that it made. */
  openKnown(session: PairwiseSession, envelope: Uint8Array, now = NOW): ReturnType<typeof openKnownInitial> {
    return openKnownInitial(session, envelope, this.signedPreKey, this.local, freshForOpening(this.random, now));
  }

  /** Opens an envelope of either type in a session that is there. */
  openEither(session: PairwiseSession, envelope: Uint8Array, now = NOW): ReturnType<typeof openKnownInitial> {
    return envelope[1] === 1 ? this.openKnown(session, envelope, now) : this.open(session, envelope, now);
  }

  get signedPreKey(): KeyPair & { readonly id: number } {
    return { ...this.signed.keyPair, id: this.signed.published.id };
  }

  openInitial(envelope: Uint8Array, now = NOW): Outcome<InitialOpened, string> {
    return openInitial({
      local: this.local,
      envelope,
      signedPreKey: this.signedPreKey,
      oneTimePreKey: (id) => (id === this.oneTime.published.id ? this.oneTime.keyPair : null),
      kemPreKey: (id, kind) => {
        const kem = kind === 'one-time' ? this.kem : this.lastResort;
        return id === kem.published.id ? kem.seed : null;
      },
      fresh: freshForOpening(this.random, now),
    });
  }
}

/** Two accounts after the first message was opened, and optionally after a first reply. */
export function conversation(replied = true): { alice: Account; bob: Account; a: PairwiseSession; b: PairwiseSession } {
  const alice = new Account('alice');
  const bob = new Account('bob');
  const sent = alice.seal(alice.start(bob), new Uint8Array([1]));
  const opened = must(bob.openInitial(sent.envelope));
  if (!replied) return { alice, bob, a: sent.session, b: opened.session };
  const reply = bob.seal(opened.session, new Uint8Array([2]));
  return { alice, bob, a: must(alice.open(sent.session, reply.envelope)).session, b: reply.session };
}
