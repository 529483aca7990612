import { ATTACHMENT_SEALED_CHUNK_BYTES, attachmentSizes } from '../crypto/attachment-sizes.ts';
import { nextTurn } from './next-turn.ts';

/** Chunks that are read, fetched and written in one step: as many as fit into 1 MiB, the relay's largest piece. */
const PIECE_CHUNKS = 15;
/**
 * Chunks that are sealed, opened and hashed in one turn of the event loop, 128 KiB: about a millisecond. A whole piece
 * takes up to ten, which whoever types would feel.
 */
export const STEP_CHUNKS = 2;

/** Some chunks of a ciphertext that are handled together. */
export interface CiphertextPiece {
  readonly offset: number;
  /** Where it ends: at a chunk's border, or at the ciphertext's end. */
  readonly end: number;
}

/** How long the ciphertext of a file of this many bytes is. */
export function ciphertextBytes(bytes: number): number {
  return attachmentSizes(bytes).ciphertextBytes;
}

/** The piece of a file's ciphertext that begins with chunk `index`. */
export function pieceFrom(bytes: number, index: number): CiphertextPiece {
  const total = ciphertextBytes(bytes);
  const offset = index * ATTACHMENT_SEALED_CHUNK_BYTES;
  return { offset, end: Math.min(total, offset + PIECE_CHUNKS * ATTACHMENT_SEALED_CHUNK_BYTES) };
}

/** A turn of the event loop before chunk `index`, counted from where the work began, where a step has ended. */
export async function betweenSteps(index: number): Promise<void> {
  if (index > 0 && index % STEP_CHUNKS === 0) await nextTurn();
}

/** The sealed chunks of a piece, one after the other; the last may be shorter. */
export function* chunksOf(piece: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < piece.length; at += ATTACHMENT_SEALED_CHUNK_BYTES) {
    yield piece.subarray(at, Math.min(piece.length, at + ATTACHMENT_SEALED_CHUNK_BYTES));
  }
}
