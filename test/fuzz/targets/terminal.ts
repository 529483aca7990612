import assert from 'node:assert/strict';
import { utf8 } from '../../../src/crypto/bytes.ts';
import { safe, sanitizeLine, sanitizeText } from '../../../src/terminal-text.ts';
import { graphemesOf } from '../../../src/tui/edit/graphemes.ts';
import { PASTE_MAX_LENGTH } from '../../../src/tui/input/decode.ts';
import { createInputDecoder } from '../../../src/tui/input/decoder.ts';
import type { InputEvent } from '../../../src/tui/input/events.ts';
import { notifyByOsc777, windowTitle } from '../../../src/tui/term/osc.ts';
import { textWidth, truncate, truncateStart, wrap } from '../../../src/tui/term/width.ts';
import { ascii, type Target } from '../target.ts';

/** The events of bytes that come in these pieces; what was begun at the end is waited for in vain. */
function eventsOf(pieces: readonly Uint8Array[]): readonly InputEvent[] {
  const events: InputEvent[] = [];
  let waiting: (() => void) | null = null;
  const decoder = createInputDecoder(
    (event) => events.push(event),
    (_delay, fire) => {
      waiting = fire;
      return () => {
        waiting = null;
      };
    },
  );
  for (const piece of pieces) decoder.feed(piece);
  const fire: (() => void) | null = waiting;
  if (fire !== null) (fire as () => void)();
  decoder.close();
  return events;
}

/** What a terminal sends: the same events however it is cut into pieces. */
export function terminalInput(): Target {
  const sequences = ['\x1b[A', '\x1b[1;5C', '\x1bOP', '\x1b[200~paste\rme\x1b[201~', '\x1b[<0;12;5M', '\x1b[M !!'];
  const replies = ['\x1b[12;5R', '\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\', '\x1bP>|kitty\x1b\\', '\x1b[?62;4c', '\x1b[97;5u'];
  return {
    name: 'terminal-input',
    maxBytes: 2_000,
    seeds: () => [...sequences, ...replies, '\x1b\x1b[A', 'h\xc3\xa4llo\x7f\x01'].map(ascii),
    dictionary: [...sequences, ...replies, '\x1b[', '\x1b]', '\x1b\\', '\x07', '\x1b[200~', '\x1b[201~', ';'].map(
      ascii,
    ),
    run(input) {
      const whole = eventsOf([input]);
      const size = 1 + ((input[0] ?? 0) % 7);
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < input.length; at += size) pieces.push(input.slice(at, at + size));
      assert.deepEqual(eventsOf(pieces), whole, 'other events when it comes in pieces');
      for (const event of whole) {
        if (event.type === 'key') assert.ok(event.key.length > 0 && event.key.length < 32);
        if (event.type === 'paste') assert.ok(event.text.length <= PASTE_MAX_LENGTH);
        if (event.type === 'mouse') assert.ok(Number.isSafeInteger(event.row) && Number.isSafeInteger(event.col));
      }
      return [...new Set(whole.map(({ type }) => type))].sort().join(' ');
    },
  };
}

/** What a terminal would obey or not show, but for what joins emoji. */
const DANGEROUS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]|\u{10eeee}/u;

function textOf(input: Uint8Array): string {
  // Half of the inputs as UTF-16, which can hold lone surrogates.
  if (((input[0] ?? 0) & 1) === 0) return Buffer.from(input.subarray(1)).toString('utf8');
  return Buffer.from(input.subarray(1, 1 + 2 * Math.floor((input.length - 1) / 2))).toString('utf16le');
}

/** A peer's text on its way to the terminal. */
export function sanitizer(): Target {
  const pieces = [
    ...['\x1b[31m', '\x9b', '\u202e', '\u2066', '\u200d', '\ufe0f', '\u0301', '👩‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🇩🇪'],
    ...['\u{e0041}', '\r\n', '\u2028', '\ufeff', '1️⃣', '\u{10eeee}', '漢', '\u115f', '\u{1f3fd}', '\ud800', '\t'],
  ];
  return {
    name: 'sanitize',
    maxBytes: 1_000,
    inputs: 1_500,
    seeds: () => [utf8(' plain text'), ...pieces.map((piece) => utf8(` a${piece}b`)), utf8(' العربية e\u0301')],
    dictionary: [...pieces.map(utf8), ...pieces.map((piece) => new Uint8Array(Buffer.from(piece, 'utf16le')))],
    run(input) {
      const text = textOf(input);
      const lines = sanitizeText(text);
      const line = sanitizeLine(text);
      assert.ok(!DANGEROUS.test(lines.replaceAll('\n', '')), 'something dangerous is left');
      assert.ok(!DANGEROUS.test(line), 'something dangerous is left in a line');
      assert.equal(sanitizeText(lines), lines);
      assert.equal(sanitizeLine(line), line);
      assert.ok(lines.length <= 12 * text.length, 'a text grows too much');
      for (const width of [1, 7, 40]) {
        assert.ok(textWidth(truncate(line, width)) <= width);
        assert.ok(textWidth(truncateStart(line, width)) <= width);
        // A character of two columns stands even where there is one.
        for (const row of wrap(lines, width)) assert.ok(textWidth(row) <= Math.max(2, width), 'a row is too wide');
      }
      assert.equal(graphemesOf(text).join(''), text.normalize() === text ? text : graphemesOf(text).join(''));
      const title = windowTitle(line).slice(4, -2);
      assert.ok(!/[\x00-\x1f\x7f-\x9f]/.test(title), 'a control in the title');
      assert.ok(!/[\x00-\x1f\x7f-\x9f]/.test(notifyByOsc777(safe`title`, line).slice(2, -2)));
      return lines === text ? 'as it was' : 'cleaned';
    },
  };
}
