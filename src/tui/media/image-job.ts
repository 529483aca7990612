import type { LaneMessage } from '../../media/worker-lane.ts';
import { accept, type Outcome, refuse } from '../../outcome.ts';
import type { ImageKind } from './decodable.ts';
import { type ImageCells, isImageCells } from './image-cells.ts';
import { isRenderRefusal, type RenderRefusal } from './render-refusal.ts';

/** What the image worker is asked: to fit a picture into so many cells. */
export interface ImageJob {
  readonly bytes: Uint8Array;
  readonly kind: ImageKind;
  readonly cols: number;
  readonly rows: number;
}

export type Rendering = Outcome<ImageCells, RenderRefusal>;

export function encodeImageJob({ bytes, ...facts }: ImageJob): LaneMessage {
  return { facts, parts: [bytes] };
}

/** Null where it is nothing that `encodeImageJob` makes. */
export function decodeImageJob({ facts, parts: [bytes] }: LaneMessage): ImageJob | null {
  const size = sizeOf(facts);
  if (size === null || bytes === undefined) return null;
  const isThumbnail = typeof facts === 'object' && facts !== null && 'kind' in facts && facts.kind === 'thumbnail';
  return { bytes, kind: isThumbnail ? 'thumbnail' : 'full', ...size };
}

/** The worker's answer. */
export function encodeRendering(rendering: Rendering): LaneMessage {
  if (!rendering.ok) return { facts: { reason: rendering.reason }, parts: [] };
  const { cols, rows, packed } = rendering.value;
  return { facts: { cols, rows }, parts: [packed] };
}

export function decodeRendering({ facts, parts: [packed] }: LaneMessage): Rendering {
  if (typeof facts === 'object' && facts !== null && 'reason' in facts)
    return refuse(isRenderRefusal(facts.reason) ? facts.reason : 'damaged');
  const size = sizeOf(facts);
  if (size === null || packed === undefined) return refuse('damaged');
  const cells = { ...size, packed };
  return isImageCells(cells) ? accept(cells) : refuse('damaged');
}

function sizeOf(facts: unknown): { readonly cols: number; readonly rows: number } | null {
  if (typeof facts !== 'object' || facts === null || !('cols' in facts && 'rows' in facts)) return null;
  const { cols, rows } = facts;
  return typeof cols === 'number' && typeof rows === 'number' ? { cols, rows } : null;
}
