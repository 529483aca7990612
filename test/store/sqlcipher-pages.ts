import { createDecipheriv } from 'node:crypto';

const PAGE_BYTES = 4096;
/** Initialisation vector 16 ‖ HMAC-SHA-512 64, at a page's end. */
const RESERVED_BYTES = 80;
const SALT_BYTES = 16;
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/**
 * All that a SQLCipher 4 database holds for whoever has its raw key: every page in clear, free ones and the unused
 * parts of others with them, in one buffer.
 */
export function decryptedPages(database: Buffer, key: Uint8Array): Buffer {
  const pages: Buffer[] = [];
  for (let at = 0; at + PAGE_BYTES <= database.length; at += PAGE_BYTES) {
    pages.push(decryptPage(database.subarray(at, at + PAGE_BYTES), key, at === 0));
  }
  return Buffer.concat(pages);
}

/** The same for its write-ahead log: every frame, those of ended transactions too. */
export function decryptedFrames(wal: Buffer, key: Uint8Array): Buffer {
  const pages: Buffer[] = [];
  const frameBytes = FRAME_HEADER_BYTES + PAGE_BYTES;
  for (let at = WAL_HEADER_BYTES; at + frameBytes <= wal.length; at += frameBytes) {
    const isFirstPage = wal.readUInt32BE(at) === 1;
    pages.push(decryptPage(wal.subarray(at + FRAME_HEADER_BYTES, at + frameBytes), key, isFirstPage));
  }
  return Buffer.concat(pages);
}

function decryptPage(page: Buffer, key: Uint8Array, isFirst: boolean): Buffer {
  const end = PAGE_BYTES - RESERVED_BYTES;
  const decipher = createDecipheriv('aes-256-cbc', key, page.subarray(end, end + 16)).setAutoPadding(false);
  return Buffer.concat([decipher.update(page.subarray(isFirst ? SALT_BYTES : 0, end)), decipher.final()]);
}
