import { gcm } from '@noble/ciphers/aes.js';
import { argon2id } from '@noble/hashes/argon2.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex, utf8 } from '../../src/crypto/bytes.ts';
import { Password } from '../../src/session/password.ts';
import { encodeKeyfile, hashName } from '../../src/store/keyfile.ts';
import type { PasswordCost } from '../../src/store/keyfile-decoding.ts';
import { passwordKey } from '../../src/store/password-key.ts';
import { Bytes } from '../crypto/parties.ts';

/** One keyfile as what an implementation must reproduce; bytes in hexadecimal. */
export interface FrozenKeyfile {
  readonly account: string;
  readonly relayUrl: string;
  readonly password: string;
  readonly cost: PasswordCost;
  readonly salt: string;
  readonly nonce: string;
  readonly vaultKey: string;
  readonly passwordKey: string;
  readonly nameHash: string;
  readonly keyfile: string;
}

interface Given {
  readonly account: string;
  readonly relayUrl: string;
  readonly password: string;
  readonly cost: PasswordCost;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly vaultKey: Uint8Array;
}

interface Made {
  readonly passwordKey: Uint8Array;
  readonly nameHash: Uint8Array;
  readonly keyfile: Uint8Array;
}

/** Costs far below what the program itself takes: the form is what is frozen. */
const GIVEN = [
  ['alice', 'ws://127.0.0.1:50007', 'correct horse battery staple', { memoryKiB: 64, passes: 3, lanes: 4 }],
  ['bob', 'wss://relay.example/', 'cafe\u0301 ﬁ 🔑', { memoryKiB: 256, passes: 1, lanes: 1 }],
  ['carol', '', 'x', { memoryKiB: 40, passes: 5, lanes: 5 }],
] as const;

/** Computed by src/store, on node:crypto and a native Argon2. */
export function keyfilesByProduct(): Promise<readonly FrozenKeyfile[]> {
  return freeze(async ({ account, relayUrl, password, cost, salt, nonce, vaultKey }) => {
    const key = await passwordKey(new Password(password), salt, cost);
    const nameHash = hashName(account, salt);
    const header = { nameHash, relayUrl, cost, salt };
    return { passwordKey: key, nameHash, keyfile: encodeKeyfile({ header, passwordKey: key, nonce, vaultKey }) };
  });
}

/** protocol.md, section 7, plainly transcribed, on @noble alone. */
export function keyfilesByOracle(): Promise<readonly FrozenKeyfile[]> {
  const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const bigEndian = (value: number, bytes: number) =>
    Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256);
  return freeze(async ({ account, relayUrl, password, cost, salt, nonce, vaultKey }) => {
    const { memoryKiB: m, passes: t, lanes: p } = cost;
    const key = argon2id(utf8(password.normalize('NFKC')), salt, { m, t, p, dkLen: 32, version: 0x13 });
    const nameHash = sha256(join(utf8('smchat/v1/keyfile-name'), salt, utf8(account)));
    const url = utf8(relayUrl);
    const header = join(
      utf8('smchat-keyfile'),
      Uint8Array.of(1),
      bigEndian(m, 4),
      bigEndian(t, 4),
      bigEndian(p, 1),
      salt,
      nameHash,
      bigEndian(url.length, 2),
      url,
    );
    const wrappingKey = hkdf(sha256, key, undefined, utf8('smchat/v1/keyfile'), 32);
    const body = join(header, nonce, gcm(wrappingKey, nonce, header).encrypt(vaultKey));
    return { passwordKey: key, nameHash, keyfile: join(body, sha256(body)) };
  });
}

function freeze(make: (given: Given) => Promise<Made>): Promise<readonly FrozenKeyfile[]> {
  const random = new Bytes('frozen keyfiles');
  const all = GIVEN.map(async ([account, relayUrl, password, cost]) => {
    const [salt, nonce, vaultKey] = [random.take(16), random.take(12), random.take(32)];
    const made = await make({ account, relayUrl, password, cost, salt, nonce, vaultKey });
    return {
      account,
      relayUrl,
      password,
      cost,
      salt: toHex(salt),
      nonce: toHex(nonce),
      vaultKey: toHex(vaultKey),
      passwordKey: toHex(made.passwordKey),
      nameHash: toHex(made.nameHash),
      keyfile: toHex(made.keyfile),
    };
  });
  return Promise.all(all);
}
