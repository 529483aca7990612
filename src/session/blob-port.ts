/** A place for ciphertext at the relay (relay.md, section 2). All three are drawn at random by whoever uploads. */
export interface BlobGrant {
  /** 16 bytes; with `downloadToken` all that a message carries to name it. */
  readonly blobId: Uint8Array;
  /** 32 bytes: lets its holder append until the blob is complete. Never leaves this client. */
  readonly uploadToken: Uint8Array;
  /** 32 bytes: lets its holder read, without saying who they are. */
  readonly downloadToken: Uint8Array;
}

/** Why a blob could not be written or read. */
export type BlobRefusal =
  /** The relay has no such blob, it is not complete, or the token is not its own: it cannot be told which. */
  | 'no-blob'
  /** More than was asked for when the place was made, or at another offset than the relay is at. */
  | 'bad-range'
  /** The relay's disk is too full for blobs. */
  | 'no-space'
  | 'rate'
  /** The connection ended; what was acknowledged stays, and it can be gone on with. */
  | 'disconnected';

export type BlobAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: BlobRefusal; readonly retryAfterMs: number };

/** Ciphertext to and from the relay over HTTP. `url` is the relay's WebSocket address. */
export interface BlobPort {
  /** How many bytes of the blob the relay holds safely: where an upload goes on. */
  uploadedBytes(url: string, grant: BlobGrant, signal: AbortSignal): Promise<BlobAnswer<number>>;
  /** Appends one piece (at most 1 MiB) at `offset`; gives the bytes that are safe afterwards. */
  upload(
    url: string,
    grant: BlobGrant,
    offset: number,
    piece: Uint8Array,
    signal: AbortSignal,
  ): Promise<BlobAnswer<number>>;
  /** At most `length` bytes from `offset`, fewer only where the blob ends. */
  download(
    url: string,
    blob: Pick<BlobGrant, 'blobId' | 'downloadToken'>,
    offset: number,
    length: number,
    signal: AbortSignal,
  ): Promise<BlobAnswer<Uint8Array>>;
}
