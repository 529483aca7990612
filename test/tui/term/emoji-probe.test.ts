import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInputDecoder } from '../../../src/tui/input/decoder.ts';
import { EMOJI_PROBE, emojiJoiningOf } from '../../../src/tui/term/emoji-probe.ts';
import { startScreen } from '../../support/screen-harness.ts';

for (const [widths, expected] of [
  ['clusters', 'joined'],
  ['codepoints', 'first'],
] as const) {
  test(`finds that a terminal counting ${widths} is to be given emoji ${expected}`, async () => {
    const harness = startScreen({ cols: 20, rows: 2, widths });
    const found: unknown[] = [];
    const decoder = createInputDecoder(
      (event) => event.type === 'reply' && found.push(emojiJoiningOf(event)),
      () => () => {},
    );
    harness.input.on('data', (bytes: Uint8Array) => decoder.feed(bytes));
    harness.output.write(EMOJI_PROBE);
    await harness.idle();
    assert.deepEqual(found, [expected]);
    assert.equal(harness.grid()[0], '', 'the probe leaves nothing behind');
    harness.close();
  });
}

test('other replies tell nothing about emoji', () => {
  assert.equal(emojiJoiningOf({ type: 'reply', kind: 'cursor', row: 3, col: 2 }), null);
  assert.equal(emojiJoiningOf({ type: 'reply', kind: 'keyboard', flags: 1 }), null);
});
