import type { FreshForMessage, FreshForOpening, KemRandomness } from '../crypto/pairwise-session.ts';
import { type KeyPair, x25519KeyPair } from '../crypto/x25519.ts';
import type { Rng } from './rng.ts';

/** What sealing one message may take. A key pair costs more than the rest of most messages, which need none: drawn when read. */
export function freshForMessage(rng: Rng, now: number, connectedAt: number | null): FreshForMessage {
  return {
    get ratchetKeyPair(): KeyPair {
      return x25519KeyPair(rng.bytes(32));
    },
    headerNonce: rng.bytes(12),
    get initialNonce(): Uint8Array {
      return rng.bytes(12);
    },
    get kemSeed(): Uint8Array {
      return rng.bytes(64);
    },
    now,
    connectedAt,
  };
}

/** What opening one message may take; most bring no key to be answered. */
export function freshForOpening(rng: Rng, now: number): FreshForOpening {
  return {
    now,
    get kemRandomness(): KemRandomness {
      return kemRandomness(rng);
    },
  };
}

/** For one encapsulation. OpenSSL takes none from outside, and is ten times as quick as what does. */
export function kemRandomness(rng: Rng): KemRandomness {
  return rng.fromSystem === true ? null : rng.bytes(32);
}
