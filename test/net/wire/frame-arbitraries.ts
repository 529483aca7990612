import fc from 'fast-check';
import { accountId, concat } from '../../../src/crypto/bytes.ts';

/** A record with an ordinary prototype, as decoders make them; some keys may be absent. */
export function record<T, K extends keyof T = never>(
  model: { [Key in keyof T]: fc.Arbitrary<T[Key]> },
  absent: readonly K[] = [],
): fc.Arbitrary<Omit<T, K> & Partial<Pick<T, K>>> {
  const optional = new Set<keyof T>(absent);
  const requiredKeys = (Object.keys(model) as (keyof T)[]).filter((key) => !optional.has(key));
  return fc.record(model, { noNullPrototype: true, requiredKeys }) as fc.Arbitrary<Omit<T, K> & Partial<Pick<T, K>>>;
}

export const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
export const requestId = fc.integer({ min: 0, max: 0xffff_ffff });
export const account = bytes(16).map(accountId);
export const seq = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
export const name = fc.stringMatching(/^[a-z0-9_]{2,32}$/);
export const envelope = fc.uint8Array({ minLength: 1, maxLength: 300 });

const typed = (type: number, length: number) => bytes(length).map((rest) => concat(Uint8Array.of(type), rest));
export const typedKey = typed(0x05, 32);
export const typedKemKey = typed(0x0a, 1_568);

const preKeyOf = (key: fc.Arbitrary<Uint8Array>) =>
  record({ id: requestId, created: fc.maxSafeNat(), key, signature: bytes(64) });
export const preKey = preKeyOf(typedKey);
export const kemPreKey = preKeyOf(typedKemKey);

const pools = {
  oneTimePreKeys: fc.array(preKey, { maxLength: 4 }),
  oneTimeKemPreKeys: fc.array(kemPreKey, { maxLength: 2 }),
};
const rotating = { signedPreKey: preKey, lastResortKemPreKey: kemPreKey };

/** Every frame whose body is CBOR, under the name that its decoder gives it. */
export const COLD_BODIES = {
  hello: record({
    purpose: fc.constantFrom('login' as const, 'register' as const, 'delete' as const),
    version: fc.integer({ min: 0, max: 0xffff }),
    accountId: bytes(16),
    clientEphemeral: bytes(32),
  }),
  challenge: record({ relayKey: bytes(32), relayEphemeral: bytes(32), nonce: bytes(32) }),
  auth: record({ accountId: bytes(16), proof: bytes(32), previousToken: bytes(16), nextToken: bytes(16) }),
  welcome: record({ proof: bytes(32), copied: fc.boolean() }),
  deleteAccount: record({ accountId: bytes(16), proof: bytes(32) }),
  register: record(
    {
      name,
      accountId: bytes(16),
      accountKey: bytes(32),
      identityKey: typedKey,
      preKeys: record({ ...pools, ...rotating }),
      loginToken: bytes(16),
      proof: bytes(32),
      invitation: bytes(16),
    },
    ['invitation'],
  ),
  getBundle: record({ name }),
  bundle: record(
    {
      version: fc.integer({ min: 0, max: 255 }),
      accountId: bytes(16),
      name,
      identityKey: typedKey,
      signedPreKey: preKey,
      kemPreKey: fc
        .tuple(kemPreKey, fc.constantFrom('one-time' as const, 'last-resort' as const))
        .map(([key, kind]) => ({ ...key, kind })),
      oneTimePreKey: preKey,
    },
    ['oneTimePreKey'],
  ),
  putPreKeys: record({ ...pools, ...rotating }, ['signedPreKey', 'lastResortKemPreKey']),
  createBlob: record({
    blobId: bytes(16),
    bytes: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    uploadTokenHash: bytes(32),
    downloadTokenHash: bytes(32),
  }),
  deleteBlob: record({ blobId: bytes(16) }),
  getPreKeyCounts: fc.constant({}),
  preKeyCounts: record({
    oneTimePreKeys: fc.integer({ min: 0, max: 0xffff }),
    oneTimeKemPreKeys: fc.integer({ min: 0, max: 0xffff }),
  }),
} as const;
