import type { SmchatClient } from '../session/client.ts';

/** As base64 these are less than 700 KiB, well below the longest line that anybody has to read. */
export const PICTURE_PAGE_BYTES = 512 * 1024;

export interface PicturePage {
  readonly id: string;
  /** Of the whole picture. */
  readonly bytes: number;
  readonly offset: number;
  readonly data: string;
}

/**
 * A picture in pages, for one JSON-RPC peer. The one being read is kept until its last page is taken, so that it is
 * decrypted once; at most one is.
 */
export class PicturePages {
  #kept: { readonly client: SmchatClient; readonly id: string; readonly picture: Promise<Uint8Array> } | null = null;

  async page(client: SmchatClient, id: string, offset: number): Promise<PicturePage> {
    if (this.#kept?.client !== client || this.#kept.id !== id || offset === 0) {
      this.#kept = { client, id, picture: client.picture(id) };
    }
    const kept = this.#kept;
    try {
      const picture = await kept.picture;
      const end = Math.min(offset + PICTURE_PAGE_BYTES, picture.length);
      if (end === picture.length) this.#drop(kept);
      return { id, bytes: picture.length, offset, data: Buffer.from(picture.subarray(offset, end)).toString('base64') };
    } catch (thrown) {
      this.#drop(kept);
      throw thrown;
    }
  }

  clear(): void {
    this.#kept = null;
  }

  #drop(kept: object): void {
    if (this.#kept === kept) this.#kept = null;
  }
}
