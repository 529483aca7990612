import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { after, test } from 'node:test';
import type { PlainInterfaceOptions } from '../../src/cli/environment.ts';
import { StdinText } from '../../src/cli/stdin-text.ts';
import { pipedLines, terminalLines } from '../../src/cli/typed-lines.ts';
import { CommandBench } from '../support/command-run.ts';
import { TypingTerminal } from '../support/typing-terminal.ts';

const bench = new CommandBench();
after(() => bench.remove());

const never = new AbortController().signal;

/** Reads every line that comes, as the interface would. */
function reading(lines: (string | null)[]): (options: PlainInterfaceOptions) => Promise<void> {
  return async (options) => {
    for (;;) {
      const line = await options.lines.next();
      lines.push(line);
      if (line === null) return;
    }
  };
}

test('--plain reads lines from a pipe, the last one without its end too', async () => {
  const lines: (string | null)[] = [];
  const run = await bench.run(['--plain'], { stdin: 'one\r\n\ntwo ✓', startPlain: reading(lines) });
  assert.equal(run.code, 0);
  assert.deepEqual(lines, ['one', '', 'two ✓', null]);
});

test('with --password-file - the first line is the password and no line of the interface', async () => {
  const lines: (string | null)[] = [];
  const passwords: string[] = [];
  await bench.run(['--plain', '--password-file', '-'], {
    stdin: 'secret\nhello\n',
    startPlain: async (options) => {
      passwords.push(new TextDecoder().decode((await options.hidden.existing('alice')).bytes));
      assert.equal(options.hidden.asksAgain, false);
      await reading(lines)(options);
    },
  });
  assert.deepEqual(passwords, ['secret']);
  assert.deepEqual(lines, ['hello', null]);
});

test('a dumb terminal gets lines and is told why; a full one the full screen', async () => {
  let started = '';
  const starts = {
    tty: true,
    startPlain: async () => {
      started = 'plain';
    },
    startInterface: async () => {
      started = 'full';
      return 0;
    },
  };
  const dumb = await bench.run([], { ...starts, env: { TERM: 'dumb' } });
  assert.equal(started, 'plain');
  assert.match(dumb.stderr, /TERM is dumb, so the interface comes as lines; --plain gives them anywhere/);
  const full = await bench.run([], { ...starts, env: { TERM: 'xterm' } });
  assert.equal(started, 'full');
  assert.equal(full.stderr, '');
});

test('without a terminal and without --plain there is no interface, and the hint names both ways', async () => {
  const run = await bench.run([]);
  assert.equal(run.code, 2);
  assert.match(run.stderr, /give a command, or --plain for lines/);
});

test('a signal ends the lines and is the exit code', async () => {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    const lines: (string | null)[] = [];
    const running = bench.start(['--plain'], { startPlain: reading(lines) });
    await new Promise((resolve) => setImmediate(resolve));
    running.signals.emit(signal);
    assert.equal((await running.done).code, code);
    assert.deepEqual(lines, [null]);
  }
});

test('what was typed before a hidden question is neither its answer nor a line to be sent', async () => {
  const lines: (string | null)[] = [];
  const terminal = new TypingTerminal('typed when asked\r');
  const running = bench.start(['--plain'], {
    tty: true,
    terminal: () => terminal,
    startPlain: async (options) => {
      lines.push(await options.lines.next());
      const password = await options.hidden.again('alice');
      assert.equal(new TextDecoder().decode(password.bytes), 'typed when asked');
      await reading(lines)(options);
    },
  });
  running.stdin.write('/change-password\nhunter2\nhunter3\n');
  running.stdin.end();
  const { stdout } = await running.done;
  assert.deepEqual(lines, ['/change-password', null]);
  assert.match(stdout, /typed before the password was asked for, and thrown away: 2 lines/);
  assert.ok(!stdout.includes('hunter'));
});

test('a terminal is read only while a line is waited for', async () => {
  const input = new PassThrough();
  const lines = terminalLines(input, never);
  const first = lines.next();
  input.write('ha');
  input.write('lf\n');
  assert.equal(await first, 'half');
  assert.ok(input.isPaused());
  assert.equal(input.listenerCount('data'), 0);
  const stop = new AbortController();
  const stopped = pipedLines(new StdinText(new PassThrough()), stop.signal).next();
  stop.abort();
  assert.equal(await stopped, null);
});
