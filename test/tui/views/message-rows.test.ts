import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Message } from '../../../src/session/client.ts';
import { appendMessages, EMPTY_LOG } from '../../../src/tui/state/message-log.ts';
import { joinSafe } from '../../../src/tui/term/sanitize.ts';
import { textWidth } from '../../../src/tui/term/width.ts';
import {
  deliveryMark,
  messageShape,
  type Row,
  type RowContext,
  rowsOf,
  shownTime,
} from '../../../src/tui/views/message-rows.ts';
import { message, NOON } from '../../support/scripted-interface.ts';
import { pictureMessage } from '../../support/scripted-pictures.ts';

function contextOf(messages: readonly Message[], over: Partial<RowContext> = {}): RowContext {
  const log = appendMessages(EMPTY_LOG, messages);
  const context = { log, width: 60, now: NOON, newSince: null, highlighted: null };
  return { ...context, showsPictures: true, clock: '24h', transfers: new Map(), ...over };
}

function textOf(row: Row): string {
  if (row.kind === 'rule') return `-- ${row.words} --`;
  return [...row.spans.map(({ text }) => text), ...(row.right === null ? [] : [` <${row.right.text}>`])].join('');
}

function linesOf(context: RowContext): readonly string[] {
  return Array.from({ length: context.log.size }, (_, index) => rowsOf(context, index).map(textOf)).flat();
}

const times = fc.integer({ min: NOON - 3 * 86_400_000, max: NOON });
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.lorem(),
);
const side = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
const anyFile = fc
  .record({
    isPicture: fc.boolean(),
    name: texts,
    bytes: fc.nat(),
    state: fc.constantFrom('here' as const, 'uploading' as const, 'offered' as const, 'lost' as const),
    width: side,
    height: side,
  })
  .map(({ isPicture, width, height, ...facts }) => ({
    isPicture,
    attachment: {
      ...facts,
      mime: 'image/png',
      sha256: '',
      ...(width === undefined || height === undefined ? {} : { width, height }),
    },
  }));
const anyMessage = fc
  .record({
    text: texts,
    direction: fc.constantFrom('in' as const, 'out' as const),
    kind: fc.constantFrom('text' as const, 'system' as const),
    status: fc.constantFrom(
      'queued' as const,
      'sent' as const,
      'delivered' as const,
      'read' as const,
      'failed' as const,
    ),
    at: times,
    file: fc.option(anyFile),
    answers: fc.boolean(),
    vanishes: fc.boolean(),
    reactions: fc.array(fc.record({ from: fc.constantFrom('bob', 'alice'), emoji: texts }), { maxLength: 3 }),
    edited: fc.boolean(),
  })
  .map(({ at, file, edited, answers, vanishes, ...over }) =>
    message({
      chat: 'bob',
      ...over,
      sent_at: new Date(at).toISOString(),
      ...(answers ? { reply_to: 'm0' } : {}),
      ...(vanishes ? { expires_at: new Date(at + 90_000).toISOString() } : {}),
      ...(edited ? { edited_at: new Date(at).toISOString() } : {}),
      ...(file === null ? {} : { kind: file.isPicture ? 'image' : 'file', attachment: file.attachment }),
    }),
  );

test('measures each message as high as it is drawn, and draws no row wider than the pane', () => {
  fc.assert(
    fc.property(
      fc.array(anyMessage, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 38, max: 130 }),
      fc.nat(5),
      (messages, width, at) => {
        const newSince = messages[at % messages.length]?.id ?? null;
        const context = contextOf(messages, { width, newSince });
        const shape = messageShape(context);
        for (let index = 0; index < shape.size; index += 1) {
          const rows = rowsOf(context, index);
          assert.equal(rows.length, shape.heightAt(index));
          assert.deepEqual(rowsOf(context, index, 1, 3), rows.slice(1, 4));
          for (const row of rows) {
            if (row.kind !== 'spans') continue;
            const picture = row.picture?.wish.cols ?? 0;
            const left = textWidth(joinSafe(row.spans.map(({ text }) => text))) + picture;
            const right = row.right === null ? 0 : textWidth(row.right.text) + 1;
            assert.ok(left + right <= width, `${left} + ${right} > ${width}`);
          }
        }
      },
    ),
    { numRuns: 120 },
  );
});

