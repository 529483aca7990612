import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ESCAPE_WAIT_MS, PASTE_MAX_LENGTH, STALLED_WAIT_MS } from '../../../src/tui/input/decode.ts';
import { createInputDecoder } from '../../../src/tui/input/decoder.ts';
import type { InputEvent } from '../../../src/tui/input/events.ts';

/** A decoder whose time stands still until `elapse`. */
function openDecoder() {
  const events: InputEvent[] = [];
  let pending: { readonly delayMs: number; readonly fire: () => void } | null = null;
  const decoder = createInputDecoder(
    (event) => events.push(event),
    (delayMs, fire) => {
      const timer = { delayMs, fire };
      pending = timer;
      return () => {
        if (pending === timer) pending = null;
      };
    },
  );
  return {
    decoder,
    events,
    feed: (text: string) => decoder.feed(Buffer.from(text, 'utf8')),
    waitMs: () => pending?.delayMs ?? null,
    elapse: () => {
      const timer = pending;
      pending = null;
      timer?.fire();
    },
  };
}

function decodeAll(text: string): readonly InputEvent[] {
  const { feed, elapse, events } = openDecoder();
  feed(text);
  elapse();
  return events;
}

function keysOf(text: string): readonly string[] {
  return decodeAll(text).map((event) => (event.type === 'key' ? event.key : event.type));
}

test('names printable keys by their character and gives what they type', () => {
  assert.deepEqual(decodeAll('aÄ 世'), [
    { type: 'key', key: 'a', text: 'a' },
    { type: 'key', key: 'Ä', text: 'Ä' },
    { type: 'key', key: 'space', text: ' ' },
    { type: 'key', key: '世', text: '世' },
  ]);
});

test('names control keys', () => {
  assert.deepEqual(keysOf('\x00\x01\x03\x08\t\n\r\x1a\x1c\x1f\x7f'), [
    'C-space',
    'C-a',
    'C-c',
    'C-h',
    'tab',
    'C-j',
    'enter',
    'C-z',
    'C-\\',
    'C-_',
    'backspace',
  ]);
});

test('names cursor, editing and function keys of xterm, SS3, the linux console and rxvt', () => {
  const expected: readonly (readonly [string, string])[] = [
    ['\x1b[A', 'up'],
    ['\x1bOB', 'down'],
    ['\x1b[1;5C', 'C-right'],
    ['\x1b[1;3D', 'M-left'],
    ['\x1b[1;8A', 'C-M-S-up'],
    ['\x1b[H', 'home'],
    ['\x1b[4~', 'end'],
    ['\x1b[5~', 'pageup'],
    ['\x1b[6;5~', 'C-pagedown'],
    ['\x1b[3~', 'delete'],
    ['\x1b[Z', 'S-tab'],
    ['\x1bOP', 'f1'],
    ['\x1bOR', 'f3'],
    ['\x1b[15~', 'f5'],
    ['\x1b[24;2~', 'S-f12'],
    ['\x1b[[A', 'f1'],
    ['\x1b[[E', 'f5'],
    ['\x1bOM', 'enter'],
    ['\x1b\x1b[A', 'M-up'],
    ['\x1bO5A', 'C-up'],
  ];
  for (const [sequence, key] of expected) assert.deepEqual(keysOf(sequence), [key], JSON.stringify(sequence));
});

test('reads Alt as an escape before the key', () => {
  assert.deepEqual(keysOf('\x1ba\x1bB\x1b\r\x1b\x7f\x1b1\x1b \x1b\x01\x1bé'), [
    'M-a',
    'M-B',
    'M-enter',
    'M-backspace',
    'M-1',
    'M-space',
    'C-M-a',
    'M-é',
  ]);
  assert.ok(decodeAll('\x1ba').every((event) => event.type === 'key' && event.text === undefined));
});

test("reads kitty's keyboard protocol and modifyOtherKeys", () => {
  const expected: readonly (readonly [string, string])[] = [
    ['\x1b[97;5u', 'C-a'],
    ['\x1b[97;6u', 'C-S-a'],
    ['\x1b[97;3u', 'M-a'],
    ['\x1b[97;4u', 'M-A'],
    ['\x1b[13;3u', 'M-enter'],
    ['\x1b[13;2u', 'S-enter'],
    ['\x1b[27u', 'escape'],
    ['\x1b[9;5u', 'C-tab'],
    ['\x1b[32;5u', 'C-space'],
    ['\x1b[127;5u', 'C-backspace'],
    ['\x1b[45:95;6u', 'C-_'],
    ['\x1b[1089::99;5u', 'C-c'],
    ['\x1b[97;69u', 'C-a'],
    ['\x1b[57414u', 'enter'],
    ['\x1b[27;5;97~', 'C-a'],
    ['\x1b[27;2;13~', 'S-enter'],
    ['\x1b[1;5:2A', 'C-up'],
  ];
  for (const [sequence, key] of expected) assert.deepEqual(keysOf(sequence), [key], JSON.stringify(sequence));
  assert.deepEqual(decodeAll('\x1b[97;2u\x1b[32;2u\x1b[57400u'), [
    { type: 'key', key: 'A', text: 'A' },
    { type: 'key', key: 'S-space', text: ' ' },
    { type: 'key', key: '1', text: '1' },
  ]);
});

