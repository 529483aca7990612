import {
  type AuthPurpose,
  type AuthTranscript,
  clientProof,
  generateKeyPair,
  type KeyPair,
  relayAuthKey,
  relayProof,
} from '../crypto/auth.ts';
import { type AccountId, equal } from '../crypto/bytes.ts';
import { WIRE_VERSION } from '../net/wire/limits.ts';

/** What the relay asked of a connection, and will judge its proof by. */
export interface Challenge {
  readonly purpose: AuthPurpose;
  readonly accountId: AccountId;
  readonly clientEphemeral: Uint8Array;
  readonly ephemeral: KeyPair;
  readonly nonce: Uint8Array;
}

export interface Hello {
  readonly purpose: AuthPurpose;
  readonly accountId: AccountId;
  readonly clientEphemeral: Uint8Array;
}

/** A challenge that serves one connection and one proof: `random` is 64 fresh bytes. */
export function challenge(hello: Hello, random: Uint8Array): Challenge {
  return { ...hello, ephemeral: generateKeyPair(random.slice(0, 32)), nonce: random.slice(32, 64) };
}

/** The relay's own proof where the client's is right (protocol.md, section 5), else null. */
export function answerProof(
  given: Challenge,
  accountKey: Uint8Array,
  relayKeyPair: KeyPair,
  proof: Uint8Array,
): Uint8Array | null {
  const transcript: AuthTranscript = {
    relayKey: relayKeyPair.publicKey,
    accountKey,
    relayEphemeral: given.ephemeral.publicKey,
    clientEphemeral: given.clientEphemeral,
    nonce: given.nonce,
    accountId: given.accountId,
    purpose: given.purpose,
    version: WIRE_VERSION,
  };
  const key = relayAuthKey(transcript, relayKeyPair.privateKey, given.ephemeral.privateKey);
  if (!key.ok || !equal(clientProof(key.value, transcript), proof)) return null;
  return relayProof(key.value, transcript);
}
