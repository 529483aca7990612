/** The wire's only version, in every frame's first byte and in every hello. */
export const WIRE_VERSION = 1;
/** What both sides offer in the WebSocket handshake; without it there is no connection. */
export const SUBPROTOCOL = 'smchat.relay.1';

/** An envelope's largest size; the relay reads no more of it than its first two bytes. */
export const ENVELOPE_MAX_BYTES = 65_536;
/** A frame's largest size, either way: the WebSocket layer refuses more before it is buffered. */
export const FRAME_MAX_BYTES = 131_072;

export const RELAY_ID_BYTES = 16;
export const LOGIN_TOKEN_BYTES = 16;
export const INVITATION_BYTES = 16;
export const NONCE_BYTES = 32;
export const PROOF_BYTES = 32;
/** A raw X25519 public key: relay-authentication and ephemeral keys. */
export const RAW_KEY_BYTES = 32;
/** `05 ‖ 32`: identity key and classical prekeys. */
export const TYPED_KEY_BYTES = 33;
/** `0A ‖ 1568`: ML-KEM-1024 prekeys. */
export const TYPED_KEM_KEY_BYTES = 1_569;
export const SIGNATURE_BYTES = 64;

/** One-time prekeys in one upload; a full one still fits a frame. */
export const UPLOAD_MAX_ONE_TIME_PREKEYS = 200;
export const UPLOAD_MAX_ONE_TIME_KEM_PREKEYS = 40;

export const BLOB_ID_BYTES = 16;
/** A token that opens a blob for writing or for reading; the relay keeps its SHA-256. */
export const BLOB_TOKEN_BYTES = 32;
export const TOKEN_HASH_BYTES = 32;
/** The largest piece in one HTTP PUT. */
export const BLOB_PIECE_MAX_BYTES = 1_048_576;

/** `[a-z0-9_]{2,32}` (protocol.md, section 2). */
export const NAME_PATTERN = /^[a-z0-9_]{2,32}$/;

/** Closing codes beyond the WebSocket's own. */
export const CLOSE_CODE = {
  normal: 1000,
  protocolError: 1002,
  policy: 1008,
  restart: 1012,
  tryLater: 1013,
  replaced: 4001,
  unauthorised: 4003,
  accountDeleted: 4004,
} as const;
