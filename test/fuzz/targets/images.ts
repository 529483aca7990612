import assert from 'node:assert/strict';
import { type ImageHeader, type ImageMime, readImageHeader } from '../../../src/media/image-header.ts';
import { CONTAINER_MAX_PARTS, IMAGE_MAX_PIXELS, IMAGE_MAX_SIDE } from '../../../src/media/image-limits.ts';
import { stripMetadata } from '../../../src/media/strip-metadata.ts';
import { ascii, type Target } from '../target.ts';

function checkHeader(input: Uint8Array, header: ImageHeader): void {
  const { width, height, container, trailingBytes } = header;
  assert.ok(width >= 1 && height >= 1 && Math.max(width, height) <= IMAGE_MAX_SIDE);
  assert.ok(width * height <= IMAGE_MAX_PIXELS);
  assert.ok(container.parts.length <= CONTAINER_MAX_PARTS);
  assert.ok(container.end <= input.length && trailingBytes === input.length - container.end);
  let before = 0;
  for (const { start, end } of container.parts) {
    assert.ok(start >= before && end >= start && end <= container.end, 'parts overlap or leave the file');
    before = end;
  }
}

/** Without its metadata it is the same picture still, never longer, and has nothing more to lose. */
function checkStripped(input: Uint8Array, header: ImageHeader): string {
  const stripped = stripMetadata(input, header);
  if (stripped === null) return 'not to be stripped';
  // A chunk's padding byte may have been missing at the end.
  assert.ok(stripped.length <= input.length + 1);
  const again = readImageHeader(stripped);
  assert.ok(again.ok, `a stripped picture is refused: ${again.ok ? '' : again.reason}`);
  const { mime, width, height } = again.value;
  assert.deepEqual({ mime, width, height }, { mime: header.mime, width: header.width, height: header.height });
  assert.deepEqual(stripMetadata(stripped, again.value), stripped);
  return 'stripped';
}

function imageHeaders(name: string, mime: ImageMime, dictionary: readonly string[]): Target {
  return {
    name,
    maxBytes: 6_000,
    inputs: 3_000,
    // The corpus holds small real pictures of each kind.
    seeds: () => [],
    dictionary: dictionary.map(ascii),
    run(input) {
      const outcome = readImageHeader(input);
      if (!outcome.ok) return outcome.reason;
      checkHeader(input, outcome.value);
      const stripped = checkStripped(input, outcome.value);
      return outcome.value.mime === mime ? stripped : `${stripped} as ${outcome.value.mime}`;
    },
  };
}

const PNG = ['\x89PNG\r\n\x1a\n', 'IHDR', 'IDAT', 'IEND', 'acTL', 'fcTL', 'fdAT', 'tEXt', 'eXIf', 'iCCP', 'PLTE'];
const JPEG = [
  '\xff\xd8',
  '\xff\xd9',
  '\xff\xc0',
  '\xff\xc2',
  '\xff\xc4',
  '\xff\xda',
  '\xff\xe1',
  '\xff\xdd',
  '\xff\x00',
];
const GIF = ['GIF89a', '\x2c', '\x21\xf9\x04', '\x21\xff\x0b', 'NETSCAPE2.0', '\x21\xfe', '\x3b'];
const WEBP = ['RIFF', 'WEBP', 'VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'EXIF', 'XMP ', '\x9d\x01\x2a'];
const AVIF = ['ftyp', 'avif', 'heic', 'mif1', 'meta', 'iprp', 'ipco', 'ispe', 'iloc', 'pitm', 'mdat', 'grid', 'irot'];

export const IMAGE_TARGETS: readonly Target[] = [
  imageHeaders('image-png', 'image/png', PNG),
  imageHeaders('image-jpeg', 'image/jpeg', JPEG),
  imageHeaders('image-gif', 'image/gif', GIF),
  imageHeaders('image-webp', 'image/webp', WEBP),
  imageHeaders('image-avif', 'image/avif', AVIF),
];