test('every row of a message stands behind a bar, so that no text can look like the interface', () => {
  const fake = 'hi\n──────── Today ────────\n you  14:00\n│ I owe you money\n● online';
  for (const width of [50, 100]) {
    const rows = linesOf(contextOf([message({ chat: 'bob', direction: 'in', text: fake })], { width }));
    const body = rows.slice(width < 72 ? 2 : 1);
    assert.equal(body.length, 5);
    for (const row of body) assert.match(row, /^\s*(\d\d:\d\d)?\s*(bob)?\s*│ /);
  }
});

test('shows escape sequences and bidi controls as marks', () => {
  const rows = linesOf(
    contextOf([message({ chat: 'bob', direction: 'in', text: '\x1b[2Jgone \u202Etxt.exe\x07' })]),
  ).join('\n');
  assert.doesNotMatch(rows, /[\x1b\x07\u202e]/);
  assert.match(rows, /␛\[2Jgone ‹U\+202E›txt\.exe␇/);
});

test('a peer’s name is cleaned as well', () => {
  const rows = linesOf(
    contextOf([message({ chat: 'bob', direction: 'in', from: 'b\x1b]0;x\x07ob', text: 'hi' })]),
  ).join('\n');
  assert.doesNotMatch(rows, /\x1b|\x07/);
});

test('groups by sender and five minutes, and says days and where the new messages begin', () => {
  const at = (minutes: number): string => new Date(NOON - minutes * 60_000).toISOString();
  const messages = [
    message({ chat: 'bob', direction: 'in', text: 'one', sent_at: at(24 * 60 + 10) }),
    message({ chat: 'bob', direction: 'out', text: 'two', sent_at: at(20) }),
    message({ chat: 'bob', direction: 'out', text: 'three', sent_at: at(19) }),
    message({ chat: 'bob', direction: 'in', text: 'four', sent_at: at(3) }),
  ];
  assert.deepEqual(linesOf(contextOf(messages, { newSince: messages[3]?.id ?? null })), [
    '-- Yesterday --',
    ' bob  14:20',
    ' │ one',
    '-- Today --',
    ' you  14:10',
    ' │ two <✓✓>',
    ' │ three <✓✓>',
    '-- new messages --',
    ' bob  14:27',
    ' │ four',
  ]);
});

test('in a wide pane marks, times and names have columns, and names stand at their right', () => {
  const at = (minutes: number): string => new Date(NOON - minutes * 60_000).toISOString();
  const messages = [
    message({ chat: 'wolfgang', direction: 'in', text: 'one', sent_at: at(4) }),
    message({ chat: 'wolfgang', direction: 'out', text: 'two\nthree', sent_at: at(3) }),
    message({ chat: 'wolfgang', direction: 'out', text: 'four', sent_at: at(3), status: 'failed', reason: 'too old' }),
  ];
  assert.deepEqual(linesOf(contextOf(messages, { width: 80 })), [
    '-- Today --',
    '    14:26  wolfgang │ one',
    ' ✓✓ 14:27       you │ two',
    '                    │ three',
    '  !                 │ four',
    '                    │ not sent: too old',
  ]);
});

test('below a caption comes the picture in its place, what it is, what was thought of it, and a failure', () => {
  const picture = pictureMessage({
    text: 'from the harbour',
    edited_at: new Date(NOON).toISOString(),
    reactions: [
      { from: 'alice', emoji: '👍' },
      { from: 'bob', emoji: '👍' },
      { from: 'carol', emoji: '❤' },
    ],
    direction: 'out',
    status: 'failed',
    reason: 'too large',
  });
  const rows = rowsOf(contextOf([picture], { width: 60 }), 0).slice(2);
  const pictures = rows.flatMap((row) => (row.kind === 'spans' && row.picture !== null ? [row.picture] : []));
  assert.deepEqual(
    pictures.map(({ row }) => row),
    Array.from({ length: 11 }, (_, at) => at),
  );
  assert.deepEqual(pictures[0]?.wish, { id: picture.id, cols: 40, rows: 11 });
  assert.deepEqual(rows.filter((row) => row.kind === 'spans' && row.picture === null).map(textOf), [
    ' │ from the harbour',
    ' │ picture: harbour.jpg, 1920×1080, 2.1 MB',
    ' │ edited  👍 2  ❤',
    ' │ not sent: too large <!>',
  ]);
});

test('tells how far an own message got', () => {
  const mark = (over: Partial<Message>): readonly string[] => {
    const { text, role } = deliveryMark(message({ chat: 'bob', direction: 'out', text: '', ...over }));
    return [text, role];
  };
  assert.deepEqual(mark({ status: 'queued', id: 'local-1' }), ['·', 'queued']);
  assert.deepEqual(mark({ status: 'queued' }), ['○', 'queued']);
  assert.deepEqual(mark({ status: 'sent' }), ['✓', 'sent']);
  assert.deepEqual(mark({ status: 'delivered' }), ['✓✓', 'delivered']);
  assert.deepEqual(mark({ status: 'read' }), ['✓✓', 'read']);
  assert.deepEqual(mark({ status: 'failed' }), ['!', 'failed']);
});

test('a sender whose clock is ahead is shown when the message came', () => {
  const came = new Date(NOON).toISOString();
  const shown = (sent_at: string): number =>
    shownTime(message({ chat: 'bob', direction: 'in', text: '', sent_at, received_at: came }));
  assert.equal(shown('2099-01-01T00:00:00.000Z'), NOON);
  assert.equal(shown('2026-11-23T14:00:00.000Z'), NOON - 30 * 60_000);
  assert.equal(shown('nonsense'), NOON);
});

test('an answer shows in one row what it answers, whether that is loaded or not', () => {
  const asked = message({ id: 'q', chat: 'bob', direction: 'in', text: 'shall we?\nsecond line' });
  const answer = message({ id: 'a', chat: 'bob', direction: 'out', text: 'yes', reply_to: 'q' });
  const lost = message({ id: 'b', chat: 'bob', direction: 'out', text: 'no', reply_to: 'older' });
  const lines = linesOf(contextOf([asked, answer, lost]));
  assert.ok(lines.some((text) => text.includes('╭ bob: shall we?') && !text.includes('second')));
  assert.ok(lines.some((text) => text.includes('╭ an earlier message')));
});

test('a reason that is a word is said in a sentence', () => {
  const failed = message({ id: 'f', chat: 'bob', direction: 'out', text: 'x', status: 'failed', reason: 'quota' });
  assert.ok(linesOf(contextOf([failed])).some((text) => text.includes('space for files')));
});

test('what came before its sender proved their key bears a dim mark, in columns and in a narrow pane', () => {
  const early: Message = message({ chat: 'bob', direction: 'in', text: 'it is me', unproven: true });
  const later: Message = message({ chat: 'bob', direction: 'in', text: 'proven' });
  for (const width of [60, 100]) {
    const context = contextOf([early, later], { width });
    const marks = [0, 1].map((index) =>
      rowsOf(context, index).flatMap((row) =>
        row.kind === 'rule'
          ? []
          : [...row.spans, ...(row.right === null ? [] : [row.right])].filter(({ text }) => text.trim() === '?'),
      ),
    );
    assert.deepEqual(
      marks[0]?.map(({ role }) => role),
      ['muted'],
      `${width} columns`,
    );
    assert.deepEqual(marks[1], []);
  }
});
