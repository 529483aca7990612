/** An encrypted attachment on this disk, under a random name in the account's blobs/ folder (contract.md, section 3). */
export interface AttachmentFiles {
  /** A new, empty one; gives its random name. */
  create(): Promise<string>;
  /** Appends and makes durable (fsync); gives the length afterwards. Throws `storage-full` with the length as it was. */
  append(name: string, bytes: Uint8Array): Promise<number>;
  /** Its length in bytes, or null where it is not there. */
  length(name: string): Promise<number | null>;
  /** Exactly these bytes; fewer only at the end. */
  read(name: string, offset: number, length: number): Promise<Uint8Array>;
  remove(name: string): Promise<void>;
  /** All names, to clear away what no message refers to. */
  list(): Promise<readonly string[]>;
}

/** A file of the user's own, to be sent: read in pieces, never whole. */
export interface OutgoingFile {
  readonly name: string;
  readonly bytes: number;
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The user's folders: what is sent from there and saved there. */
export interface UserFiles {
  /** `content-refused` for a folder, a device or what cannot be read. */
  open(path: string): Promise<OutgoingFile>;
  /**
   * Writes a new file below `folder` (made 0700 where missing): never over an existing one (a number is added; one that
   * holds the same bytes is the file itself), never through a link, mode 0600. `chunks` are written as they come; on any failure the partial file is gone and nothing else
   * changed. Gives the path. Throws `storage-full`, `storage-not-writable`, or what `chunks` throws.
   */
  save(folder: readonly string[], name: string, chunks: AsyncIterable<Uint8Array>): Promise<string>;
  /** `smchat` in the user's pictures folder. */
  defaultFolder(): string;
}
