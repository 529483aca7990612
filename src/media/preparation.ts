import { accept, type Outcome, refuse } from '../outcome.ts';
import type { PreparedImage } from '../session/image-port.ts';
import { isPreparationRefusal, type PreparationRefusal } from './image-refusal.ts';
import type { LaneMessage } from './worker-lane.ts';

/** What preparing a picture comes to. */
export type Preparation = Outcome<PreparedImage, PreparationRefusal>;

const MIMES: readonly PreparedImage['mime'][] = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif'];

/** As the worker sends it: the facts, then picture, thumbnail and where there is one the rendition. */
export function encodePreparation(preparation: Preparation): LaneMessage {
  if (!preparation.ok) return { facts: preparation, parts: [] };
  const { image, thumbnail, rendition, ...facts } = preparation.value;
  return { facts: { ok: true, ...facts }, parts: [image, thumbnail, ...(rendition === null ? [] : [rendition])] };
}

/** As it comes out of the worker; null where it is nothing that `encodePreparation` makes. */
export function decodePreparation({ facts, parts }: LaneMessage): Preparation | null {
  if (typeof facts !== 'object' || facts === null) return null;
  if ('reason' in facts) return isPreparationRefusal(facts.reason) ? refuse(facts.reason) : null;
  if (!('mime' in facts && 'width' in facts && 'height' in facts)) return null;
  const { width, height } = facts;
  const mime = MIMES.find((known) => known === facts.mime);
  const [image, thumbnail, rendition = null] = parts;
  if (mime === undefined || image === undefined || thumbnail === undefined) return null;
  if (!isSide(width) || !isSide(height)) return null;
  return accept({ mime, width, height, image, thumbnail, rendition });
}

function isSide(value: unknown): value is number {
  return Number.isSafeInteger(value) && typeof value === 'number' && value > 0;
}
