import type { PublishedBundle } from '../../src/crypto/prekey-bundle.ts';
import { xeddsaSign } from '../../src/crypto/xeddsa.ts';
import type { Account } from './parties.ts';

type Signer = Parameters<typeof xeddsaSign>[0]['privateKey'];

/** The bundle with one key replaced and signed by its owner, as a malicious owner may publish it. */
export function signedAnew(
  bundle: PublishedBundle,
  owner: { readonly privateKey: Signer; readonly randomness: Uint8Array },
  part: 'signedPreKey' | 'oneTimePreKey',
  key: Uint8Array,
): PublishedBundle {
  const before = bundle[part];
  if (before === undefined) throw new Error(`the bundle has no ${part}`);
  const head = Buffer.alloc(13);
  head.writeUInt8(part === 'signedPreKey' ? 1 : 2, 0);
  head.writeUInt32BE(before.id, 1);
  head.writeBigUInt64BE(BigInt(before.created), 5);
  const message = new Uint8Array(Buffer.concat([Buffer.from('smchat/v1/prekey'), head, bundle.accountId, key]));
  return { ...bundle, [part]: { ...before, key, signature: xeddsaSign({ ...owner, message }) } };
}

export const signerOf = ({ local, random }: Account) => ({
  privateKey: local.identityKeyPair.privateKey,
  randomness: random.take(64),
});
