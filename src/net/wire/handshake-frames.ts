import { ACCOUNT_ID_BYTES } from '../../crypto/bytes.ts';
import { coldFrame } from './cold-frame.ts';
import { FRAME_TYPE } from './frame-header.ts';
import { LOGIN_TOKEN_BYTES, NONCE_BYTES, PROOF_BYTES, RAW_KEY_BYTES } from './limits.ts';
import { boolean, bytesOf, mapOf, oneOf, uint } from './schema.ts';

/** HELLO, first of every connection: what for, who, and the client's ephemeral key Ce. Protocol.md, section 5. */
export const helloFrame = coldFrame(
  FRAME_TYPE.hello,
  mapOf({
    purpose: oneOf('login', 'register', 'delete'),
    version: uint(0xffff),
    accountId: bytesOf(ACCOUNT_ID_BYTES),
    clientEphemeral: bytesOf(RAW_KEY_BYTES),
  }),
  256,
);

/** CHALLENGE answers HELLO: the relay's static key Rs, its ephemeral Re, and a nonce. */
export const challengeFrame = coldFrame(
  FRAME_TYPE.challenge,
  mapOf({
    relayKey: bytesOf(RAW_KEY_BYTES),
    relayEphemeral: bytesOf(RAW_KEY_BYTES),
    nonce: bytesOf(NONCE_BYTES),
  }),
  256,
);

/** AUTH: the client's proof, and the login tokens that show whether a copy of its vault logged in elsewhere. */
export const authFrame = coldFrame(
  FRAME_TYPE.auth,
  mapOf({
    accountId: bytesOf(ACCOUNT_ID_BYTES),
    proof: bytesOf(PROOF_BYTES),
    previousToken: bytesOf(LOGIN_TOKEN_BYTES),
    nextToken: bytesOf(LOGIN_TOKEN_BYTES),
  }),
  256,
);

/** WELCOME: the relay's proof; `copied` where it knew neither token. Answers AUTH, REGISTER and DELETE_ACCOUNT. */
export const welcomeFrame = coldFrame(FRAME_TYPE.welcome, mapOf({ proof: bytesOf(PROOF_BYTES), copied: boolean }), 256);

/** DELETE_ACCOUNT: the client's proof under the purpose `delete`. */
export const deleteAccountFrame = coldFrame(
  FRAME_TYPE.deleteAccount,
  mapOf({ accountId: bytesOf(ACCOUNT_ID_BYTES), proof: bytesOf(PROOF_BYTES) }),
  256,
);
