import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { RENDITION_MAX_PIXELS, THUMBNAIL_MAX_BYTES } from '../../src/media/image-limits.ts';
import { createImagePort } from '../../src/media/image-port.ts';
import type { PreparedImage } from '../../src/session/image-port.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { checkDecodable } from '../../src/tui/media/decodable.ts';
import { bytesOf, contains, joined, noise, SECRET, twoColours, withMetadata } from './sample-pictures.ts';

const port = createImagePort();
after(() => port.close());

type Format = 'png' | 'jpeg' | 'webp' | 'avif';
const METADATA_MARKS = [
  SECRET,
  'Exif',
  'EXIF',
  'eXIf',
  'GPS',
  'xmpmeta',
  'http://ns.adobe.com',
  'ICC_PROFILE',
  'iCCP',
  'ICCP',
];

async function refusal(bytes: Uint8Array): Promise<string> {
  const sentences: string[] = [];
  for (const attempt of [async () => port.check(bytes), async () => port.prepare(bytes)]) {
    await assert.rejects(attempt, (thrown) => {
      assert.ok(thrown instanceof SmchatError);
      assert.deepEqual([thrown.code, thrown.exitCode], ['content-refused', 9]);
      assert.notEqual(thrown.hint, '');
      sentences.push(thrown.message);
      return true;
    });
  }
  assert.equal(sentences[0], sentences[1]);
  return sentences[0] ?? '';
}

async function assertBare(prepared: PreparedImage): Promise<void> {
  for (const bytes of [
    prepared.image,
    prepared.thumbnail,
    ...(prepared.rendition === null ? [] : [prepared.rendition]),
  ]) {
    for (const mark of METADATA_MARKS) assert.ok(!contains(bytes, mark), `no ${mark} in what is sent`);
    const { exif, xmp, icc, iptc, comments, orientation } = await sharp(bytes).metadata();
    assert.deepEqual([exif, xmp, icc, iptc, comments], [undefined, undefined, undefined, undefined, undefined]);
    assert.ok(orientation === undefined || orientation === 1);
  }
}

async function cornersOf(bytes: Uint8Array): Promise<{ readonly first: string; readonly last: string }> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const name = (at: number): string => ((data[at] ?? 0) > 128 ? 'red' : (data[at + 2] ?? 0) > 128 ? 'blue' : 'other');
  return { first: name(0), last: name(info.width * info.height * info.channels - info.channels) };
}

for (const format of ['png', 'jpeg', 'webp', 'avif'] satisfies readonly Format[]) {
  test(`a turned ${format} is sent upright, with its place, maker and profile gone`, async () => {
    // Orientation 6: the camera was turned, the left side is the top.
    const taken = await bytesOf(withMetadata(twoColours(60, 40).toFormat(format), 6));
    assert.ok(contains(taken, SECRET));
    const prepared = await port.prepare(taken);
    assert.equal(prepared.mime, `image/${format}`);
    const { width, height } = await sharp(prepared.image).metadata();
    assert.deepEqual([prepared.width, prepared.height, width, height], [40, 60, 40, 60]);
    assert.deepEqual(await cornersOf(prepared.image), { first: 'red', last: 'blue' });
    assert.deepEqual(await cornersOf(prepared.thumbnail), { first: 'red', last: 'blue' });
    await assertBare(prepared);
  });

  test(`an upright ${format} loses its metadata`, async () => {
    const taken = await bytesOf(withMetadata(twoColours(60, 40).toFormat(format), 1));
    assert.ok(contains(taken, SECRET));
    const prepared = await port.prepare(taken);
    assert.deepEqual([prepared.mime, prepared.width, prepared.height], [`image/${format}`, 60, 40]);
    await assertBare(prepared);
  });
}

for (const format of ['png', 'jpeg', 'webp'] satisfies readonly Format[]) {
  test(`an upright ${format} keeps every pixel`, async () => {
    const taken = await bytesOf(withMetadata(noise(60, 40).toFormat(format), 1));
    const prepared = await port.prepare(taken);
    assert.deepEqual(await sharp(prepared.image).raw().toBuffer(), await sharp(taken).raw().toBuffer());
  });
}

test('comments and texts of every kind are gone', async () => {
  const comment = (bytes: Uint8Array): Uint8Array =>
    joined(bytes.subarray(0, 2), [0xff, 0xfe, 0, SECRET.length + 2], SECRET, bytes.subarray(2));
  const jpeg = await bytesOf(twoColours(20, 20).jpeg());
  assert.ok(!contains((await port.prepare(comment(jpeg))).image, SECRET));
  const gif = await bytesOf(twoColours(20, 20).gif());
  const told = joined(gif.subarray(0, -1), [0x21, 0xfe, SECRET.length], SECRET, [0, 0x3b]);
  assert.ok(!contains((await port.prepare(told)).image, SECRET));
});

test('what a camera put behind a JPEG is not sent', async () => {
  const jpeg = await bytesOf(twoColours(20, 20).jpeg());
  const { image } = await port.prepare(joined(jpeg, [0, 0, 0, 24], `ftypmp42 ${SECRET}`));
  assert.ok(!contains(image, SECRET));
  assert.ok(image.length <= jpeg.length);
});

test('an animated GIF stays one, without its comments', async () => {
  const frames = await Promise.all([noise(20, 10), twoColours(20, 10)].map((frame) => bytesOf(frame.png())));
  const gif = await bytesOf(sharp([...frames], { join: { animated: true } }).gif({ loop: 3, delay: [100, 200] }));
  const prepared = await port.prepare(joined(gif.subarray(0, -1), [0x21, 0xfe, SECRET.length], SECRET, [0, 0x3b]));
  const { pages, loop, delay } = await sharp(prepared.image, { animated: true }).metadata();
  assert.deepEqual([pages, loop, delay, prepared.width, prepared.height], [2, 3, [100, 200], 20, 10]);
});

