import { createHash, type Hash } from 'node:crypto';

/** SHA-256 (FIPS 180-4) of a file that passes by in pieces: what a message names its file's content by. */
export class FileHash {
  readonly #hash: Hash = createHash('sha256');

  update(piece: Uint8Array): void {
    this.#hash.update(piece);
  }

  /** 32 bytes, of what has passed; can be asked again. */
  digest(): Uint8Array {
    return new Uint8Array(this.#hash.copy().digest());
  }
}
