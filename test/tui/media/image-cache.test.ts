import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accept, refuse } from '../../../src/outcome.ts';
import { createImageCache, type RenderedImage } from '../../../src/tui/media/image-cache.ts';

function cellsOf(cols: number, rows: number): RenderedImage {
  return accept({ cols, rows, packed: new Uint8Array(cols * rows * 7) });
}

const key = (messageId: string, cols = 10, rows = 10) => ({ messageId, cols, rows });

test('keeps what was used last within its cells', () => {
  const cache = createImageCache(450);
  const [a, b, c, d] = [cellsOf(10, 10), cellsOf(10, 10), cellsOf(10, 10), cellsOf(10, 10)];
  cache.set(key('a'), a);
  cache.set(key('b'), b);
  cache.set(key('c'), c);
  assert.equal(cache.get(key('a')), a);
  cache.set(key('d'), d);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((id) => cache.get(key(id)) !== undefined),
    [true, false, true, true],
  );
});

test('another size of the same message is another entry, and all are forgotten together', () => {
  const cache = createImageCache();
  cache.set(key('a', 10, 10), cellsOf(10, 10));
  cache.set(key('a', 20, 10), cellsOf(20, 10));
  cache.set(key('b', 10, 10), cellsOf(10, 10));
  assert.deepEqual(cache.get(key('a', 20, 10)), cellsOf(20, 10));
  assert.equal(cache.get(key('a', 10, 20)), undefined);
  cache.forget('a');
  assert.equal(cache.size, 1);
  cache.clear();
  assert.equal(cache.get(key('b')), undefined);
});

test('setting the same key again counts once, and one too large picture is still kept alone', () => {
  const cache = createImageCache(400);
  for (let round = 0; round < 10; round++) cache.set(key('a'), cellsOf(10, 10));
  cache.set(key('b'), cellsOf(10, 10));
  assert.equal(cache.size, 2);
  cache.set(key('huge'), cellsOf(100, 100));
  assert.equal(cache.size, 1);
  assert.deepEqual(cache.get(key('huge')), cellsOf(100, 100));
});

test('refusals are remembered too, and do not pile up', () => {
  const cache = createImageCache(500);
  for (let index = 0; index < 100; index++) cache.set(key(String(index)), refuse('damaged'));
  assert.equal(cache.size, 10);
  assert.deepEqual(cache.get(key('99')), refuse('damaged'));
});
