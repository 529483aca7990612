import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { type ImageRefusal, readImageHeader } from '../../src/media/image-header.ts';
import { IMAGE_MAX_BYTES } from '../../src/media/image-limits.ts';
import { bytesOf, joined, pngChunk, twoColours } from './sample-pictures.ts';

const samples = {
  png: await bytesOf(twoColours(40, 30).png()),
  interlaced: await bytesOf(twoColours(40, 30).png({ progressive: true })),
  jpeg: await bytesOf(twoColours(41, 31).jpeg()),
  progressive: await bytesOf(twoColours(41, 31).jpeg({ progressive: true })),
  gif: await bytesOf(twoColours(42, 32).gif()),
  webp: await bytesOf(twoColours(43, 33).webp()),
  lossless: await bytesOf(twoColours(44, 34).webp({ lossless: true })),
  extended: await bytesOf(twoColours(45, 35).webp().withMetadata({ orientation: 1 })),
  avif: await bytesOf(twoColours(46, 36).avif({ effort: 0 })),
};

function reasonOf(bytes: Uint8Array): ImageRefusal | 'accepted' {
  const header = readImageHeader(bytes);
  return header.ok ? 'accepted' : header.reason;
}

function patched(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy.set(values, at);
  return copy;
}

/** A PNG that declares this size, with a right checksum, and the pixels of another. */
function declaring(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return joined(samples.png.subarray(0, 8), pngChunk('IHDR', header, crc32), samples.png.subarray(33));
}

function jpegMarker(marker: number): number {
  return Buffer.from(samples.jpeg).indexOf(Buffer.from([0xff, marker]));
}

test('tells kind and size of each format', () => {
  const facts = Object.values(samples).map((bytes) => {
    const header = readImageHeader(bytes);
    assert.ok(header.ok);
    assert.equal(header.value.container.end, bytes.length);
    return `${header.value.mime} ${header.value.width}x${header.value.height}`;
  });
  assert.deepEqual(facts, [
    'image/png 40x30',
    'image/png 40x30',
    'image/jpeg 41x31',
    'image/jpeg 41x31',
    'image/gif 42x32',
    'image/webp 43x33',
    'image/webp 44x34',
    'image/webp 45x35',
    'image/avif 46x36',
  ]);
});

test('any bytes give an outcome', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      assert.equal(typeof readImageHeader(bytes).ok, 'boolean');
    }),
    { numRuns: 500 },
  );
});

test('any damage to a real picture gives an outcome within the limits', () => {
  const edits = fc.array(fc.tuple(fc.nat(2000), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(samples)), edits, fc.nat(2000), (sample, changes, cut) => {
      const bytes = new Uint8Array(sample.subarray(0, cut % 3 === 0 ? cut : undefined));
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      const header = readImageHeader(bytes);
      if (header.ok) assert.ok(header.value.width * header.value.height <= 50_000_000);
    }),
    { numRuns: 3000 },
  );
});

test('every shorter beginning of a picture is refused', () => {
  for (const [name, bytes] of Object.entries(samples)) {
    for (let length = 0; length < bytes.length; length++) {
      assert.notEqual(reasonOf(bytes.subarray(0, length)), 'accepted', `${name} cut to ${length}`);
    }
    assert.equal(reasonOf(bytes.subarray(0, bytes.length - 1)), 'truncated', name);
  }
});

test('refuses no bytes, other files and too many bytes', () => {
  assert.equal(reasonOf(new Uint8Array()), 'empty');
  assert.equal(reasonOf(joined('%PDF-1.7\n')), 'not-an-image');
  assert.equal(reasonOf(joined('<svg xmlns="http://www.w3.org/2000/svg"/>')), 'not-an-image');
  assert.equal(reasonOf(new Uint8Array(IMAGE_MAX_BYTES + 1)), 'file-too-large');
});

test('takes the declared size at the limits and refuses it beyond them', () => {
  assert.equal(reasonOf(declaring(16_384, 3_000)), 'accepted');
  assert.equal(reasonOf(declaring(10_000, 5_000)), 'accepted');
  assert.equal(reasonOf(declaring(10_000, 5_001)), 'too-many-pixels');
  assert.equal(reasonOf(declaring(16_385, 1)), 'side-too-long');
  assert.equal(reasonOf(declaring(60_000, 60_000)), 'side-too-long');
  assert.equal(reasonOf(declaring(0, 5)), 'no-size');
});

