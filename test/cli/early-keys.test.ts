import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { after, test } from 'node:test';
import { runProgram } from '../../src/cli/program.ts';
import { CommandBench, HEALTHY } from '../support/command-run.ts';

const bench = new CommandBench();
after(() => bench.remove());

/** The order in which the terminal is taken, accounts are opened and the interface starts. */
async function orderOf(argv: readonly string[], term: string): Promise<readonly string[]> {
  const order: string[] = [];
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true });
  await runProgram({
    argv,
    env: { SMCHAT_HOME: bench.home, TERM: term },
    stdin: Object.assign(terminal(), { setRawMode: (raw: boolean) => void order.push(`raw ${raw}`) }),
    stdout: terminal(),
    stderr: terminal(),
    signals: new EventEmitter(),
    now: () => 0,
    findTerminal: () => null,
    defaultHome: async () => bench.home,
    openAccounts: async () => {
      order.push('accounts');
      return bench.accounts;
    },
    openKnownAnswers: () => assert.fail('not asked for'),
    openImageCheck: () => assert.fail('not asked for'),
    openCheckup: async () => HEALTHY,
    startInterface: async () => {
      order.push('interface');
      return 0;
    },
    startPlain: async () => void order.push('plain'),
    startDemo: () => assert.fail('not asked for'),
  });
  return order;
}

test('the terminal is raw before anything is loaded for the interface, so that no key typed ahead is edited', async () => {
  assert.deepEqual(await orderOf([], 'xterm'), ['raw true', 'accounts', 'interface']);
});

test('the interface as lines leaves the terminal to edit lines', async () => {
  assert.deepEqual(await orderOf(['--plain'], 'xterm'), ['accounts', 'plain']);
  assert.deepEqual(await orderOf([], 'dumb'), ['accounts', 'plain']);
});
