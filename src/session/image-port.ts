/** A picture as smchat would send it. */
export interface PreparedImage {
  readonly mime: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif' | 'image/avif';
  /** Upright, as shown. */
  readonly width: number;
  readonly height: number;
  /** The picture itself, oriented and without EXIF, GPS or any other metadata. */
  readonly image: Uint8Array;
  /** JPEG of at most 12 KiB, travels inside the message. */
  readonly thumbnail: Uint8Array;
  /** JPEG of at most one megapixel, beside an original of more than two and beside every WebP and AVIF; else null. */
  readonly rendition: Uint8Array | null;
}

/** What the first bytes of a picture say, before any decoder saw it. */
export interface ImageFacts {
  readonly mime: string;
  readonly width: number;
  readonly height: number;
}

/** Looks at and prepares the user's own pictures, off the main thread. Both throw `content-refused` and say why. */
export interface ImagePort {
  /** Reads headers only: kind and declared size, refused beyond the limits. */
  check(bytes: Uint8Array): ImageFacts;
  prepare(bytes: Uint8Array): Promise<PreparedImage>;
}