test('refuses 60,000 by 60,000 declared in every format', () => {
  const size = [0xea, 0x60, 0xea, 0x60];
  const frame = jpegMarker(0xc0);
  const ispe = Buffer.from(samples.avif).indexOf('ispe');
  assert.equal(reasonOf(patched(samples.jpeg, frame + 5, size)), 'side-too-long');
  assert.equal(reasonOf(patched(samples.gif, 6, [0x60, 0xea, 0x60, 0xea])), 'side-too-long');
  assert.equal(reasonOf(patched(samples.extended, 24, [0x5f, 0xea, 0, 0x5f, 0xea, 0])), 'inconsistent');
  assert.equal(reasonOf(patched(samples.avif, ispe + 8, [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60])), 'inconsistent');
});

test('refuses a header that its content contradicts', () => {
  const { png, jpeg, gif, extended } = samples;
  const frame = jpegMarker(0xc0);
  const frameEnd = frame + 2 + Buffer.from(jpeg).readUInt16BE(frame + 2);
  const second = joined(jpeg.subarray(0, frameEnd), jpeg.subarray(frame));
  assert.equal(reasonOf(second), 'inconsistent', 'two frame headers');
  assert.equal(reasonOf(patched(png, 16, [0, 0, 1])), 'inconsistent', 'a size without its checksum');
  assert.equal(reasonOf(joined(png.subarray(0, 33), png.subarray(8))), 'inconsistent', 'two PNG headers');
  assert.equal(reasonOf(joined(png.subarray(0, 33), png.subarray(-12))), 'inconsistent', 'no pixels');
  const image = Buffer.from(gif).indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 42, 0]));
  assert.equal(
    reasonOf(patched(gif, image + 5, [0xff, 0xff, 0xff, 0xff])),
    'inconsistent',
    'a frame beyond the screen',
  );
  assert.equal(reasonOf(patched(extended, 24, [90, 0, 0])), 'inconsistent', 'a canvas of another size');
});

test('refuses what decoders cannot read alike: arithmetic coding, twelve bits, HEIC', () => {
  const frame = jpegMarker(0xc0);
  assert.equal(reasonOf(patched(samples.jpeg, frame + 1, [0xc9])), 'unsupported');
  assert.equal(reasonOf(patched(samples.jpeg, frame + 4, [12])), 'unsupported');
  const heic = joined([0, 0, 0, 24], 'ftypheic', [0, 0, 0, 0], 'mif1heic');
  assert.equal(reasonOf(heic), 'unsupported');
});

test('refuses a JPEG of more scans than any program writes', () => {
  const { progressive } = samples;
  const scan = Buffer.from(progressive).lastIndexOf(Buffer.from([0xff, 0xda]));
  const many = Array.from({ length: 32 }, () => progressive.subarray(scan, -2));
  assert.equal(reasonOf(joined(progressive.subarray(0, -2), ...many, progressive.subarray(-2))), 'inconsistent');
});

test('refuses another file behind the end of a picture', () => {
  for (const [name, bytes] of Object.entries(samples)) {
    for (const hidden of ['PK\x03\x04 an archive', '%PDF-1.7', '<script>alert(1)</script>', '\x7fELF', 'MZ']) {
      assert.equal(reasonOf(joined(bytes, hidden)), 'polyglot', `${name} and ${hidden}`);
      assert.equal(reasonOf(joined(bytes, [0, 0, 0, 0], hidden)), 'polyglot');
    }
  }
  assert.equal(reasonOf(joined(samples.png, samples.jpeg)), 'polyglot');
  assert.equal(reasonOf(joined(samples.gif, samples.png)), 'polyglot');
});

test('takes padding, and behind a JPEG what cameras append', () => {
  assert.equal(reasonOf(joined(samples.png, '\r\n')), 'accepted');
  assert.equal(reasonOf(joined(samples.jpeg, [0, 0], samples.jpeg)), 'accepted');
  assert.equal(reasonOf(joined(samples.jpeg, [0, 0, 0, 24], 'ftypmp42 and a clip')), 'accepted');
  assert.equal(reasonOf(joined(samples.jpeg, 'a table', 'SEFT')), 'accepted');
  const header = readImageHeader(joined(samples.jpeg, [0, 0], samples.jpeg));
  assert.ok(header.ok);
  assert.equal(header.value.trailingBytes, samples.jpeg.length + 2);
});

test('reads the worst of 20 MiB in little time and memory', () => {
  const worst = [
    joined([0xff, 0xd8], new Uint8Array(IMAGE_MAX_BYTES - 2).fill(0xff)),
    joined(
      samples.gif.subarray(0, 13),
      new Uint8Array(IMAGE_MAX_BYTES - 13).map((_, index) => [0x21, 0xfe, 0][index % 3] ?? 0),
    ),
    joined(samples.webp.subarray(0, 12), new Uint8Array(1024)),
  ];
  for (const bytes of worst) {
    const started = process.cpuUsage();
    assert.notEqual(reasonOf(bytes), 'accepted');
    assert.ok(process.cpuUsage(started).user < 2_000_000);
  }
});
