import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { SmchatError } from '../../src/smchat-error.ts';
import { CommandBench, jsonLines } from '../support/command-run.ts';
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

/** A file in the bench's folder, as a path relative to where the command stands. */
function file(name: string, content: string | Uint8Array = 'x'): string {
  writeFileSync(join(bench.home, name), content);
  return relative(process.cwd(), join(bench.home, name));
}

const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

test('send gives a picture or a file by its absolute path, with the text as its caption', async () => {
  const path = file('beach.jpg');
  const whole = join(bench.home, 'beach.jpg');
  const run = await bench.as(['send', 'bob', '--image', path, '--json']);
  const [message] = alice.messages;
  assert.deepEqual(jsonLines(run.stdout), [
    {
      id: message?.id,
      client_id: message?.client_id,
      to: 'bob',
      status: 'sent',
      sent_at: '2026-11-23T20:34:00.000Z',
    },
  ]);
  await bench.as(['send', 'bob', 'look', '--file', path]);
  await bench.as(['send', 'bob', '--file', path, '--caption', 'look here', '--wait', 'queued']);
  await bench.as(['send', 'bob', '-', '--image', path], { stdin: 'from stdin\n' });
  await bench.as(['send', 'bob', '--image', path], { stdin: 'not read' });
  assert.deepEqual(
    alice.sent.map(({ text, attachment, wait }) => ({ text, attachment, wait })),
    [
      { text: '', attachment: { kind: 'image', path: whole }, wait: 'sent' },
      { text: 'look', attachment: { kind: 'file', path: whole }, wait: 'sent' },
      { text: 'look here', attachment: { kind: 'file', path: whole }, wait: 'queued' },
      { text: 'from stdin', attachment: { kind: 'image', path: whole }, wait: 'sent' },
      { text: '', attachment: { kind: 'image', path: whole }, wait: 'sent' },
    ],
  );
});

