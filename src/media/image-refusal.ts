import { SmchatError } from '../smchat-error.ts';
import type { ImageRefusal } from './image-header.ts';

export type PreparationRefusal = ImageRefusal | 'damaged' | 'took-too-long' | 'too-much-memory';

const KINDS = 'smchat sends PNG, JPEG, GIF, WebP and AVIF pictures';
const SEND_AS_FILE = 'send it as a file instead';
const SAVE_ANEW = 'open it in an image program and save it anew, or send it as a file';

const REFUSALS: Readonly<Record<PreparationRefusal, readonly [sentence: string, hint: string]>> = {
  empty: ['the picture has no bytes', 'check that the file was written completely'],
  'file-too-large': ['the picture is larger than 20 MiB', SEND_AS_FILE],
  'not-an-image': ['this is not a picture that smchat knows', KINDS],
  truncated: ['the picture ends too early', 'check that the file was copied completely'],
  unsupported: ['this variant of a picture format is not supported', SAVE_ANEW],
  inconsistent: ['the picture contradicts itself: what it declares is not what it contains', SAVE_ANEW],
  'no-size': ['the picture declares no width or no height', SAVE_ANEW],
  'side-too-long': ['a side of the picture is longer than 16384 pixels', SEND_AS_FILE],
  'too-many-pixels': ['the picture has more than 50 million pixels', SEND_AS_FILE],
  polyglot: ['another file is hidden behind the end of the picture', SAVE_ANEW],
  damaged: ['the picture is damaged and cannot be read', SAVE_ANEW],
  'took-too-long': ['the picture took too long to prepare', 'make it smaller, or send it as a file'],
  'too-much-memory': ['the picture needs too much memory', 'make it smaller, or send it as a file'],
};

export function isPreparationRefusal(value: unknown): value is PreparationRefusal {
  return typeof value === 'string' && Object.hasOwn(REFUSALS, value);
}

/** The failure that a user sees for a picture that is refused. */
export function imageRefused(reason: PreparationRefusal): SmchatError {
  const [sentence, hint] = REFUSALS[reason];
  return new SmchatError('content-refused', sentence, { hint });
}
