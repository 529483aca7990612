import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { eventLines, messageLines, sizeText } from '../../src/cli/human-text.ts';
import { CommandBench, jsonLines, type RunningCommand } from '../support/command-run.ts';
import { passingTime } from '../support/passing-time.ts';
import type { ScriptedAccount } from '../support/scripted-account.ts';
import { attachmentOf } from '../support/scripted-state.ts';

const benches: CommandBench[] = [];
let bench: CommandBench;
let alice: ScriptedAccount;

beforeEach(() => {
  bench = new CommandBench();
  benches.push(bench);
  alice = bench.accounts.add('alice');
});
after(() => {
  for (const each of benches) each.remove();
});

async function startListening(...argv: string[]): Promise<RunningCommand> {
  const running = bench.start(['listen', '--password-file', bench.passwordFile, ...argv]);
  await running.lines(1);
  return running;
}

test('prints the connection first, then events as flat objects as they come', async () => {
  const running = await startListening('--json');
  const message = alice.arrive('bob', 'hi');
  alice.emit({ event: 'receipt', id: 'ab', chat: 'bob', status: 'read' });
  alice.emit({ event: 'contact_request', name: 'eve' });
  alice.emit({ event: 'undecryptable' });
  assert.deepEqual(jsonLines((await running.lines(5)).join('\n')), [
    { event: 'connection', state: 'online' },
    { event: 'message', ...message },
    { event: 'receipt', id: 'ab', chat: 'bob', status: 'read' },
    { event: 'contact_request', name: 'eve' },
    { event: 'undecryptable' },
  ]);
  running.signals.emit('SIGTERM');
  assert.equal((await running.done).code, 0);
  assert.equal(alice.opened, false);
});

test('ends after --max messages, and prints none beyond', async () => {
  const running = await startListening('--json', '--max', '2');
  alice.emit({ event: 'undecryptable' });
  for (const text of ['one', 'two', 'three']) alice.arrive('bob', text);
  const run = await running.done;
  assert.equal(run.code, 0);
  assert.deepEqual(
    jsonLines(run.stdout).map(
      (line) => (line as { event: string; text?: string }).text ?? (line as { event: string }).event,
    ),
    ['connection', 'undecryptable', 'one', 'two'],
  );
});

test('ends after --idle quiet seconds, whatever the connection does', async (context) => {
  const time = passingTime(context);
  alice.state = 'connecting';
  const running = await startListening('--json', '--idle', '2');
  for (let second = 0; second < 2; second++) {
    assert.equal(alice.opened, true);
    alice.emit({ event: 'connection', state: 'offline' });
    await time.pass(1_000);
  }
  const run = await running.done;
  assert.equal(run.code, 0);
  assert.match(run.stdout, /"offline"/);
});

test('an event makes --idle wait anew', async (context) => {
  const time = passingTime(context);
  const running = await startListening('--json', '--idle', '2');
  for (let second = 0; second < 5; second++) {
    await time.pass(1_000);
    alice.arrive('bob', 'busy');
  }
  await time.pass(1_990);
  assert.equal(alice.opened, true);
  await time.pass(10);
  assert.equal((await running.done).code, 0);
});

test('SIGINT ends it with 130', async () => {
  const running = await startListening();
  running.signals.emit('SIGINT');
  assert.equal((await running.done).code, 130);
});

test('a reader that goes away ends it quietly', async () => {
  const running = await startListening();
  running.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  const run = await running.done;
  assert.deepEqual([run.code, run.stderr], [0, '']);
  assert.equal(alice.opened, false);
});

test('through another process it hears the same', async () => {
  const owner = await startListening('--json');
  const guest = bench.start(['listen', '--json']);
  await guest.lines(1);
  // The guest's subscription is older than the answer that its first line was.
  alice.arrive('bob', 'hi');
  assert.deepEqual((await guest.lines(2))[1], (await owner.lines(2))[1]);
  owner.signals.emit('SIGTERM');
  await owner.done;
  assert.equal(JSON.parse((await guest.lines(3))[2] ?? '').state, 'offline');
  guest.signals.emit('SIGTERM');
  assert.equal((await guest.done).code, 0);
});

test('what a peer wrote is shown, never obeyed: no escape, no line of its own, no turned text', async () => {
  const hostile = 'a\u001b[2Jb\u202ec\u0007\r\n2026-01-01 00:00  alice  fake\n\u009b31m';
  const running = await startListening();
  alice.arrive('bob', hostile);
  alice.arrive('bob', 'x', { from: 'b\u001b[31mob', reply_to: '\u001b]0;x\u0007' });
  const lines = await running.lines(6);
  for (const line of lines) assert.match(line, /^[\x20-\x7e\u2400-\u2426‹›]*$/u);
  assert.deepEqual(
    lines.slice(1, 5).map((line) => line.startsWith('    ')),
    [false, true, true, true],
  );
  running.signals.emit('SIGTERM');
  await running.done;
  const json = await bench.as(['history', 'bob', '--json']);
  assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/.test(json.stdout));
  assert.equal((jsonLines(json.stdout)[0] as { text: string }).text, hostile);
});

