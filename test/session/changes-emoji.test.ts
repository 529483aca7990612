import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isEmoji } from '../../src/session/emoji.ts';
import { EMOJI_MAX_BYTES } from '../../src/session/message-body.ts';

const ONE = [
  '👍',
  '❤️',
  '❤',
  '😂',
  '👍🏽',
  '🤷🏿‍♀️',
  '👩‍🦰',
  '👨‍👩‍👧‍👦',
  '🏳️‍🌈',
  '🏴‍☠️',
  '🇩🇪',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '1️⃣',
  '#⃣',
  '🧑‍🤝‍🧑',
  '👩🏽‍❤️‍💋‍👨🏿',
  '☎',
  '🫠',
];
const NONE = [
  '',
  ' ',
  'a',
  '1',
  '#',
  '👍👍',
  '👍 ',
  ' 👍',
  '👍a',
  'ok',
  '🇩',
  '🇩🇪🇫🇷',
  '\u200d',
  '👍\u200d',
  '\u200d👍',
  '\ufe0f',
  '❤\ufe0e',
  '👍\u0301',
  '🏽',
  '\u202e👍',
  '👍\u{E0041}\u{E0042}',
  '\u{E0067}',
  '\u{1F3F4}\u{E0067}\u{E007F}',
  '\x1b[31m',
  '\n',
  'é',
  '👍\u0000',
];

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

test('takes one emoji of every kind that Unicode knows', () => {
  for (const text of ONE) {
    assert.equal(isEmoji(text), true, `${text} ${visible(text)}`);
    assert.equal([...graphemes.segment(text)].length, 1, `${text} is one to the eye`);
  }
});

test('refuses letters, parts, several, and whatever hides behind one', () => {
  for (const text of NONE) assert.equal(isEmoji(text), false, visible(text));
});

test('takes 64 bytes and refuses more', () => {
  const largest = `${'👍\u200d'.repeat(8)}👍🏽`;
  assert.equal(Buffer.byteLength(largest), EMOJI_MAX_BYTES);
  assert.equal(isEmoji(largest), true);
  assert.equal(isEmoji(`👍\u200d${largest}`), false);
});

test('whatever it takes is one grapheme cluster with a picture in it', () => {
  const parts = fc.constantFrom(
    '👍',
    '❤',
    '🏽',
    '\u200d',
    '\ufe0f',
    '\u20e3',
    '1',
    '🇩',
    '🏴',
    '\u{E0067}',
    '\u{E007F}',
    'a',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 7 }), (chosen) => {
      const text = chosen.join('');
      if (!isEmoji(text)) return;
      assert.equal([...graphemes.segment(text)].length, 1, visible(text));
      assert.match(text, /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u);
    }),
    { numRuns: 5_000 },
  );
});

function visible(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
