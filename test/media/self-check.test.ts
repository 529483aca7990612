import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createImagePort } from '../../src/media/image-port.ts';
import { preparesPictures } from '../../src/media/self-check.ts';
import { SmchatError } from '../../src/smchat-error.ts';

const port = createImagePort();
after(() => port.close());

test('a machine that can prepare a picture says so', async () => {
  assert.deepEqual(await preparesPictures(port), { check: 'pictures', ok: true, detail: 'can be made ready to send' });
});

test('one that cannot says why, and that all else works', async () => {
  for (const [thrown, words] of [
    [new SmchatError('content-refused', 'the worker ended'), /\(the worker ended\): install again/],
    [new Error('ERR_DLOPEN_FAILED'), /sharp cannot be loaded.*all else works/],
  ] as const) {
    const broken = {
      prepare: async () => {
        throw thrown;
      },
    };
    const found = await preparesPictures(broken);
    assert.equal(found.ok, false);
    assert.match(found.detail, words);
  }
});
