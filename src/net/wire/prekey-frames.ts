import { ACCOUNT_ID_BYTES } from '../../crypto/bytes.ts';
import { coldFrame } from './cold-frame.ts';
import { FRAME_TYPE } from './frame-header.ts';
import {
  FRAME_MAX_BYTES,
  INVITATION_BYTES,
  LOGIN_TOKEN_BYTES,
  NAME_PATTERN,
  PROOF_BYTES,
  RAW_KEY_BYTES,
  SIGNATURE_BYTES,
  TYPED_KEM_KEY_BYTES,
  TYPED_KEY_BYTES,
  UPLOAD_MAX_ONE_TIME_KEM_PREKEYS,
  UPLOAD_MAX_ONE_TIME_PREKEYS,
} from './limits.ts';
import { bytesOf, listOf, mapOf, oneOf, type Schema, text, uint } from './schema.ts';

const EC_KEY_TYPE = 0x05;
const KEM_1024_KEY_TYPE = 0x0a;

const typedKey = bytesOf(TYPED_KEY_BYTES, EC_KEY_TYPE);
const typedKemKey = bytesOf(TYPED_KEM_KEY_BYTES, KEM_1024_KEY_TYPE);

/** A prekey's public half: id, time of making in ms, key with its type byte, XEdDSA signature. */
function preKeyFields<Key extends Schema<Uint8Array>>(key: Key) {
  return { id: uint(0xffff_ffff), created: uint(Number.MAX_SAFE_INTEGER), key, signature: bytesOf(SIGNATURE_BYTES) };
}

const preKey = mapOf(preKeyFields(typedKey));
const kemPreKey = mapOf(preKeyFields(typedKemKey));

export type WirePreKey = NonNullable<ReturnType<typeof preKey>>;

const pools = {
  oneTimePreKeys: listOf(preKey, UPLOAD_MAX_ONE_TIME_PREKEYS),
  oneTimeKemPreKeys: listOf(kemPreKey, UPLOAD_MAX_ONE_TIME_KEM_PREKEYS),
};
const rotating = { signedPreKey: preKey, lastResortKemPreKey: kemPreKey };

const upload = mapOf(pools, rotating);
const firstUpload = mapOf({ ...pools, ...rotating });

export type WirePreKeyUpload = NonNullable<ReturnType<typeof upload>>;

/**
 * REGISTER: a new account with all its public keys and the client's proof that it holds `accountKey`'s secret; an
 * invitation's 16 bytes where the relay asks for one.
 */
const registerBody = mapOf(
  {
    name: text(NAME_PATTERN),
    accountId: bytesOf(ACCOUNT_ID_BYTES),
    accountKey: bytesOf(RAW_KEY_BYTES),
    identityKey: typedKey,
    preKeys: firstUpload,
    loginToken: bytesOf(LOGIN_TOKEN_BYTES),
    proof: bytesOf(PROOF_BYTES),
  },
  { invitation: bytesOf(INVITATION_BYTES) },
);
export type WireRegistration = NonNullable<ReturnType<typeof registerBody>>;
export const registerFrame = coldFrame(FRAME_TYPE.register, registerBody, FRAME_MAX_BYTES);

/** GET_BUNDLE asks for a name's prekeys; answered by BUNDLE or NO_ACCOUNT. */
export const getBundleFrame = coldFrame(FRAME_TYPE.getBundle, mapOf({ name: text(NAME_PATTERN) }), 64);

const bundleBody = mapOf(
  {
    version: uint(0xff),
    accountId: bytesOf(ACCOUNT_ID_BYTES),
    name: text(NAME_PATTERN),
    identityKey: typedKey,
    signedPreKey: preKey,
    kemPreKey: mapOf({ ...preKeyFields(typedKemKey), kind: oneOf('one-time', 'last-resort') }),
  },
  { oneTimePreKey: preKey },
);
export type WireBundle = NonNullable<ReturnType<typeof bundleBody>>;
/** BUNDLE: what the relay gives out for a name (protocol.md, section 2); the client verifies every signature. */
export const bundleFrame = coldFrame(FRAME_TYPE.bundle, bundleBody, 4_096);

/** PUT_PREKEYS: new one-time prekeys and rotated ones; answered by PREKEY_COUNTS. */
export const putPreKeysFrame = coldFrame(FRAME_TYPE.putPreKeys, upload, FRAME_MAX_BYTES);

/** GET_PREKEY_COUNTS: an empty map. */
export const getPreKeyCountsFrame = coldFrame(FRAME_TYPE.getPreKeyCounts, mapOf({}), 1);

const countsBody = mapOf({ oneTimePreKeys: uint(0xffff), oneTimeKemPreKeys: uint(0xffff) });
export type WirePreKeyCounts = NonNullable<ReturnType<typeof countsBody>>;
/** PREKEY_COUNTS: what is left of the one-time prekeys. */
export const preKeyCountsFrame = coldFrame(FRAME_TYPE.preKeyCounts, countsBody, 64);
