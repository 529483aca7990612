/** What smchat takes as a picture, told by its header alone, before any decoder runs. */
export const IMAGE_MAX_BYTES = 20 * 1024 * 1024;
export const IMAGE_MAX_PIXELS = 50_000_000;
export const IMAGE_MAX_SIDE = 16_384;

/** More chunks, segments or frames than this are no picture but an attempt to keep a parser busy. */
export const CONTAINER_MAX_PARTS = 65_536;

export const THUMBNAIL_MAX_BYTES = 12 * 1024;
/** The longer side of a thumbnail: more than a preview's columns, small enough for its bytes. */
export const THUMBNAIL_MAX_SIDE = 320;
/** An original of more pixels than this travels with a rendition. */
export const RENDITION_FROM_PIXELS = 2_000_000;
export const RENDITION_MAX_PIXELS = 1_000_000;