test('ignores key releases, super keys and numbers that are no key', () => {
  for (const sequence of [
    '\x1b[97;5:3u',
    '\x1b[1;1:3A',
    '\x1b[97;9u',
    '\x1b[57441u',
    '\x1b[55296;5u',
    '\x1b[9999999u',
    '\x1b[3u',
  ]) {
    assert.deepEqual(decodeAll(sequence), [], JSON.stringify(sequence));
  }
});

test('a lone Escape is a key after 40 ms, and Escape before another key is Alt', () => {
  const { feed, elapse, events, waitMs } = openDecoder();
  feed('\x1b');
  assert.deepEqual(events, []);
  assert.equal(waitMs(), ESCAPE_WAIT_MS);
  assert.equal(ESCAPE_WAIT_MS, 40);
  elapse();
  assert.deepEqual(events, [{ type: 'key', key: 'escape' }]);
  feed('\x1b');
  feed('x');
  elapse();
  assert.deepEqual(events.slice(1), [{ type: 'key', key: 'M-x' }]);
});

test('Alt with a character that begins sequences is a key after 40 ms', () => {
  assert.deepEqual(keysOf('\x1b['), ['M-[']);
  assert.deepEqual(keysOf('\x1bO'), ['M-O']);
  assert.deepEqual(keysOf('\x1b]'), ['M-]']);
  assert.deepEqual(keysOf('\x1b\x1b'), ['escape', 'escape']);
});

test('a bracketed paste is one event, its line breaks plain, whatever is in it', () => {
  assert.deepEqual(decodeAll('a\x1b[200~one\r\ntwo\rthree\n\x1b[31m\x03\x1b[201~b'), [
    { type: 'key', key: 'a', text: 'a' },
    { type: 'paste', text: 'one\ntwo\nthree\n\x1b[31m\x03', truncated: false },
    { type: 'key', key: 'b', text: 'b' },
  ]);
  assert.deepEqual(decodeAll('\x1b[200~\x1b[201~'), [{ type: 'paste', text: '', truncated: false }]);
});

test('a paste without an end is handed over after a while, and keys work again', () => {
  const { feed, elapse, events, waitMs } = openDecoder();
  feed('\x1b[200~abc\x1b[20');
  assert.equal(waitMs(), STALLED_WAIT_MS);
  elapse();
  feed('x');
  assert.deepEqual(events, [
    { type: 'paste', text: 'abc\x1b[20', truncated: false },
    { type: 'key', key: 'x', text: 'x' },
  ]);
});

test('cuts a paste that is too long, and says so', () => {
  const { feed, events } = openDecoder();
  feed('\x1b[200~');
  for (let sent = 0; sent <= PASTE_MAX_LENGTH; sent += 65536) feed('x'.repeat(65536));
  feed('\x1b[201~y');
  const [paste, key] = events;
  assert.ok(paste?.type === 'paste' && paste.truncated && paste.text.length === PASTE_MAX_LENGTH);
  assert.deepEqual(key, { type: 'key', key: 'y', text: 'y' });
  const exact = openDecoder();
  exact.feed(`\x1b[200~${'x'.repeat(PASTE_MAX_LENGTH)}\x1b[201~`);
  assert.ok(exact.events[0]?.type === 'paste' && !exact.events[0].truncated);
});

test('reads the mouse, its wheel, movement and modifiers', () => {
  assert.deepEqual(decodeAll('\x1b[<0;3;5M\x1b[<0;3;5m\x1b[<64;1;1M\x1b[<69;1;1M\x1b[<34;10;2M\x1b[<18;2;2M'), [
    { type: 'mouse', action: 'press', button: 'left', row: 4, col: 2, modifiers: '' },
    { type: 'mouse', action: 'release', button: 'left', row: 4, col: 2, modifiers: '' },
    { type: 'mouse', action: 'wheel-up', button: 'none', row: 0, col: 0, modifiers: '' },
    { type: 'mouse', action: 'wheel-down', button: 'none', row: 0, col: 0, modifiers: 'S-' },
    { type: 'mouse', action: 'move', button: 'right', row: 1, col: 9, modifiers: '' },
    { type: 'mouse', action: 'press', button: 'right', row: 1, col: 1, modifiers: 'C-' },
  ]);
  assert.deepEqual(keysOf('\x1b[M !!a'), ['a'], 'an old mouse report is swallowed whole');
});