test('an interlaced PNG is sent in plain order', async () => {
  const { image } = await port.prepare(await bytesOf(noise(30, 30).png({ progressive: true })));
  assert.equal((await sharp(image).metadata()).isProgressive, false);
});

test('colours of another profile are sent as sRGB', async () => {
  const wide = await bytesOf(twoColours(30, 30).withIccProfile('p3').jpeg({ quality: 100 }));
  const prepared = await port.prepare(wide);
  await assertBare(prepared);
  assert.deepEqual(await cornersOf(prepared.image), { first: 'red', last: 'blue' });
});

test('thumbnails fit into twelve kibibytes, also of noise and of stripes', async () => {
  for (const picture of [noise(700, 700), noise(2000, 40), twoColours(16_384, 2), noise(1, 1)]) {
    const { thumbnail, width, height } = await port.prepare(await bytesOf(picture.png()));
    assert.ok(thumbnail.length <= THUMBNAIL_MAX_BYTES);
    const shown = await sharp(thumbnail).metadata();
    assert.equal(shown.format, 'jpeg');
    assert.ok(shown.width <= 320 && shown.height <= 320 && shown.width <= width && shown.height <= height);
  }
});

test('what is transparent lies on white in the thumbnail', async () => {
  const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
  const { thumbnail } = await port.prepare(await bytesOf(clear.png()));
  const [red = 0, green = 0, blue = 0] = await sharp(thumbnail).raw().toBuffer();
  assert.ok(Math.min(red, green, blue) > 250);
});

test('a rendition of one megapixel goes beside an original of more than two, and beside no smaller one', async () => {
  assert.equal((await port.prepare(await bytesOf(twoColours(2000, 1000).jpeg()))).rendition, null);
  const { rendition } = await port.prepare(await bytesOf(twoColours(2001, 1000).jpeg()));
  assert.ok(rendition !== null);
  const { width, height, format } = await sharp(rendition).metadata();
  assert.equal(format, 'jpeg');
  assert.ok(width * height <= RENDITION_MAX_PIXELS && width * height > 0.99 * RENDITION_MAX_PIXELS);
  assert.ok(Math.abs(width / height - 2.001) < 0.01);
});

test('WebP and AVIF travel with a rendition whatever their size, since peers do not decode them; others do not', async () => {
  for (const format of ['webp', 'avif', 'png', 'jpeg', 'gif'] as const) {
    const { rendition, width, height } = await port.prepare(await bytesOf(twoColours(60, 40).toFormat(format)));
    if (format !== 'webp' && format !== 'avif') {
      assert.equal(rendition, null, format);
      continue;
    }
    assert.ok(rendition !== null);
    const shown = await sharp(rendition).metadata();
    assert.deepEqual([shown.format, shown.width, shown.height], ['jpeg', width, height]);
    assert.deepEqual(await cornersOf(rendition), { first: 'red', last: 'blue' });
    assert.ok(checkDecodable(rendition, 'full').ok);
  }
  const large = await port.prepare(await bytesOf(twoColours(2001, 1000).webp()));
  assert.ok(large.rendition !== null);
  const { width, height } = await sharp(large.rendition).metadata();
  assert.ok(width * height <= RENDITION_MAX_PIXELS && width * height > 0.99 * RENDITION_MAX_PIXELS);
});

test('refusals say what is wrong with the picture', async () => {
  const png = await bytesOf(twoColours(40, 30).png());
  assert.equal(await refusal(new Uint8Array()), 'the picture has no bytes');
  assert.equal(await refusal(joined('hello')), 'this is not a picture that smchat knows');
  assert.equal(await refusal(png.subarray(0, -20)), 'the picture ends too early');
  assert.equal(await refusal(joined(png, 'PK\x03\x04')), 'another file is hidden behind the end of the picture');
});

test('a picture whose header is sound and whose pixels are broken is refused', async () => {
  const png = new Uint8Array(await bytesOf(noise(40, 30).png()));
  png.fill(0x55, 100, 400);
  assert.deepEqual(port.check(png), { mime: 'image/png', width: 40, height: 30 });
  await assert.rejects(port.prepare(png), {
    code: 'content-refused',
    message: 'the picture is damaged and cannot be read',
  });
});

test('preparing leaves the given bytes as they were, and several at once come out right', async () => {
  const pictures = await Promise.all([10, 20, 30, 40].map((side) => bytesOf(noise(side, side).png())));
  const before = pictures.map((bytes) => bytes.slice());
  const widths = (await Promise.all(pictures.map((bytes) => port.prepare(bytes)))).map(({ width }) => width);
  assert.deepEqual(widths, [10, 20, 30, 40]);
  assert.deepEqual(pictures, before);
});

test('what takes too long is refused, other ports work on, and a closed one takes no more', async () => {
  const hasty = createImagePort({ timeLimitMs: 1 });
  const large = await bytesOf(twoColours(3000, 3000).png());
  await assert.rejects(hasty.prepare(large), {
    code: 'content-refused',
    message: 'the picture took too long to prepare',
  });
  await hasty.close();
  await assert.rejects(hasty.prepare(large), { code: 'interrupted' });
  assert.equal((await port.prepare(await bytesOf(twoColours(9, 9).png()))).width, 9);
});