test('of files it prints that they arrived or failed, and waits on while they are on their way', async (context) => {
  const time = passingTime(context);
  const running = await startListening('--json', '--idle', '2');
  const transfer = { event: 'transfer', id: 'ab', chat: 'bob', direction: 'download', bytes: 9 } as const;
  for (let second = 0; second < 5; second++) {
    await time.pass(1_000);
    alice.emit({ ...transfer, state: 'running', done: 1 });
  }
  assert.equal(alice.opened, true);
  alice.emit({ ...transfer, state: 'waiting', done: 1, reason: 'the relay is away' });
  alice.emit({ ...transfer, state: 'complete', done: 9 });
  alice.emit({ ...transfer, state: 'failed', done: 1, reason: 'damaged' });
  await time.pass(2_000);
  const run = await running.done;
  assert.deepEqual(jsonLines(run.stdout).slice(1), [
    { ...transfer, state: 'complete', done: 9 },
    { ...transfer, state: 'failed', done: 1, reason: 'damaged' },
  ]);
});

test('a message with a file, an edit, a time to live and reactions says so', () => {
  const at = '2026-11-23T20:34:00.000Z';
  const message = alice.arrive('bob', 'look\nhere', {
    kind: 'image',
    edited_at: at,
    expires_at: at,
    reactions: [
      { from: 'alice', emoji: '👍' },
      { from: 'bob', emoji: '🎉' },
    ],
    attachment: {
      name: 'beach\n.jpg',
      mime: 'image/jpeg',
      bytes: 2_096_000,
      width: 1920,
      height: 1080,
      sha256: 'ab'.repeat(32),
      state: 'lost',
      reason: 'damaged',
    },
  });
  const [head = '', ...body] = messageLines(message);
  assert.match(head, /^2026-11-2\d \d\d:\d\d {2}bob {2}edited {2}until 2026-11-2\d \d\d:\d\d {2}[0-9a-f]{32}$/);
  assert.deepEqual(body, [
    '    [picture: beach\n.jpg, 1920 × 1080, 2.1 MB, gone (damaged)]',
    '    look',
    '    here',
    '    [👍 alice, 🎉 bob]',
  ]);
  const bare = alice.arrive('bob', '', { kind: 'file', attachment: attachmentOf('x', { bytes: 1, state: 'offered' }) });
  assert.deepEqual(messageLines(bare).slice(1), ['    [file: x, 1 byte, at the relay]']);
});

test('a file name that a peer chose draws no line of its own and drives no terminal', async () => {
  const name = 'x\u001b[2J\n2026-01-01 00:00  alice  fake\u202egpj.exe';
  alice.arrive('bob', '', { kind: 'file', attachment: attachmentOf(name) });
  const run = await bench.as(['history', 'bob']);
  assert.match(run.stdout, /^[\x20-\x7e\n\u2400-\u2426‹›]*$/u);
  assert.equal(run.stdout.split('\n').length, 3);
});

test('sizes are said in the unit that fits', () => {
  for (const [bytes, text] of [
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [9949, '9.9 kB'],
    [9950, '10 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [104_857_600, '105 MB'],
    [5_000_000_000_000, '5.0 TB'],
    [5_000_000_000_000_000, '5000 TB'],
  ] as const) {
    assert.equal(sizeText(bytes), text);
  }
});

test('every event has a human line', () => {
  const message = alice.arrive('bob', 'hi');
  const one = [
    eventLines({ event: 'status', id: 'i', chat: 'bob', status: 'failed', reason: 'gone' }),
    eventLines({ event: 'receipt', id: 'i', chat: 'bob', status: 'read' }),
    eventLines({ event: 'contact_request', name: 'bob' }),
    eventLines({ event: 'contact', name: 'bob', state: 'accepted' }),
    eventLines({ event: 'identity_changed', name: 'bob' }),
    eventLines({ event: 'session_reset', name: 'bob' }),
    eventLines({ event: 'gap', name: 'bob', missing: 3 }),
    eventLines({ event: 'undecryptable' }),
    eventLines({ event: 'copied' }),
    eventLines({ event: 'account_deleted' }),
    eventLines({ event: 'reaction', id: 'i', chat: 'bob', from: 'bob', emoji: '👍' }),
    eventLines({ event: 'reaction', id: 'i', chat: 'bob', from: 'bob', emoji: '' }),
    eventLines({ event: 'delete', id: 'i', chat: 'bob', replacement: message }),
    eventLines({ event: 'history_deleted', chat: 'bob' }),
    eventLines({ event: 'transfer', id: 'i', chat: 'bob', direction: 'upload', state: 'complete', done: 1, bytes: 1 }),
    eventLines({
      event: 'transfer',
      id: 'i',
      chat: 'bob',
      direction: 'download',
      state: 'failed',
      done: 1,
      bytes: 2,
      reason: 'damaged',
    }),
    eventLines({ event: 'connection', state: 'offline', reason: 'refused' }),
  ];
  for (const lines of one) assert.match(lines.join('\n'), /^-- [^\n]+$/);
  assert.deepEqual(eventLines({ event: 'own_message', ...message }), messageLines(message));
  assert.deepEqual(eventLines({ event: 'edit', ...message }), messageLines(message));
});
