import { accept, type Outcome, refuse } from '../outcome.ts';
import { concat, equal, utf8 } from './bytes.ts';
import { sha512, sha512Repeated } from './hkdf.ts';
import { encodePublicKey } from './key-encoding.ts';
import type { Party } from './party.ts';

const ITERATIONS = 5200;
const FINGERPRINT_VERSION = new Uint8Array(2);
const SCANNABLE_VERSION = 2;
const SCANNABLE_HASH_BYTES = 32;
const DIGITS_PER_GROUP = 5;
const GROUPS_PER_SIDE = 6;

/**
 * libsignal's NumericFingerprint of two parties, identifier accountId ‖ name: 60 digits, the same on both sides
 * (protocol.md, section 6). Some 15 ms, 2 × 5,200 × SHA-512: cache it.
 */
export function safetyNumber(local: Party, remote: Party): string {
  return numericFingerprint(inputOf(local), inputOf(remote)).digits;
}

/** The same fingerprints as a QR code's content, 74 bytes; the other side's has its halves swapped. As slow: cache it. */
export function scannableSafetyNumber(local: Party, remote: Party): Uint8Array {
  return numericFingerprint(inputOf(local), inputOf(remote)).scannable;
}

/** One side as libsignal hashes it; the key with its type byte. */
export interface FingerprintInput {
  readonly identifier: Uint8Array;
  readonly identityKey: Uint8Array;
}

/** libsignal's NumericFingerprint: each side's 30 digits, the smaller first; and CombinedFingerprints, version 2. */
export function numericFingerprint(
  local: FingerprintInput,
  remote: FingerprintInput,
  iterations = ITERATIONS,
): { readonly digits: string; readonly scannable: Uint8Array } {
  const [own, other] = [fingerprintHash(local, iterations), fingerprintHash(remote, iterations)];
  return { digits: [displayable(own), displayable(other)].sort().join(''), scannable: encodeScannable(own, other) };
}

/**
 * Whether a scanned code is the other side of this one: true or false by the two hashes. Refuses what is no code of
 * this version.
 */
export function compareScannable(own: Uint8Array, scanned: Uint8Array): Outcome<boolean, 'bad-code' | 'bad-version'> {
  const mine = decodeScannable(own);
  const theirs = decodeScannable(scanned);
  if (!mine.ok) return mine;
  if (!theirs.ok) return theirs;
  const matches = equal(mine.value.local, theirs.value.remote) && equal(mine.value.remote, theirs.value.local);
  return accept(matches);
}

/** SHA-512(0000 ‖ key ‖ identifier ‖ key), then SHA-512(hash ‖ key) again, `iterations` times in all; 64 bytes. */
function fingerprintHash({ identifier, identityKey }: FingerprintInput, iterations: number): Uint8Array {
  const first = sha512(FINGERPRINT_VERSION, identityKey, identifier, identityKey);
  return sha512Repeated(first, identityKey, iterations - 1);
}

/** Six groups: 5 bytes, big-endian, modulo 100,000. */
function displayable(hash: Uint8Array): string {
  let digits = '';
  for (let group = 0; group < GROUPS_PER_SIDE; group++) {
    let value = 0;
    for (const byte of hash.subarray(5 * group, 5 * group + 5)) value = value * 256 + byte;
    digits += String(value % 100_000).padStart(DIGITS_PER_GROUP, '0');
  }
  return digits;
}

/** Protobuf: field 1 version; fields 2 (local) and 3 (remote), each a message whose field 1 holds 32 bytes. */
function encodeScannable(own: Uint8Array, other: Uint8Array): Uint8Array {
  const side = (field: number, hash: Uint8Array) =>
    concat(Uint8Array.of((field << 3) | 2, 34, 0x0a, SCANNABLE_HASH_BYTES), hash.subarray(0, SCANNABLE_HASH_BYTES));
  return concat(Uint8Array.of(0x08, SCANNABLE_VERSION), side(2, own), side(3, other));
}

/** Only the one encoding that libsignal and this program write. */
function decodeScannable(
  bytes: Uint8Array,
): Outcome<{ readonly local: Uint8Array; readonly remote: Uint8Array }, 'bad-code' | 'bad-version'> {
  if (bytes.length !== 74 || bytes[0] !== 0x08) return refuse('bad-code');
  if (bytes[1] !== SCANNABLE_VERSION) return refuse('bad-version');
  const local = bytes.slice(6, 38);
  const remote = bytes.slice(42, 74);
  return equal(encodeScannable(local, remote), bytes) ? accept({ local, remote }) : refuse('bad-code');
}

function inputOf({ accountId, name, identityKey }: Party): FingerprintInput {
  return { identifier: concat(accountId, utf8(name)), identityKey: encodePublicKey(identityKey) };
}
