import { accept, type Outcome } from '../outcome.ts';
import { type AccountId, concat, mint, u16, utf8 } from './bytes.ts';
import { hkdf, hmacSha256 } from './hkdf.ts';
import { type KeyPair, x25519, x25519KeyPair } from './x25519.ts';

export { hmacSha256 } from './hkdf.ts';
export type { KeyPair } from './x25519.ts';

/** What a proof is for: one made for a login deletes nothing. */
export type AuthPurpose = 'login' | 'register' | 'delete';

const LABEL = utf8('smchat/v1/auth');
const PURPOSE_CODE = { login: 1, register: 2, delete: 3 } as const satisfies Record<AuthPurpose, number>;

export const AUTH_NONCE_BYTES = 32;

/** All that both sides must agree on before either believes the other (protocol.md, section 5). */
export interface AuthTranscript {
  /** The relay's static key, which the client has pinned. */
  readonly relayKey: Uint8Array;
  /** The account's relay-authentication key RA; never its identity key. */
  readonly accountKey: Uint8Array;
  readonly relayEphemeral: Uint8Array;
  readonly clientEphemeral: Uint8Array;
  /** 32 bytes, drawn by the relay for this connection. */
  readonly nonce: Uint8Array;
  readonly accountId: AccountId;
  readonly purpose: AuthPurpose;
  readonly version: number;
}

/** An X25519 key pair from 32 random bytes, clamped. Throws RangeError on another length. */
export function generateKeyPair(seed: Uint8Array): KeyPair {
  return x25519KeyPair(seed);
}

/**
 * The client's view of k = HKDF(no salt, DH(RA, Re) ‖ DH(Ce, Rs) ‖ DH(Ce, Re), info = transcript, 32).
 * Refuses any relay key that is not canonical, not 32 bytes, or gives zeros. Protocol.md, section 5.
 */
export function clientAuthKey(
  t: AuthTranscript,
  accountPrivateKey: Uint8Array,
  clientEphemeralPrivateKey: Uint8Array,
): Outcome<Uint8Array, 'bad-public-key'> {
  return authKey(
    t,
    x25519(accountPrivateKey, t.relayEphemeral),
    x25519(clientEphemeralPrivateKey, t.relayKey),
    x25519(clientEphemeralPrivateKey, t.relayEphemeral),
  );
}

/** The relay's view of the same k, from its own two private keys. Refuses the client's keys by the same rules. */
export function relayAuthKey(
  t: AuthTranscript,
  relayPrivateKey: Uint8Array,
  relayEphemeralPrivateKey: Uint8Array,
): Outcome<Uint8Array, 'bad-public-key'> {
  return authKey(
    t,
    x25519(relayEphemeralPrivateKey, t.accountKey),
    x25519(relayPrivateKey, t.clientEphemeral),
    x25519(relayEphemeralPrivateKey, t.clientEphemeral),
  );
}

/** HMAC-SHA-256(k, "c" ‖ transcript), 32 bytes: what the client sends. Compare with `equal`. */
export function clientProof(key: Uint8Array, t: AuthTranscript): Uint8Array {
  return hmacSha256(key, utf8('c'), encodeTranscript(t));
}

/** HMAC-SHA-256(k, "s" ‖ transcript), 32 bytes: what the relay answers. Compare with `equal`. */
export function relayProof(key: Uint8Array, t: AuthTranscript): Uint8Array {
  return hmacSha256(key, utf8('s'), encodeTranscript(t));
}

function authKey(
  t: AuthTranscript,
  ...agreements: readonly Outcome<Uint8Array, 'bad-public-key'>[]
): Outcome<Uint8Array, 'bad-public-key'> {
  const secrets: Uint8Array[] = [];
  for (const agreement of agreements) {
    if (!agreement.ok) return agreement;
    secrets.push(agreement.value);
  }
  return accept(hkdf({ salt: null, inputKeyMaterial: concat(...secrets), info: encodeTranscript(t), length: 32 }));
}

/** "smchat/v1/auth" ‖ version 2 ‖ purpose 1 ‖ Rs 32 ‖ RA 32 ‖ Re 32 ‖ Ce 32 ‖ nonce 32 ‖ account id 16. */
function encodeTranscript(t: AuthTranscript): Uint8Array {
  return concat(
    LABEL,
    u16(t.version),
    Uint8Array.of(PURPOSE_CODE[t.purpose]),
    mint(t.relayKey, 32, 'relay-key'),
    mint(t.accountKey, 32, 'account-key'),
    mint(t.relayEphemeral, 32, 'relay-ephemeral'),
    mint(t.clientEphemeral, 32, 'client-ephemeral'),
    mint(t.nonce, AUTH_NONCE_BYTES, 'auth-nonce'),
    t.accountId,
  );
}
