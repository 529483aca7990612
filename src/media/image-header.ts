import { accept, type Outcome, refuse } from '../outcome.ts';
import { isHeif, readAvif } from './avif-container.ts';
import { type Container, type ContainerOutcome, type ContainerRefusal, startsWith, tagAt } from './container.ts';
import { GIF_SIGNATURE, readGif } from './gif-container.ts';
import { IMAGE_MAX_BYTES, IMAGE_MAX_PIXELS, IMAGE_MAX_SIDE } from './image-limits.ts';
import { JPEG_SIGNATURE, readJpeg } from './jpeg-container.ts';
import { PNG_SIGNATURE, readPng } from './png-container.ts';
import { isWebp, readWebp } from './webp-container.ts';

export type ImageMime = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif';

export interface ImageHeader {
  readonly mime: ImageMime;
  /** As declared, before any orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly container: Container;
  /** Bytes after the picture's end: none, padding, or what cameras append to a JPEG. */
  readonly trailingBytes: number;
}

export type ImageRefusal =
  | 'empty'
  | 'file-too-large'
  | 'not-an-image'
  | ContainerRefusal
  | 'no-size'
  | 'side-too-long'
  | 'too-many-pixels'
  /** Another kind of file follows the picture. */
  | 'polyglot';

/**
 * Kind and declared size of a picture, from its whole structure but without decoding a pixel. Reads every part's
 * header, so that the size it tells is the only one in the file.
 */
export function readImageHeader(bytes: Uint8Array): Outcome<ImageHeader, ImageRefusal> {
  if (bytes.length === 0) return refuse('empty');
  if (bytes.length > IMAGE_MAX_BYTES) return refuse('file-too-large');
  const mime = kindOf(bytes);
  if (mime === null) return refuse('not-an-image');
  const outcome = readContainer(mime, bytes);
  if (!outcome.ok) return outcome;
  const { width, height, end } = outcome.value;
  if (width === 0 || height === 0) return refuse('no-size');
  if (Math.max(width, height) > IMAGE_MAX_SIDE) return refuse('side-too-long');
  if (width * height > IMAGE_MAX_PIXELS) return refuse('too-many-pixels');
  const rest = bytes.subarray(end);
  if (!isPadding(rest) && !(mime === 'image/jpeg' && isCameraAppendix(rest))) return refuse('polyglot');
  return accept({ mime, width, height, container: outcome.value, trailingBytes: rest.length });
}

function kindOf(bytes: Uint8Array): ImageMime | null {
  if (startsWith(bytes, PNG_SIGNATURE)) return 'image/png';
  if (startsWith(bytes, JPEG_SIGNATURE)) return 'image/jpeg';
  if (startsWith(bytes, GIF_SIGNATURE)) return 'image/gif';
  if (isWebp(bytes)) return 'image/webp';
  return isHeif(bytes) ? 'image/avif' : null;
}

function readContainer(mime: ImageMime, bytes: Uint8Array): ContainerOutcome {
  switch (mime) {
    case 'image/png':
      return readPng(bytes);
    case 'image/jpeg':
      return readJpeg(bytes);
    case 'image/gif':
      return readGif(bytes);
    case 'image/webp':
      return readWebp(bytes);
    case 'image/avif':
      return readAvif(bytes);
    default:
      return mime satisfies never;
  }
}

function isPadding(rest: Uint8Array): boolean {
  return rest.every((byte) => byte === 0 || byte === 0x0a || byte === 0x0d || byte === 0x20);
}

/**
 * Phones put a gain map or a second view (a JPEG), the clip of a motion photo (an ISO media file) or their own table
 * (Samsung's, which ends in SEFT) after an ordinary picture. Preparing drops all of that.
 */
function isCameraAppendix(rest: Uint8Array): boolean {
  const first = Math.max(
    0,
    rest.findIndex((byte) => byte !== 0),
  );
  return (
    startsWith(rest, JPEG_SIGNATURE, first) ||
    [1, 2, 3].some((offset) => tagAt(rest, first + offset) === 'ftyp') ||
    tagAt(rest, rest.length - 4) === 'SEFT'
  );
}
