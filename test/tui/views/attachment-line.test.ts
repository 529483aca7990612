import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attachment, Message } from '../../../src/session/client.ts';
import type { Transfer } from '../../../src/tui/state/transfers.ts';
import { joinSafe } from '../../../src/tui/term/sanitize.ts';
import { textWidth } from '../../../src/tui/term/width.ts';
import { attachmentLine } from '../../../src/tui/views/attachment-line.ts';
import { message } from '../../support/scripted-interface.ts';
import { pictureMessage } from '../../support/scripted-pictures.ts';

function file(attachment: Partial<Attachment>, over: Partial<Message> = {}): Message {
  const facts: Attachment = { name: 'a.pdf', mime: 'application/pdf', bytes: 412_000, sha256: '', state: 'here' };
  return message({
    chat: 'bob',
    direction: 'in',
    text: '',
    kind: 'file',
    attachment: { ...facts, ...attachment },
    ...over,
  });
}

function transfer(over: Partial<Transfer>): Transfer {
  const sample = { at: 0, done: 0 };
  return { direction: 'download', state: 'running', done: 0, bytes: 0, reason: null, speed: null, sample, ...over };
}

function lineOf(of: Message, on?: Transfer, width = 60): string {
  return attachmentLine(of, on, width)
    .map(({ text }) => text)
    .join('');
}

test('says what a file is, how large, and where', () => {
  const running = transfer({ done: 123, bytes: 1000 });
  assert.equal(lineOf(file({})), 'file: a.pdf, 412 KB · here');
  assert.equal(lineOf(file({ state: 'uploading' }), running), 'file: a.pdf, 412 KB · ↑ 12 %');
  assert.equal(lineOf(file({ state: 'fetching' }), running), 'file: a.pdf, 412 KB · ↓ 12 %');
  assert.equal(lineOf(file({ state: 'fetching' }), transfer({ state: 'waiting' })), 'file: a.pdf, 412 KB · ↓ waiting');
  assert.equal(lineOf(file({ state: 'uploading' })), 'file: a.pdf, 412 KB · ↑ waiting');
  assert.equal(lineOf(file({ state: 'offered' })), 'file: a.pdf, 412 KB · waiting at the relay');
  assert.equal(lineOf(file({ state: 'lost' })), 'file: a.pdf, 412 KB · missing');
  assert.equal(lineOf(file({ state: 'lost', reason: 'damaged' })), 'file: a.pdf, 412 KB · damaged');
  assert.equal(lineOf(file({ state: 'uploading' }, { id: 'local-1' })), 'file: a.pdf, 412 KB · preparing…');
  assert.equal(lineOf(file({ state: 'uploading' }, { status: 'failed' })), 'file: a.pdf, 412 KB');
});

test('says of a picture its pixels, and nothing where it is here', () => {
  assert.equal(lineOf(pictureMessage()), 'picture: harbour.jpg, 1920×1080, 2.1 MB');
  const fetched = pictureMessage({ attachment: { state: 'fetching' } });
  const half = transfer({ done: 999, bytes: 1000 });
  assert.equal(lineOf(fetched, half), 'picture: harbour.jpg, 1920×1080, 2.1 MB · ↓ 99 %');
});

test('never divides by nothing, and never tells more than all', () => {
  assert.match(lineOf(file({ state: 'fetching' }), transfer({ done: 5, bytes: 0 })), /↓ 0 %/);
  assert.match(lineOf(file({ state: 'fetching' }), transfer({ done: 5, bytes: 3 })), /↓ 100 %/);
});

test('only the name gives way where room is short, and no line is wider than its place', () => {
  const long = file({ name: `${'long '.repeat(40)}.pdf` });
  assert.match(lineOf(long, undefined, 40), /^file: long .*…, 412 KB · here$/);
  for (let width = 1; width < 80; width += 1) {
    const spans = attachmentLine(long, undefined, width);
    assert.ok(textWidth(joinSafe(spans.map(({ text }) => text))) <= width);
  }
});

test('a file’s name and the reason of its loss act on no terminal', () => {
  const line = lineOf(file({ name: 'a\x1b[2J\u202Efdp.exe', state: 'lost', reason: 'x\x07\ny' }), undefined, 90);
  assert.doesNotMatch(line, /[\x1b\x07\u202e\n]/);
  assert.match(line, /a␛\[2J‹U\+202E›fdp\.exe/);
});
