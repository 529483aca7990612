import type { Bytes } from './bytes.ts';

/** The version byte of every envelope, transcript and bundle. */
export const PROTOCOL_VERSION = 1;

/** RK of the Double Ratchet §5.2, and of the post-quantum ratchet beside it; 32 bytes. */
export type RootKey = Bytes<'root-key'>;
/** CKs and CKr; 32 bytes. */
export type ChainKey = Bytes<'chain-key'>;
/** HK and NHK of the Double Ratchet §4; 32 bytes. */
export type HeaderKey = Bytes<'header-key'>;
/** A message's combined key material before expansion: all that a skipped message leaves behind; 32 bytes. */
export type MessageSecret = Bytes<'message-secret'>;
/** Out of the agreement; the same on both sides; 16 bytes. */
export type SessionId = Bytes<'session-id'>;
/** "smchat/v1/ad" ‖ TH; 44 bytes. */
export type AssociatedData = Bytes<'associated-data'>;

export type Role = 'initiator' | 'responder';
