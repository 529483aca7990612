import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import type { Checkup } from '../../src/cli/checkup.ts';
import { terminalAnswers } from '../../src/cli/terminal-answers.ts';
import { amiss, well } from '../../src/finding.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { CommandBench, HEALTHY, jsonLines } from '../support/command-run.ts';
import type { ScriptedAccount } from '../support/scripted-account.ts';
import { TypingTerminal } from '../support/typing-terminal.ts';

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

async function examined(checkup: Checkup = HEALTHY, argv: readonly string[] = []) {
  const run = await bench.as(['doctor', '--json', ...argv], { checkup });
  const found = jsonLines(run.stdout) as { readonly check: string; readonly ok: boolean; readonly detail: string }[];
  return {
    ...run,
    checks: found.map(({ check }) => check),
    bad: found.filter(({ ok }) => !ok).map(({ check, detail }) => `${check}: ${detail}`),
  };
}

test('all is well: every point is told, and it ends with 0', async () => {
  const { code, checks, bad, stderr } = await examined();
  assert.deepEqual([code, bad, stderr], [0, [], '']);
  const account = ['lock', 'vault', 'prekeys', 'login'];
  assert.deepEqual(checks, ['files', 'disk', ...account, 'relay', 'clock', 'pictures', 'terminal']);
  assert.equal(alice.opened, false, 'it is closed again');
  const people = await bench.as(['doctor']);
  assert.match(people.stdout, /^ok {2}files: private\nok {2}disk: large\n/);
});

test('each point that is amiss has its exit code, the first of several counts', async () => {
  const cases: readonly (readonly [code: number, checkup: Partial<Checkup>])[] = [
    [8, { home: async () => [amiss('files', 'open: chmod go= them')] }],
    [8, { home: async () => [amiss('disk', 'full: make room')] }],
    [4, { relay: async () => [amiss('relay', 'away: start it')] }],
    [1, { relay: async () => [well('relay', 'there'), amiss('clock', 'off: set it')] }],
    [1, { pictures: async () => amiss('pictures', 'no sharp: npm ci') }],
    [1, { terminal: () => [amiss('terminal', 'small: enlarge it')] }],
    [8, { home: async () => [amiss('disk', 'full')], relay: async () => [amiss('relay', 'away')] }],
  ];
  for (const [code, changes] of cases) {
    const run = await examined({ ...HEALTHY, ...changes });
    assert.equal(run.code, code, run.bad.join());
    assert.ok(run.bad.length > 0);
    assert.match(run.stderr, /^smchat: not all is well: .*\n {2}what to do stands beside each\n$/);
  }
});

test('a damaged vault, used up keys and a refused login are told with what to do', async () => {
  alice.healthy = { vault: ['page 7'], queued: 2, prekeys: { one_time: 0, kem: 3 } };
  alice.state = 'offline';
  const { code, bad } = await examined();
  assert.equal(code, 8);
  assert.deepEqual(
    bad.map((words) => words.split(':', 1)[0]),
    ['vault', 'prekeys', 'login'],
  );
  assert.match(bad[0] ?? '', /page 7.*restore a backup/);
  assert.match(bad[1] ?? '', /0 one-time and 3 .*stay online/);
  assert.match(bad[2] ?? '', /2 on the way/);
});

test('few keys are no fault, and without the relay none is counted', async () => {
  alice.healthy = { vault: [], queued: 0, prekeys: { one_time: 29, kem: 20 } };
  assert.match((await bench.as(['doctor'])).stdout, /ok {2}prekeys: 29 .*more are made within minutes/);
  alice.healthy = { vault: [], queued: 0 };
  assert.ok(!(await examined()).checks.includes('prekeys'));
});

test('a wrong password, none at all, and an account that does not open leave the rest to be looked at', async () => {
  writeFileSync(bench.passwordFile, 'wrong\n');
  const wrong = await examined();
  assert.equal(wrong.code, 3);
  assert.match(wrong.bad[0] ?? '', /^vault: wrong password/);
  assert.ok(wrong.checks.includes('terminal'));
  const none = await bench.run(['doctor', '--json']);
  assert.equal(none.code, 2);
  assert.match(none.stdout, /"check":"vault","ok":false.*--password-file/);
});

test('whoever has the account open is named: alive, gone, or deaf', async () => {
  const folder = join(bench.home, 'accounts', 'alice');
  mkdirSync(folder, { recursive: true });
  const lockBy = (pid: number) => writeFileSync(join(folder, 'lock'), JSON.stringify({ pid, socket: 'rpc.sock' }));
  lockBy(2 ** 22 + 1);
  assert.match((await bench.as(['doctor'])).stdout, /ok {2}lock: process \d+ was killed/);
  lockBy(process.pid);
  alice.opened = true;
  const deaf = await examined();
  assert.equal(deaf.code, 7);
  assert.match(deaf.bad[0] ?? '', new RegExp(`^lock: .*process ${process.pid} does not answer: end it`));
});

test('without an account the rest is looked at, at the relay that is usual or named', async () => {
  const empty = new CommandBench();
  benches.push(empty);
  const asked: string[] = [];
  const checkup: Checkup = {
    ...HEALTHY,
    relay: async (url) => {
      asked.push(url);
      return [];
    },
  };
  const { code, stdout } = await empty.run(['doctor'], { checkup });
  assert.equal(code, 0);
  assert.match(stdout, /account: there is none here yet; make one with: smchat register NAME/);
  await empty.run(['doctor', '--relay', 'wss://relay.test'], { checkup });
  await bench.as(['doctor'], { checkup });
  assert.deepEqual(asked, ['ws://127.0.0.1:50007', 'wss://relay.test', 'ws://127.0.0.1:50007']);
});

test('a terminal is asked, given back as it was, and one that answers nothing keeps nobody waiting for ever', async () => {
  const terminal = new AnsweringTerminal('\x1b[1;3R\x1b[?6c');
  const run = await bench.as(['doctor'], { tty: true, terminal: () => terminal });
  assert.match(run.stdout, /terminal: said 11 bytes/);
  assert.deepEqual([terminal.raw, terminal.closed, terminal.modes], [false, true, [true, false]]);
  const mute = new TypingTerminal();
  assert.equal(await terminalAnswers(mute, '\x1b[c', /c/), '');
  assert.deepEqual([mute.raw, mute.closed], [false, true]);
});

test('an account that cannot be opened for a reason of its own is told in its words', async () => {
  bench.accounts.unlock = async () => {
    throw new SmchatError('storage-damaged', 'alice/keyfile: it is damaged');
  };
  const { code, bad } = await examined();
  assert.equal(code, 8);
  assert.match(bad[0] ?? '', /^vault: alice\/keyfile: it is damaged: .*backup/);
});

/** A terminal that answers whatever it is asked with the same bytes. */
class AnsweringTerminal extends TypingTerminal {
  readonly #answer: string;
  #listener: (bytes: Buffer) => void = () => {};

  constructor(answer: string) {
    super();
    this.#answer = answer;
  }

  override write(text: string): void {
    this.shown += text;
    setImmediate(() => this.#listener(Buffer.from(this.#answer)));
  }

  override onBytes(listener: (bytes: Buffer) => void): () => void {
    this.#listener = listener;
    return () => {};
  }
}
