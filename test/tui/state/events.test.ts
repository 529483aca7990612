import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SmchatEvent } from '../../../src/session/events.ts';
import { sliceMessages } from '../../../src/tui/state/message-log.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { contact, message, NOON } from '../../support/scripted-interface.ts';

function tell(bench: ReducerBench, ...events: readonly SmchatEvent[]): void {
  bench.act({ type: 'events', events });
}

function notes(bench: ReducerBench): readonly string[] {
  return sliceMessages(bench.chat().log, 0).flatMap(({ kind, text }) => (kind === 'system' ? [text ?? ''] : []));
}

function noticeOf(bench: ReducerBench): string {
  return bench.state().notice?.text ?? '';
}

const incoming = (chat: string, text: string): SmchatEvent => ({
  event: 'message',
  ...message({ chat, direction: 'in', text, sent_at: new Date(NOON).toISOString() }),
});

test('a message for another chat counts as unread, moves its contact up and shows its first line', () => {
  const bench = openBench({ contacts: [contact('bob', { last_at: '2026-11-23T10:00:00.000Z' }), contact('carol')] });
  tell(bench, incoming('carol', 'first line\nsecond'), incoming('carol', 'newest'));
  const [top] = bench.main().contacts;
  assert.equal(top?.name, 'carol');
  assert.equal(top?.unread, 2);
  assert.equal(top?.last_text, 'newest');
});

test('many events make one question for the contacts, and what happens meanwhile makes another', () => {
  const bench = openBench();
  tell(bench, incoming('bob', 'a'), incoming('bob', 'b'), incoming('bob', 'c'));
  const asks = (): number => bench.take().filter(({ type }) => type === 'load-contacts').length;
  assert.equal(asks(), 1);
  tell(bench, incoming('bob', 'd'));
  assert.equal(asks(), 0);
  bench.act({ type: 'contacts', contacts: [contact('bob')] });
  assert.equal(asks(), 1);
});

test('tells of a request, and F5 answers it', () => {
  const bench = openBench();
  tell(bench, { event: 'contact_request', name: 'stranger' });
  assert.match(noticeOf(bench), /stranger wants to write to you · F5/);
  bench.act({ type: 'contacts', contacts: [contact('bob'), contact('stranger', { state: 'incoming' })] });
  bench.take();
  bench.press('f5', 'a');
  assert.deepEqual(
    bench.take().filter(({ type }) => type === 'contact'),
    [{ type: 'contact', action: 'accept', name: 'stranger' }],
  );
});

test('a request left for later keeps its chat closed to writing', () => {
  const bench = openBench({ contacts: [contact('bob'), contact('stranger', { state: 'incoming' })] });
  bench.press('f5', 'l');
  bench.type('hi');
  bench.press('enter');
  assert.ok(!bench.take().some(({ type }) => type === 'send'));
  assert.equal(bench.state().dialogs.at(-1)?.kind, 'request');
});

test('tells that a request was accepted', () => {
  const bench = openBench({ contacts: [contact('bob', { state: 'requested' })] });
  tell(bench, { event: 'contact', name: 'bob', state: 'accepted' });
  assert.match(noticeOf(bench), /bob accepted/);
  assert.equal(bench.main().contacts[0]?.state, 'accepted');
  assert.equal(notes(bench).length, 1);
});

test('a contact that was removed is gone with its chat', () => {
  const bench = openBench();
  tell(bench, { event: 'contact', name: 'bob', state: 'removed' });
  assert.equal(bench.main().openName, null);
  assert.deepEqual(bench.main().contacts, []);
});

test('a changed identity key takes verified away and stays in sight', () => {
  const bench = openBench({ contacts: [contact('bob', { verified: true })] });
  tell(bench, { event: 'identity_changed', name: 'bob' });
  const [bob] = bench.main().contacts;
  assert.equal(bob?.verified, false);
  assert.equal(bob?.identity_changed, true);
  assert.match(noticeOf(bench), /F4/);
  assert.deepEqual(notes(bench), [], 'the line comes from the vault, as a message');
});

test('gaps, renewed sessions, what cannot be decrypted and a copied account are told', () => {
  const bench = openBench();
  tell(bench, { event: 'gap', name: 'bob', missing: 3 }, { event: 'session_reset', name: 'bob' });
  assert.match(notes(bench).join('\n'), /3 messages are missing[\s\S]*session was renewed/);
  tell(bench, { event: 'undecryptable' });
  assert.match(noticeOf(bench), /could not be decrypted/);
  tell(bench, { event: 'copied' });
  assert.match(noticeOf(bench), /copy of this account/);
  bench.act({ type: 'tick' }, 3_600_000);
  assert.match(noticeOf(bench), /copy of this account/, 'an hour later still');
  bench.press('escape');
  assert.equal(bench.state().notice, null);
});

test('shows the connection and why it is gone', () => {
  const bench = openBench();
  tell(bench, { event: 'connection', state: 'offline', reason: 'no route' });
  assert.deepEqual(bench.main().connection, { state: 'offline', reason: 'no route' });
});

test('a message in an unfocused window is told; how much of it the settings say', () => {
  const bench = openBench();
  tell(bench, incoming('bob', 'seen'));
  assert.ok(!bench.take().some(({ type }) => type === 'notify'));
  bench.act({ type: 'focus', focused: false });
  tell(bench, incoming('bob', 'secret words'));
  assert.deepEqual(
    bench.take().filter(({ type }) => type === 'notify'),
    [{ type: 'notify', name: 'bob', text: 'secret words' }],
  );
});

test('an own message from another program appears once, and a failed one with its reason', () => {
  const bench = openBench();
  const own = message({ id: 'own', chat: 'bob', direction: 'out', text: 'from the shell', status: 'queued' });
  tell(bench, { event: 'own_message', ...own }, { event: 'own_message', ...own });
  tell(bench, { event: 'status', id: 'own', chat: 'bob', status: 'failed', reason: 'expired' });
  const [shown, ...others] = sliceMessages(bench.chat().log, 0);
  assert.deepEqual([shown?.status, shown?.reason, others.length], ['failed', 'expired', 0]);
});
