import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createImagePort } from '../../../src/media/image-port.ts';
import { cellAt } from '../../../src/tui/media/image-cells.ts';
import { createImageRenderer } from '../../../src/tui/media/image-renderer.ts';
import { bytesOf, joined, noise, twoColours } from '../../media/sample-pictures.ts';

const renderer = createImageRenderer();
after(() => renderer.close());

type Kind = 'thumbnail' | 'full';

async function reasonOf(bytes: Uint8Array, kind: Kind): Promise<string> {
  const outcome = await renderer.render(bytes, 40, 20, { kind });
  return outcome.ok ? 'rendered' : outcome.reason;
}

for (const format of ['png', 'jpeg', 'gif'] as const) {
  test(`a ${format} becomes cells of its colours, in its proportions`, async () => {
    const bytes = await bytesOf(twoColours(200, 100).toFormat(format));
    const outcome = await renderer.render(bytes, 40, 20, { kind: 'thumbnail' });
    assert.ok(outcome.ok);
    const cells = outcome.value;
    assert.deepEqual([cells.cols, cells.rows], [40, 10]);
    const left = cellAt(cells, 0, 0);
    const right = cellAt(cells, 9, 39);
    for (const color of [left.top, left.bottom]) assert.match(color ?? '', /^#f[c-f]0[0-3]0[0-3]$/);
    for (const color of [right.top, right.bottom]) assert.match(color ?? '', /^#0[0-3]0[0-3]f[c-f]$/);
  });
}

test('what is transparent has no upper colour', async () => {
  const { default: sharp } = await import('sharp');
  const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
  const outcome = await renderer.render(await bytesOf(clear.png()), 8, 4, { kind: 'full' });
  assert.ok(outcome.ok);
  assert.equal(cellAt(outcome.value, 0, 0).top, null);
});

test('a picture is fitted into the cells, never made larger than its pixels', async () => {
  const sizes: (readonly [number, number])[] = [];
  for (const [width, height] of [
    [16, 16],
    [3000, 2],
    [2, 3000],
    [1, 1],
  ] as const) {
    const bytes = await bytesOf(twoColours(width, height).png());
    const outcome = await renderer.render(bytes, 40, 20, { kind: 'full' });
    assert.ok(outcome.ok, `${width}x${height}`);
    sizes.push([outcome.value.cols, outcome.value.rows]);
  }
  assert.deepEqual(sizes, [
    [16, 8],
    [40, 1],
    [1, 20],
    [1, 1],
  ]);
});

test('no room gives no picture', async () => {
  const bytes = await bytesOf(twoColours(20, 20).png());
  for (const [cols, rows] of [
    [0, 10],
    [10, 0],
    [-1, -1],
    [Number.NaN, 3],
  ] as const) {
    assert.deepEqual(await renderer.render(bytes, cols, rows, { kind: 'full' }), { ok: false, reason: 'no-room' });
  }
});

test('dimensions and bytes decide before any decoder runs', async () => {
  const large = await bytesOf(twoColours(1001, 500).png());
  assert.equal(await reasonOf(large, 'thumbnail'), 'too-large');
  assert.equal(await reasonOf(large, 'full'), 'rendered');
  assert.equal(await reasonOf(await bytesOf(twoColours(2001, 1000).png()), 'full'), 'too-large');
  assert.equal(await reasonOf(await bytesOf(noise(100, 100).png()), 'thumbnail'), 'too-large');
  assert.equal(await reasonOf(new Uint8Array(21 * 1024 * 1024), 'full'), 'too-large');
});

test('only PNG, JPEG and GIF are decoded, and no interlaced PNG', async () => {
  for (const format of ['webp', 'avif'] as const) {
    assert.equal(await reasonOf(await bytesOf(twoColours(20, 20).toFormat(format)), 'full'), 'not-decodable');
  }
  assert.equal(await reasonOf(await bytesOf(twoColours(20, 20).png({ progressive: true })), 'full'), 'not-decodable');
});

test('hostile pictures are refused, and the next honest one is shown', async () => {
  const png = await bytesOf(noise(40, 30).png());
  const jpeg = await bytesOf(noise(40, 30).jpeg());
  const scrambled = new Uint8Array(png);
  scrambled.fill(0x55, 100, 400);
  assert.equal(await reasonOf(scrambled, 'thumbnail'), 'damaged');
  assert.equal(await reasonOf(png.subarray(0, -30), 'thumbnail'), 'truncated');
  assert.equal(await reasonOf(joined(jpeg, 'PK\x03\x04'), 'thumbnail'), 'polyglot');
  assert.equal(await reasonOf(joined(jpeg, jpeg), 'thumbnail'), 'polyglot', 'an appendix too: senders drop those');
  assert.equal(await reasonOf(joined('GIF89a', [0xff, 0xff, 0xff, 0xff, 0, 0, 0]), 'thumbnail'), 'truncated');
  assert.equal(await reasonOf(png, 'thumbnail'), 'rendered');
});

test('a picture that takes too long is given up, and a closed renderer takes no more', async () => {
  const hasty = createImageRenderer({ timeLimitMs: 1 });
  const heavy = await bytesOf(noise(1000, 1000).jpeg());
  const late = await hasty.render(heavy, 200, 100, { kind: 'full' });
  assert.deepEqual(late, { ok: false, reason: 'took-too-long' });
  await hasty.close();
  assert.deepEqual(await hasty.render(heavy, 200, 100, { kind: 'full' }), { ok: false, reason: 'closed' });
});

test('what the sender prepares, the receiver can show', async () => {
  const port = createImagePort();
  const { thumbnail, rendition } = await port.prepare(await bytesOf(noise(2000, 1500).jpeg()));
  await port.close();
  assert.ok(rendition !== null);
  assert.equal(await reasonOf(thumbnail, 'thumbnail'), 'rendered');
  assert.equal(await reasonOf(rendition, 'full'), 'rendered');
});