test('what cannot be a file is refused with 9 and its own sentence, before a password is wanted', async () => {
  mkdirSync(join(bench.home, 'folder'));
  execFileSync('mkfifo', [join(bench.home, 'pipe')]);
  for (const [name, sentence] of [
    ['nothing', /nothing: there is no such file/],
    ['folder', /folder: it is a folder/],
    ['pipe', /pipe: it is a device or a pipe/],
    ['bad\u001b[31mname', /bad␛\[31mname: there is no such file/],
  ] as const) {
    const run = await bench.run(['send', 'bob', '--file', join(bench.home, name)]);
    assert.equal(run.code, 9);
    assert.match(run.stderr, sentence);
  }
  assert.equal((await bench.as(['send', 'bob', '--file', file('x'), '--caption', 'x'.repeat(16_385)])).code, 9);
  alice.failures.set('send', new SmchatError('content-refused', 'this is not a picture that smchat knows'));
  assert.equal((await bench.as(['send', 'bob', '--image', file('x')])).code, 9);
  assert.deepEqual(alice.sent, []);
});

test('a send repeated with its client id does not need the file any more', async () => {
  const id = '7d4f9f2e-0b51-4c61-9a0e-2f6f0c1d8f11';
  const first = await bench.as(['send', 'bob', '--file', file('x'), '--client-id', id, '--json']);
  const again = await bench.as(['send', 'bob', '--file', join(bench.home, 'gone'), '--client-id', id, '--json']);
  assert.deepEqual([again.code, again.stdout], [0, first.stdout]);
});

test('a file on its way is not given up while it gets on; standing still it is, with 4', async (context) => {
  const time = passingTime(context);
  const path = file('x');
  alice.hanging.add('send');
  const transfer = (done: number, state: 'running' | 'waiting' = 'running'): void =>
    alice.emit({ event: 'transfer', id: 'a', chat: 'bob', direction: 'upload', state, done, bytes: 100 });
  const argv = ['send', 'bob', '--file', path, '--timeout', '3', '--password-file', bench.passwordFile];
  const running = bench.start(argv);
  await alice.called('send');
  for (let done = 0; done < 8; done++) {
    transfer(done);
    await time.pass(2_000);
  }
  assert.equal(alice.opened, true);
  transfer(8, 'waiting');
  await time.pass(3_000);
  assert.equal((await running.done).code, 4);
  assert.equal(alice.opened, false);
});

test('save prints where the file is, below the folder it was given', async () => {
  const { id } = alice.arrive('bob', '', { kind: 'file', attachment: attachmentOf('/x/notes.txt') });
  const run = await bench.as(['save', id, '--out', relative(process.cwd(), bench.home), '--json']);
  const path = join(bench.home, 'alice/bob/notes.txt');
  assert.deepEqual([run.code, jsonLines(run.stdout)], [0, [{ id, path }]]);
  assert.equal((await bench.as(['save', id])).stdout, '/pictures/alice/bob/notes.txt\n');
  assert.deepEqual(alice.saved, [
    { id, out: bench.home },
    { id, out: undefined },
  ]);
  assert.equal((await bench.as(['save', 'f'.repeat(32)])).code, 5);
});

test('save of a file that is gone exits 5, of a damaged one 9, on a full disk 8', async () => {
  const { id } = alice.arrive('bob', '', { kind: 'file', attachment: attachmentOf('x') });
  for (const [failure, code] of [
    ['attachment-missing', 5],
    ['attachment-damaged', 9],
    ['storage-full', 8],
    ['storage-not-writable', 8],
    ['relay-unreachable', 4],
  ] as const) {
    alice.failures.set('save', new SmchatError(failure));
    assert.deepEqual([failure, (await bench.as(['save', id])).code], [failure, code]);
  }
});

test('save --all prints a line each, and exits 5 where some are missing once the others are saved', async () => {
  const files = ['a.png', 'b\u202egnp.exe', 'c.pdf'].map((name) =>
    alice.arrive('bob', '', { kind: 'file', attachment: attachmentOf(name) }),
  );
  alice.arrive('bob', 'no file');
  const all = await bench.as(['save', '--all', 'bob', '--json', '--out', '/out']);
  assert.deepEqual(
    [all.code, jsonLines(all.stdout)],
    [0, files.map(({ id, attachment }) => ({ id, path: `/out/alice/bob/${attachment?.name}` }))],
  );
  assert.ok(!all.stdout.includes('\u202e'));
  alice.lost.add(files[0]?.id ?? '');
  const some = await bench.as(['save', '--all', 'bob']);
  assert.equal(some.code, 5);
  assert.equal(some.stdout, '/pictures/alice/bob/b‹U+202E›gnp.exe\n/pictures/alice/bob/c.pdf\n');
  assert.equal(some.stderr, `smchat: 1 file is not to be had any more: ${files[0]?.id}\n  the others were saved\n`);
  alice.contactList.set('carol', { state: 'accepted', verified: false, changed: false });
  const none = await bench.as(['save', '--all', 'carol']);
  assert.deepEqual(none, { code: 0, stdout: '', stderr: 'there are no files in this chat\n' });
  assert.equal((await bench.as(['save', '--all', 'nobody'])).code, 5);
});

test('image-check tells a picture from what is none, without an account', async () => {
  bench.accounts.all.clear();
  const good = await bench.run(['image-check', file('dot.gif', GIF), '--json']);
  assert.deepEqual(
    [good.code, jsonLines(good.stdout)],
    [0, [{ ok: true, mime: 'image/gif', width: 1, height: 1, bytes: GIF.length }]],
  );
  const human = await bench.run(['image-check', join(bench.home, 'dot.gif')]);
  assert.equal(human.stdout, `image/gif  1 × 1  ${GIF.length} bytes\n`);
  for (const content of ['', 'text', GIF.subarray(0, 20)]) {
    const run = await bench.run(['image-check', file('bad.gif', content), '--json']);
    assert.deepEqual([run.code, run.stdout], [9, '']);
    assert.match(run.stderr, /^smchat: [^\n]+\n {2}[^\n]+\n$/);
  }
  assert.equal((await bench.run(['image-check', join(bench.home, 'nothing')])).code, 9);
  assert.equal((await bench.run(['image-check', bench.home])).code, 9);
});

test('image-check reads no more of a huge file than shows that it is too large', async () => {
  const path = file('huge.gif', GIF);
  truncateSync(join(bench.home, 'huge.gif'), 10 * 1024 ** 3);
  const seen: number[] = [];
  const imageCheck = {
    maxBytes: 1000,
    check(bytes: Uint8Array): never {
      seen.push(bytes.length);
      throw new SmchatError('content-refused', 'too large');
    },
  };
  assert.equal((await bench.run(['image-check', path], { imageCheck })).code, 9);
  assert.deepEqual(seen, [1001]);
});

test('a person at a terminal sees how far a file is, in one line that goes again; a script sees nothing', async () => {
  const name = 'be\u001b[2Jach.jpg';
  const { id } = alice.arrive('bob', '', { kind: 'image', attachment: attachmentOf(name) });
  const show = async (...extra: string[]): Promise<string> => {
    let open: () => void = () => {};
    alice.gates.set('save', new Promise((resolve) => (open = resolve)));
    const named = alice.called('history');
    const running = bench.start(['save', id, '--password-file', bench.passwordFile, ...extra], {
      tty: !extra.includes('--no-terminal'),
    });
    await alice.called('save');
    const transfer = { event: 'transfer', id, chat: 'bob', direction: 'download', bytes: 2_800_000 } as const;
    alice.emit({ ...transfer, state: 'running', done: 0 });
    if (extra.length === 0) await named;
    await new Promise((resolve) => setImmediate(resolve));
    alice.emit({ ...transfer, state: 'running', done: 1_400_000 });
    alice.emit({ ...transfer, id: 'other', direction: 'upload', state: 'running', done: 7 });
    alice.emit({ ...transfer, state: 'waiting', done: 1_400_000, reason: 'the relay is away' });
    alice.emit({ ...transfer, state: 'complete', done: 2_800_000 });
    open();
    const run = await running.done;
    assert.equal(run.code, 0);
    assert.match(run.stdout, /alice\/bob\//);
    return run.stderr;
  };
  const gone = '\r\u001b[K';
  assert.equal(
    await show(),
    `↓ be␛[2Jach.jpg  0 % of 2.8 MB${gone}↓ be␛[2Jach.jpg  50 % of 2.8 MB${gone}` +
      `↓ be␛[2Jach.jpg  waiting: the relay is away${gone}`,
  );
  assert.equal(await show('--json'), '');
});

test('a progress line never wraps, whatever the name and the width', async () => {
  const { id } = alice.arrive('bob', '', { kind: 'file', attachment: attachmentOf('漢'.repeat(80)) });
  let open: () => void = () => {};
  alice.gates.set('save', new Promise((resolve) => (open = resolve)));
  const running = bench.start(['save', id, '--password-file', bench.passwordFile], { tty: true, columns: 21 });
  await alice.called('save');
  const named = alice.called('history');
  alice.emit({ event: 'transfer', id, chat: 'bob', direction: 'download', state: 'running', done: 0, bytes: 1 });
  await named;
  await new Promise((resolve) => setImmediate(resolve));
  open();
  assert.equal((await running.done).stderr, `↓ ${'漢'.repeat(8)}\r\u001b[K`);
});
