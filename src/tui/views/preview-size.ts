import type { Message } from '../../session/client.ts';
import { type CellSize, fitInCells } from '../media/fit-cells.ts';

interface Limit extends CellSize {
  /** Columns of text from which it holds. */
  readonly from: number;
}

/** Larger where there is more room, but never so large that a picture is all there is to see. */
const LIMITS: readonly [Limit, Limit] = [
  { from: 64, cols: 60, rows: 18 },
  { from: 0, cols: 40, rows: 12 },
];

/**
 * The cells that a message's preview takes, known from the message alone: its place is kept before the picture is
 * there. Null where there is no preview.
 */
export function previewSize({ kind, attachment }: Message, textWidth: number): CellSize | null {
  if (kind !== 'image' || attachment?.width === undefined || attachment.height === undefined) return null;
  const { width, height } = attachment;
  if (!(width >= 1 && height >= 1)) return null;
  const limit = textWidth >= LIMITS[0].from ? LIMITS[0] : LIMITS[1];
  return fitInCells(width, height, { cols: Math.min(limit.cols, textWidth), rows: limit.rows });
}
