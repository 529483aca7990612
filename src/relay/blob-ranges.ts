/** First and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export interface PieceRange extends ByteRange {
  /** The whole blob's size, where it was said. */
  readonly total: number | null;
}

/** `bytes 0-1048575/104883200` or `…/*` (RFC 9110, section 14.4); null where it is anything else. */
export function parseContentRange(header: string | undefined): PieceRange | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(?:(\d{1,15})|\*)$/.exec(header ?? '');
  if (match === null) return null;
  const first = Number(match[1]);
  const last = Number(match[2]);
  return last < first ? null : { first, last, total: match[3] === undefined ? null : Number(match[3]) };
}

/**
 * One range, `bytes=0-65535` or `bytes=65536-` (RFC 9110, section 14.1.2), cut to the blob's end; the whole where no
 * header is there. Null where it begins past the end or is anything else, such as several ranges.
 */
export function parseRange(header: string | undefined, bytes: number): ByteRange | null {
  if (header === undefined) return { first: 0, last: bytes - 1 };
  const match = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(header);
  if (match === null) return null;
  const first = Number(match[1]);
  const last = match[2] === undefined ? bytes - 1 : Math.min(Number(match[2]), bytes - 1);
  return last < first ? null : { first, last };
}