test('reads focus and replies without losing the keys around them', () => {
  assert.deepEqual(
    decodeAll(
      'a\x1b[I\x1b[O\x1b[3;7Rb\x1b[?5u\x1b[?62;4c\x1b]11;rgb:0000/0000/0000\x1b\\c\x1bP1$r0m\x1b\\\x1b]52;c;\x07d',
    ),
    [
      { type: 'key', key: 'a', text: 'a' },
      { type: 'focus', focused: true },
      { type: 'focus', focused: false },
      { type: 'reply', kind: 'cursor', row: 2, col: 6 },
      { type: 'key', key: 'b', text: 'b' },
      { type: 'reply', kind: 'keyboard', flags: 5 },
      { type: 'reply', kind: 'attributes', parameters: '62;4' },
      { type: 'reply', kind: 'osc', code: 11, text: 'rgb:0000/0000/0000' },
      { type: 'key', key: 'c', text: 'c' },
      { type: 'reply', kind: 'other', text: '\x1bP1$r0m' },
      { type: 'reply', kind: 'osc', code: 52, text: 'c;' },
      { type: 'key', key: 'd', text: 'd' },
    ],
  );
});

test('drops a sequence that does not end, and works on', () => {
  const { feed, elapse, events, waitMs } = openDecoder();
  feed('\x1b]0;never ended');
  assert.equal(waitMs(), STALLED_WAIT_MS);
  elapse();
  feed('a\x1b[12;');
  elapse();
  feed('b');
  assert.deepEqual(
    events.map((event) => event.type === 'key' && event.key),
    ['a', 'b'],
  );
});

test('bounds what it remembers of garbage', () => {
  assert.deepEqual(keysOf(`\x1b[${'1;'.repeat(100_000)}ma`), ['a']);
  assert.deepEqual(keysOf(`\x1b]${'x'.repeat(100_000)}\x07a`), ['a']);
});

const piece = fc
  .oneof(
    fc.constantFrom(
      ...[
        '\x1b[A',
        '\x1b[1;5C',
        '\x1bOP',
        '\x1bOM',
        '\x1b[97;5u',
        '\x1b[27;5;97~',
        '\x1b[<0;3;5M',
        '\x1b[I',
        '\x1b[M !!',
        '\x1b[[A',
      ],
      ...[
        '\x1b[200~pa\r\nste \x1b[20 é\x1b[201~',
        '\x1b[200~',
        '\x1b[201~',
        '\x1b[3;7R',
        '\x1b]11;rgb:0/0/0\x1b\\',
        '\x1bPx\x1b\\',
        '\x1b]2;t\x07',
      ],
      ...[
        '\x1b',
        '\x1ba',
        '\x1b\x1b[A',
        '\r',
        '\x00',
        '\x7f',
        'a',
        'é',
        '世',
        '👨‍👩‍👧',
        'e\u0301',
        '\x1b[',
        '\x1b]',
        '\x9b',
      ],
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  )
  .map((text) => Buffer.from(text, 'utf8'));
const stream = fc
  .array(
    fc.oneof(
      piece,
      fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 20 },
  )
  .map((parts) => Buffer.concat(parts));

test('any split of the bytes gives the same events', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 10 }), (bytes, cuts) => {
      const whole = openDecoder();
      whole.decoder.feed(bytes);
      whole.elapse();
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
      const split = openDecoder();
      for (const [index, place] of places.entries()) split.decoder.feed(bytes.subarray(place, places[index + 1]));
      split.elapse();
      assert.deepEqual(split.events, whole.events);
      const single = openDecoder();
      for (const byte of bytes) single.decoder.feed(Uint8Array.of(byte));
      single.elapse();
      assert.deepEqual(single.events, whole.events);
    }),
    { numRuns: 2000 },
  );
});

test('any bytes give well-formed events, and an ordinary key afterwards is understood', () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      const { decoder, elapse, events, feed } = openDecoder();
      decoder.feed(bytes);
      elapse();
      const before = events.length;
      feed('q');
      elapse();
      const after = events.slice(before);
      assert.ok(after.length <= 2);
      for (const event of events) {
        if (event.type !== 'key') continue;
        assert.match(event.key, /^(C-)?(M-)?(S-)?.+$/su);
        if (event.text !== undefined) assert.doesNotMatch(event.text, /[\p{Cc}\p{Cs}]/u);
      }
    }),
    { numRuns: 1000 },
  );
});
