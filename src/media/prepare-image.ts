import sharp, { type Metadata, type OutputInfo, type Sharp } from 'sharp';
import { accept, type Outcome, refuse } from '../outcome.ts';
import type { PreparedImage } from '../session/image-port.ts';
import { type ImageMime, type ImageRefusal, readImageHeader } from './image-header.ts';
import {
  IMAGE_MAX_BYTES,
  IMAGE_MAX_PIXELS,
  RENDITION_FROM_PIXELS,
  RENDITION_MAX_PIXELS,
  THUMBNAIL_MAX_BYTES,
  THUMBNAIL_MAX_SIDE,
} from './image-limits.ts';
import { stripMetadata } from './strip-metadata.ts';

const JPEG_QUALITY = 90;
const WEBP_QUALITY = 90;
const AVIF_QUALITY = 65;
/** Twelve megapixels take some seconds; two steps more and they take half a minute. */
const AVIF_EFFORT = 0;
const RENDITION_QUALITY = 82;
const THUMBNAIL_SIDES = [THUMBNAIL_MAX_SIDE, 256, 192, 128, 96, 64, 32, 16];
const THUMBNAIL_QUALITIES = [80, 65, 50];
/** Behind what is transparent, where JPEG has nothing. */
const PAPER = '#ffffff';
const NATIVE_TIME_LIMIT_S = 60;

const JPEG_OPTIONS = { mozjpeg: false, progressive: false } as const;

interface Encoded {
  readonly data: Uint8Array;
  readonly info: OutputInfo;
}

// Nothing of a picture stays in native memory after it was prepared.
sharp.cache(false);
sharp.concurrency(1);

/** A picture as it is sent: upright, without metadata, with its thumbnail and where it is large its rendition. */
export async function prepareImage(bytes: Uint8Array): Promise<Outcome<PreparedImage, ImageRefusal | 'damaged'>> {
  const header = readImageHeader(bytes);
  if (!header.ok) return header;
  try {
    const { mime } = header.value;
    const metadata = await open(bytes, mime).metadata();
    const stripped = mustEncode(metadata, mime) ? null : stripMetadata(bytes, header.value);
    const image = stripped ?? (await encode(bytes, mime, metadata));
    if (image.length > IMAGE_MAX_BYTES) return refuse('file-too-large');
    // From what is sent, so that thumbnail and rendition show it, and it is known to be readable.
    const thumbnail = await encodeThumbnail(image);
    const { width, height } = await sizeOf(image);
    const rendition = wantsRendition(mime, width * height) ? await encodeRendition(image, width, height) : null;
    return accept({ mime, width, height, image, thumbnail, rendition });
  } catch {
    return refuse('damaged');
  }
}

/** An animation is read as one where it is written as one, else its first picture. */
function open(bytes: Uint8Array, mime?: ImageMime): Sharp {
  const animated = mime === 'image/webp' || mime === 'image/gif';
  return sharp(bytes, { limitInputPixels: IMAGE_MAX_PIXELS, failOn: 'truncated', animated }).timeout({
    seconds: NATIVE_TIME_LIMIT_S,
  });
}

function mustEncode(metadata: Metadata, mime: ImageMime): boolean {
  const isTurned = metadata.orientation !== undefined && metadata.orientation > 1;
  const hasOtherColours = metadata.icc !== undefined && !isSrgb(metadata.icc);
  const isInterlacedPng = mime === 'image/png' && metadata.isProgressive === true;
  return isTurned || hasOtherColours || isInterlacedPng || metadata.space === 'cmyk';
}

/** By its description, in ASCII or UTF-16: without the profile the picture then looks the same. */
function isSrgb(profile: Uint8Array): boolean {
  return Buffer.from(profile).toString('latin1').replaceAll('\0', '').includes('sRGB');
}

/** Encoded anew without metadata, in sRGB, upright. */
async function encode(bytes: Uint8Array, mime: ImageMime, metadata: Metadata): Promise<Uint8Array> {
  const isAnimated = (metadata.pages ?? 1) > 1;
  const upright = (isAnimated ? open(bytes, mime) : open(bytes).autoOrient()).toColourspace('srgb');
  return (await output(toFormat(upright, mime))).data;
}

function toFormat(image: Sharp, mime: ImageMime): Sharp {
  switch (mime) {
    case 'image/png':
      return image.png({ progressive: false });
    case 'image/jpeg':
      return image.jpeg({ ...JPEG_OPTIONS, quality: JPEG_QUALITY });
    case 'image/gif':
      return image.gif();
    case 'image/webp':
      return image.webp({ quality: WEBP_QUALITY });
    case 'image/avif':
      return image.avif({ quality: AVIF_QUALITY, effort: AVIF_EFFORT });
    default:
      return mime satisfies never;
  }
}

async function output(image: Sharp): Promise<Encoded> {
  return image.toBuffer({ resolveWithObject: true });
}

async function sizeOf(image: Uint8Array): Promise<{ readonly width: number; readonly height: number }> {
  const { width, height } = await open(image).metadata();
  return { width, height };
}

function flat(image: Uint8Array): Sharp {
  return open(image).flatten({ background: PAPER }).toColourspace('srgb');
}

/** Decoded once; then smaller and coarser until it fits. */
async function encodeThumbnail(image: Uint8Array): Promise<Uint8Array> {
  const { data, info } = await output(
    flat(image)
      .resize({ width: THUMBNAIL_MAX_SIDE, height: THUMBNAIL_MAX_SIDE, fit: 'inside', withoutEnlargement: true })
      .raw(),
  );
  const raw = { width: info.width, height: info.height, channels: info.channels };
  for (const side of THUMBNAIL_SIDES) {
    for (const quality of THUMBNAIL_QUALITIES) {
      const smaller = sharp(data, { raw }).resize({
        width: side,
        height: side,
        fit: 'inside',
        withoutEnlargement: true,
      });
      const thumbnail = await output(smaller.jpeg({ ...JPEG_OPTIONS, quality }));
      if (thumbnail.data.length <= THUMBNAIL_MAX_BYTES) return thumbnail.data;
    }
  }
  throw new Error('sixteen pixels did not fit into twelve kilobytes');
}

/** Beside what is too large to be viewed by those who get it, or of a format that they do not decode. */
function wantsRendition(mime: ImageMime, pixels: number): boolean {
  return pixels > RENDITION_FROM_PIXELS || mime === 'image/webp' || mime === 'image/avif';
}

async function encodeRendition(image: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const factor = Math.min(1, Math.sqrt(RENDITION_MAX_PIXELS / (width * height)));
  const size = {
    width: Math.max(1, Math.floor(width * factor)),
    height: Math.max(1, Math.floor(height * factor)),
    fit: 'fill' as const,
  };
  const rendition = await output(
    flat(image)
      .resize(size)
      .jpeg({ ...JPEG_OPTIONS, quality: RENDITION_QUALITY }),
  );
  return rendition.data;
}
