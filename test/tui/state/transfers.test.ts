import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attachment, Message } from '../../../src/session/client.ts';
import type { SmchatEvent } from '../../../src/session/events.ts';
import { indexOfMessage, messageAt } from '../../../src/tui/state/message-log.ts';
import { shownTransfer } from '../../../src/tui/state/transfers.ts';
import { durationWords, sizeWords } from '../../../src/tui/views/size-words.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { contact, message } from '../../support/scripted-interface.ts';

const PHOTO: Attachment = { name: 'photo.jpg', mime: 'image/jpeg', bytes: 1_000_000, sha256: 'ab', state: 'offered' };

function withPhoto(over: Partial<Message> = {}): ReducerBench {
  const photo = message({ id: 'p', chat: 'bob', direction: 'in', text: '', kind: 'image', attachment: PHOTO, ...over });
  return openBench({ contacts: [contact('bob'), contact('carol')], messages: [photo] });
}

type Over = Partial<Extract<SmchatEvent, { event: 'transfer' }>>;

function tell(bench: ReducerBench, done: number, over: Over = {}, afterMs = 0): void {
  const event = { event: 'transfer', id: 'p', chat: 'bob', direction: 'download', state: 'running' } as const;
  bench.act({ type: 'events', events: [{ ...event, done, bytes: 1_000_000, ...over }] }, afterMs);
}

function attachment(bench: ReducerBench): Attachment | undefined {
  const { log } = bench.chat();
  return messageAt(log, indexOfMessage(log, 'p'))?.attachment;
}

test('progress stands beside the message, its end in the message', () => {
  const bench = withPhoto();
  tell(bench, 0);
  assert.equal(attachment(bench)?.state, 'fetching');
  tell(bench, 400_000, {}, 1000);
  const transfer = bench.chat().transfers.get('p');
  assert.equal(transfer?.done, 400_000);
  assert.equal(transfer?.speed, 400_000);
  tell(bench, 1_000_000, { state: 'complete' }, 1000);
  assert.equal(attachment(bench)?.state, 'here');
  assert.equal(bench.chat().transfers.size, 0);
  assert.equal(bench.state().notice, null);
});

test('the speed is smoothed, and not measured over moments', () => {
  const bench = withPhoto();
  const speed = (): number | null => bench.chat().transfers.get('p')?.speed ?? null;
  tell(bench, 100_000);
  tell(bench, 150_000, {}, 100);
  assert.equal(speed(), null, 'a tenth of a second says nothing');
  tell(bench, 200_000, {}, 900);
  assert.equal(speed(), 100_000);
  tell(bench, 400_000, {}, 1000);
  assert.equal(speed(), 140_000);
});

test('what begins anew or waits is measured anew', () => {
  const bench = withPhoto();
  tell(bench, 500_000);
  tell(bench, 600_000, {}, 1000);
  tell(bench, 600_000, { state: 'waiting', reason: 'the relay cannot be reached' }, 1000);
  assert.equal(bench.chat().transfers.get('p')?.reason, 'the relay cannot be reached');
  assert.equal(bench.chat().transfers.get('p')?.speed, null);
  tell(bench, 600_000, {}, 60_000);
  tell(bench, 700_000, {}, 1000);
  assert.equal(bench.chat().transfers.get('p')?.speed, 100_000);
  tell(bench, 0, {}, 1000);
  assert.equal(bench.chat().transfers.get('p')?.speed, null);
});

test('a download that fails loses the file, and says why', () => {
  const bench = withPhoto();
  tell(bench, 10);
  tell(bench, 10, { state: 'failed', reason: 'damaged' });
  assert.equal(attachment(bench)?.state, 'lost');
  assert.equal(attachment(bench)?.reason, 'damaged');
  assert.equal(bench.state().notice?.text, 'photo.jpg could not be fetched: damaged');
});

test('an upload that fails keeps the file here, and says why', () => {
  const bench = withPhoto({ direction: 'out', attachment: { ...PHOTO, state: 'uploading' } });
  tell(bench, 10, { direction: 'upload' });
  tell(bench, 10, { direction: 'upload', state: 'failed', reason: 'the relay keeps no more for this account' });
  assert.equal(attachment(bench)?.state, 'here');
  assert.match(bench.state().notice?.text ?? '', /photo\.jpg was not sent: the relay keeps no more/);
});

test('the status line shows what runs, the open chat’s first', () => {
  const bench = withPhoto();
  const shown = (): unknown => {
    const found = shownTransfer(bench.main());
    return found === null ? null : [found.chat, found.name, found.others];
  };
  assert.equal(shown(), null);
  tell(bench, 0, { id: 'unknown', chat: 'carol' });
  assert.deepEqual(shown(), ['carol', null, 0]);
  tell(bench, 0, { state: 'waiting' });
  assert.deepEqual(shown(), ['carol', null, 1], 'what waits stands back');
  tell(bench, 0);
  assert.deepEqual(shown(), ['bob', 'photo.jpg', 1]);
  tell(bench, 0, { id: 'unknown', chat: 'carol', state: 'complete' });
  assert.deepEqual(shown(), ['bob', 'photo.jpg', 0]);
});

test('a deleted message takes its transfer along', () => {
  const bench = withPhoto();
  tell(bench, 0);
  bench.act({ type: 'events', events: [{ event: 'delete', id: 'p', chat: 'bob' }] });
  assert.equal(bench.chat().transfers.size, 0);
});

test('an own picture is known in full once the vault has told of it', () => {
  const bench = openBench();
  bench.type('/send-image /p.jpg');
  bench.press('enter');
  const look = bench.take().find(({ type }) => type === 'look-at-path');
  assert.ok(look?.type === 'look-at-path');
  const file = { path: '/p.jpg', name: 'p.jpg', bytes: 5, isPicture: true };
  bench.act({ type: 'path-found', effect: look, found: { kind: 'file', file } });
  bench.press('enter');
  const [send] = bench.take();
  assert.ok(send?.type === 'send');
  const result = {
    id: 'own',
    client_id: 'c',
    to: 'bob',
    status: 'queued',
    sent_at: '2026-11-23T14:30:00.000Z',
  } as const;
  bench.act({ type: 'sent', effect: send, result });
  const whole: Attachment = { ...PHOTO, name: 'p.jpg', width: 640, height: 480, state: 'uploading' };
  const told = message({ id: 'own', chat: 'bob', direction: 'out', text: '', kind: 'image', attachment: whole });
  bench.act({ type: 'events', events: [{ event: 'own_message', ...told, status: 'queued' }] });
  const { log } = bench.chat();
  assert.equal(log.size, 1);
  assert.deepEqual(messageAt(log, 0)?.attachment, whole);
});

test('sizes and times are said as people say them', () => {
  const sizes: readonly (readonly [number, string])[] = [
    [0, '0 B'],
    [812, '812 B'],
    [999, '999 B'],
    [1_000, '1.0 KB'],
    [9_949, '9.9 KB'],
    [9_950, '10 KB'],
    [999_499, '999 KB'],
    [999_500, '1.0 MB'],
    [2_143_000, '2.1 MB'],
    [48_210_000, '48 MB'],
    [104_857_600, '105 MB'],
    [3_000_000_000, '3.0 GB'],
  ];
  for (const [bytes, words] of sizes) assert.equal(sizeWords(bytes), words);
  assert.equal(durationWords(0), '0:00');
  assert.equal(durationWords(12.4), '0:12');
  assert.equal(durationWords(71), '1:11');
  assert.equal(durationWords(3723), '1:02:03');
});
