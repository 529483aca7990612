import type { LaneRefusal } from '../../media/worker-lane.ts';
import type { UndecodableReason } from './decodable.ts';

export type RenderRefusal =
  | UndecodableReason
  | LaneRefusal
  /** Not one cell to draw in. */
  | 'no-room'
  /** Sound by its header, but not to be decoded. */
  | 'damaged';

/** Why a picture is not shown, for those who wanted to see it. */
const WORDS: Readonly<Record<RenderRefusal, string>> = {
  empty: 'the picture has no bytes',
  'file-too-large': 'the picture is larger than 20 MiB',
  'not-an-image': 'this is no picture',
  truncated: 'the picture ends too early',
  unsupported: 'this variant of its format cannot be shown here',
  inconsistent: 'the picture contradicts itself: what it declares is not what it contains',
  'no-size': 'the picture declares no width or no height',
  'side-too-long': 'a side of the picture is too long',
  'too-many-pixels': 'the picture has too many pixels',
  polyglot: 'another file is hidden behind the end of the picture',
  'too-large': 'the picture is too large to be decoded here',
  'not-decodable': 'this format cannot be shown here',
  damaged: 'the picture is damaged',
  'took-too-long': 'the picture took too long to decode',
  'worker-died': 'the picture needs too much memory',
  'no-worker': 'pictures cannot be decoded on this machine',
  'no-room': 'there is no room for the picture',
  closed: 'the account was closed',
};

export function renderRefusalWords(reason: RenderRefusal): string {
  return WORDS[reason];
}

export function isRenderRefusal(value: unknown): value is RenderRefusal {
  return typeof value === 'string' && Object.hasOwn(WORDS, value);
}
