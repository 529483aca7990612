// Two accounts of smchat in memory, each session kept as its encoded record between any two operations.
import { randomFillSync } from 'node:crypto';
import { attachmentKeys } from '../src/crypto/attachment.ts';
import { attachmentChunk, attachmentSizes } from '../src/crypto/attachment-sizes.ts';
import { AttachmentOpener, AttachmentSealer } from '../src/crypto/attachment-stream.ts';
import { type AccountId, accountId } from '../src/crypto/bytes.ts';
import {
  decodeSession,
  encodeSession,
  type LocalIdentity,
  openInitial,
  openMessage,
  type PairwiseSession,
  sealMessage,
  startSession,
} from '../src/crypto/pairwise-session.ts';
import { makeKemPreKey, makePreKey } from '../src/crypto/prekey.ts';
import { type PublishedBundle, verifyBundle } from '../src/crypto/prekey-bundle.ts';
import { type KeyPair, x25519KeyPair } from '../src/crypto/x25519.ts';
import type { Outcome } from '../src/outcome.ts';
import { freshForMessage, freshForOpening, kemRandomness } from '../src/session/fresh-randomness.ts';
import { systemRng } from '../src/session/rng.ts';

/** How long the files are that are carried. */
export const FILE_BYTES = 2 ** 20;

const rng = systemRng(randomFillSync, setImmediate);
const draw = rng.bytes;

function must<T>(outcome: Outcome<T, string>): T {
  if (!outcome.ok) throw new Error(`refused: ${outcome.reason}`);
  return outcome.value;
}

/**
 * What stands between two operations. `record`: the encoded record alone, as if the program had just started each time.
 * `session`: the session too, as the running program has it; the record is still encoded each time.
 */
export type Keeps = 'record' | 'session';

/** One account's end of one conversation. */
export class OurEnd {
  readonly local: LocalIdentity;
  readonly #signed: ReturnType<typeof makePreKey>;
  readonly #oneTime: ReturnType<typeof makePreKey>;
  readonly #kem: ReturnType<typeof makeKemPreKey>;
  readonly #keeps: Keeps;
  #record: Uint8Array | null = null;
  #session: PairwiseSession | null = null;

  constructor(name: string, keeps: Keeps = 'record') {
    this.#keeps = keeps;
    const id: AccountId = accountId(draw(16));
    this.local = { accountId: id, name, identityKeyPair: x25519KeyPair(draw(32)) };
    const owner = { accountId: id, identityPrivateKey: this.local.identityKeyPair.privateKey };
    const common = () => ({ owner, created: Date.now(), signatureRandomness: draw(64) });
    this.#signed = makePreKey({ ...common(), kind: 'signed', id: 1, seed: draw(32) });
    this.#oneTime = makePreKey({ ...common(), kind: 'one-time', id: 2, seed: draw(32) });
    this.#kem = makeKemPreKey({ ...common(), kind: 'kem-one-time', id: 3, seed: draw(64) });
  }

  get recordBytes(): number {
    return this.#record?.length ?? 0;
  }

  bundle(): PublishedBundle {
    return {
      version: 1,
      accountId: this.local.accountId,
      name: this.local.name,
      identityKey: Uint8Array.of(5, ...this.local.identityKeyPair.publicKey),
      signedPreKey: this.#signed.published,
      oneTimePreKey: this.#oneTime.published,
      kemPreKey: { ...this.#kem.published, kind: 'one-time' },
    };
  }

  /** Checks the bundle's keys and signatures and begins. */
  start(bundle: PublishedBundle): void {
    const started = startSession({
      local: this.local,
      bundle: must(verifyBundle(bundle, Date.now())),
      ephemeral: x25519KeyPair(draw(32)),
      ratchetKeyPair: x25519KeyPair(draw(32)),
      kemRandomness: kemRandomness(rng),
      now: Date.now(),
    });
    this.#keep(must(started));
  }

  seal(body: Uint8Array): Uint8Array {
    const fresh = freshForMessage(rng, Date.now(), null);
    const sealed = sealMessage(this.session(), body, fresh, this.local);
    this.#keep(sealed.session);
    return sealed.envelope;
  }

  open(envelope: Uint8Array): Uint8Array {
    const opened = must(this.tryToOpen(envelope));
    this.#keep(opened.session);
    return opened.body;
  }

  tryToOpen(envelope: Uint8Array): ReturnType<typeof openMessage> {
    return openMessage(this.session(), envelope, this.local, freshForOpening(rng, Date.now()));
  }

  /** The first message of a session that somebody else began. Prekeys come as bytes, as a vault gives them. */
  welcome(envelope: Uint8Array): Uint8Array {
    const fromVault = ({ publicKey, privateKey }: KeyPair): KeyPair => ({
      publicKey: publicKey.slice(),
      privateKey: privateKey.slice(),
    });
    const opened = openInitial({
      local: this.local,
      envelope,
      signedPreKey: { ...fromVault(this.#signed.keyPair), id: this.#signed.published.id },
      oneTimePreKey: () => fromVault(this.#oneTime.keyPair),
      kemPreKey: () => this.#kem.kept.slice(),
      fresh: freshForOpening(rng, Date.now()),
    });
    this.#keep(must(opened).session);
    return must(opened).body;
  }

  session(): PairwiseSession {
    if (this.#session !== null) return this.#session;
    if (this.#record === null) throw new Error('there is no session yet');
    return must(decodeSession(this.#record));
  }

  #keep(session: PairwiseSession): void {
    this.#record = encodeSession(session);
    if (this.#keeps === 'session') this.#session = session;
  }
}

/** Two ends that have both written. */
export function ourConversation(keeps: Keeps = 'record'): { readonly alice: OurEnd; readonly bob: OurEnd } {
  const [alice, bob] = [new OurEnd('alice', keeps), new OurEnd('bob', keeps)];
  alice.start(bob.bundle());
  bob.welcome(alice.seal(Uint8Array.of(1)));
  alice.open(bob.seal(Uint8Array.of(2)));
  return { alice, bob };
}

/** Where the sealed chunks lie meanwhile, as on a disk: the same place for every file. */
const blob = new Uint8Array(attachmentSizes(FILE_BYTES).ciphertextBytes);

/** A file on its way as smchat sends one: sealed in chunks under a key that a message names, and opened chunk by chunk. */
export function carryFile(from: OurEnd, to: OurEnd, file: Uint8Array): readonly Uint8Array[] {
  const [key, prefix] = [draw(32), draw(7)];
  const sealer = new AttachmentSealer(attachmentKeys(key, prefix), file.length);
  const sealed: Uint8Array[] = [];
  while (!sealer.complete) {
    const chunk = attachmentChunk(file.length, sealer.nextIndex);
    const content = file.subarray(chunk.contentOffset, chunk.contentOffset + chunk.contentBytes);
    const into = blob.subarray(chunk.ciphertextOffset, chunk.ciphertextOffset + chunk.ciphertextBytes);
    sealed.push(sealer.seal(content, into));
  }
  const named = to.open(from.seal(Uint8Array.of(...key, ...prefix, ...sealer.ciphertextHash())));
  const keys = attachmentKeys(named.slice(0, 32), named.slice(32, 39));
  const opener = new AttachmentOpener(keys, file.length, named.slice(39));
  const opened = sealed.map((chunk) => must(opener.open(chunk)));
  must(opener.finish());
  return opened;
}
