import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { joinSafe, label, safe, sanitizeLine, sanitizeText } from '../../../src/tui/term/sanitize.ts';

/** Text of the kind an attacker would send: controls, escapes, bidi, invisible characters, marks, emoji, halves of pairs. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 4 }),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom(
        ...'\x1b[31m|\x1b]0;x\x07|\x9b2J|\u202e|\u2066|\u200d|\u200b|\ufe0f|\ufe0e|\u0301|👩|🏽|🏴|1|\u20e3|\r|\n|\t'.split(
          '|',
        ),
      ),
      fc.constantFrom(
        '\u{e0041}',
        '\u{e007f}',
        '\ud83d',
        '\udc69',
        '\u2028',
        '\ufeff',
        '\u00ad',
        '\u115f',
        '\u{10eeee}',
      ),
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

test('leaves plain text, accents, CJK and right-to-left letters as they are', () => {
  for (const text of ['hello, world', 'Grüße, naïve', '世界 こんにちは', 'שלום', 'مرحبا', 'e\u0301', '½ → ✓']) {
    assert.equal(sanitizeLine(text), text);
    assert.equal(sanitizeText(text), text);
  }
});

test('shows C0, DEL and C1 controls as marks', () => {
  assert.equal(sanitizeLine('\x1b[2J\x00\x07\x08\x7f'), '␛[2J␀␇␈␡');
  assert.equal(sanitizeLine('\x9b31m\x85'), '‹U+009B›31m‹U+0085›');
});

test('shows bidi controls, zero-width, invisible and tag characters as marks', () => {
  assert.equal(sanitizeLine('a\u202eb\u2066c'), 'a‹U+202E›b‹U+2066›c');
  assert.equal(sanitizeLine('a\u200bb\u200cc\u200dd\ufeff'), 'a‹U+200B›b‹U+200C›c‹U+200D›d‹U+FEFF›');
  assert.equal(sanitizeLine('a\u00adb\u2060\u115f\u3164'), 'a‹U+00AD›b‹U+2060›‹U+115F›‹U+3164›');
  assert.equal(sanitizeLine('\u{e0041}\u{e007f}'), '‹U+E0041›‹U+E007F›');
  assert.equal(sanitizeLine('\u{10eeee}'), '‹U+10EEEE›');
});

test('keeps joiners, selectors and tags inside emoji', () => {
  const emoji = ['👨‍👩‍👧‍👦', '🏳️‍🌈', '❤️', '👍🏽', '👩🏽‍💻', '🇩🇪', '1️⃣', '#⃣', '☎︎', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'];
  for (const one of emoji) assert.equal(sanitizeLine(`a${one}b`), `a${one}b`);
});

test('marks joiners and selectors that hold no emoji together', () => {
  assert.equal(sanitizeLine('👩\u200d'), '👩‹U+200D›');
  assert.equal(sanitizeLine('\u200d👩'), '‹U+200D›👩');
  assert.equal(sanitizeLine('a\ufe0f1\ufe0f'), 'a‹U+FE0F›1‹U+FE0F›');
  assert.equal(sanitizeLine('❤\ufe0f\ufe0f'), '❤\ufe0f‹U+FE0F›');
  assert.equal(sanitizeLine('🏴\u{e0061}\u{e007f}'), '🏴‹U+E0061›‹U+E007F›');
});

test('keeps line breaks only where several lines are allowed', () => {
  assert.equal(sanitizeText('a\nb\r\nc\rd'), 'a\nb\nc␍d');
  assert.equal(sanitizeLine('a\nb\r\nc'), 'a␊b␊c');
  assert.equal(sanitizeText('a\u2028b'), 'a‹U+2028›b');
});

test('turns a tab into four spaces and half of a pair into U+FFFD', () => {
  assert.equal(sanitizeText('\tx\ty'), '    x    y');
  assert.equal(sanitizeText('\tü'), '    ü');
  assert.equal(sanitizeLine('a\ud83dz\udc69'), 'a\ufffdz\ufffd');
});

test('gives a combining mark at the start of a line a base of its own, and bounds how many stand on one letter', () => {
  assert.equal(sanitizeText('\u0301a\n\u0301b'), '◌\u0301a\n◌\u0301b');
  assert.equal(sanitizeLine(`a${'\u0301'.repeat(6)}`), `a${'\u0301'.repeat(6)}`);
  assert.equal(sanitizeLine(`a${'\u0301'.repeat(50)}b`), `a${'\u0301'.repeat(6)}‹+44›b`);
});

test('never lets a control, a bidi control or a lone surrogate through, and is idempotent', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const line = sanitizeLine(text);
      assert.doesNotMatch(
        line,
        /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u,
      );
      assert.equal(sanitizeLine(line), line);
      const lines = sanitizeText(text);
      assert.doesNotMatch(lines.replaceAll('\n', ''), /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
      assert.equal(sanitizeText(lines), lines);
    }),
    { numRuns: 1000 },
  );
});

test('takes time in proportion to the text, whatever it repeats', () => {
  for (const piece of ['\u0301', '👩\u200d', '\u200d', '🏴\u{e0067}', '\ufe0f', '1\ufe0f', '\x1b', 'a\u0301']) {
    const startedAt = performance.now();
    sanitizeText(piece.repeat(16 * 1024));
    assert.ok(performance.now() - startedAt < 500, JSON.stringify(piece));
  }
});

test('label refuses a constant that would need sanitizing', () => {
  assert.equal(label('┌ ok ┐'), '┌ ok ┐');
  assert.throws(() => label('a\x1b[m'), RangeError);
  assert.throws(() => label('a\u202e'), RangeError);
});

test('safe and joinSafe put safe pieces together', () => {
  assert.equal(safe`${sanitizeLine('a\x1b')}: ${3} new`, 'a␛: 3 new');
  assert.equal(joinSafe([label('a'), label('b')], label(', ')), 'a, b');
});
