import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { cliDocument } from '../../src/cli/cli-document.ts';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { VERSION } from '../../src/version.ts';
import { CommandBench } from '../support/command-run.ts';

let bench: CommandBench;
before(() => {
  bench = new CommandBench();
});
after(() => bench.remove());

test('docs/cli.md is what the tables say; run scripts/cli-doc.ts', () => {
  assert.equal(readFileSync('docs/cli.md', 'utf8'), cliDocument());
});

test('the version is the package’s', async () => {
  assert.equal(VERSION, JSON.parse(readFileSync('package.json', 'utf8')).version);
  assert.deepEqual(await bench.run(['--version']), { code: 0, stdout: `${VERSION}\n`, stderr: '' });
});

test('every command has its help with an example', async () => {
  for (const command of COMMANDS) {
    const run = await bench.run([command.name, '--help']);
    assert.deepEqual([run.code, run.stderr], [0, '']);
    assert.ok(run.stdout.startsWith(`Usage: smchat ${command.name}`));
    assert.ok(run.stdout.includes(`Example:\n  ${command.example.replaceAll('\n', '\n  ')}\n`));
    assert.ok(command.example.includes(`smchat ${command.name}`));
    assert.ok(run.stdout.includes('--password-file'));
    for (const { flags } of command.options) assert.ok(run.stdout.includes(flags), flags);
  }
});

test('the help lists every command, and asking for it needs no account', async () => {
  const run = await bench.run(['--help']);
  assert.equal(run.code, 0);
  for (const { name } of COMMANDS) assert.match(run.stdout, new RegExp(`^  ${name}\\b`, 'm'));
});

test('--options prints the commands, alone and beside anything', async () => {
  const alone = await bench.run(['--options']);
  assert.equal(alone.code, 0);
  for (const { name } of COMMANDS) assert.match(alone.stdout, new RegExp(`^  ${name}\\b`, 'm'));
  for (const argv of [
    ['send', '--options'],
    ['whoami', '--options'],
    ['--options', 'listen', '--idle', '1'],
  ]) {
    assert.deepEqual(await bench.run(argv), alone);
  }
});

test('what is not understood exits 2 with a sentence and where to look', async () => {
  for (const argv of [
    ['sned'],
    ['help'],
    ['save'],
    ['save', 'x', '--all', 'bob'],
    ['save', 'x', '--out', ''],
    ['react', 'x'],
    ['react', 'x', 'y', '--remove'],
    ['delete'],
    ['disappear', 'bob'],
    ['disappear', 'bob', '5'],
    ['disappear', 'bob', '0s'],
    ['disappear', 'bob', '1y'],
    ['disappear', 'bob', '-1d'],
    ['delete-history'],
    ['delete-history', 'bob', '--all'],
    ['delete-account'],
    ['send', 'bob', '--image', 'a.png', '--file', 'b'],
    ['send', 'bob', '--file', '-'],
    ['send', 'bob', '--image', ''],
    ['send', 'bob', 'text', '--caption', 'text'],
    ['send', 'bob', 'text', '--file', 'b', '--caption', 'text'],
    ['image-check'],
    ['--plane'],
    ['whoami', '--colour'],
    ['whoami', 'extra'],
    ['send'],
    ['history'],
    ['rpc', 'carrier-pigeon'],
    ['whoami', '--timeout', '0'],
    ['whoami', '--timeout', 'soon'],
    ['whoami', '--timeout', '1e9'],
    ['listen', '--max', '1.5'],
    ['listen', '--idle', '-1'],
    ['whoami', '--relay', 'http://x'],
    ['whoami', '--relay', 'ws://user:pass@x'],
    ['whoami', '--account'],
    ['whoami', '--log', '/nonexistent/log'],
  ]) {
    const run = await bench.run(argv);
    assert.deepEqual([argv, run.code, run.stdout], [argv, 2, '']);
    assert.match(run.stderr, /^smchat: [^\n]+\n {2}[^\n]+\n$/);
  }
});

test('what stands on the command line cannot drive the terminal by way of an error', async () => {
  const run = await bench.run(['\u001b[31m\u202eevil']);
  assert.equal(run.code, 2);
  assert.match(run.stderr, /^[\x20-\x7e\n\u2400-\u2426‹›]*$/u);
});

test('without a command it opens the interface on a terminal with what was asked for', async () => {
  const seen: unknown[] = [];
  const run = await bench.run(['--account', 'alice', '--relay', 'wss://relay.test'], {
    tty: true,
    startInterface: async ({ account, relayUrl, relayUrlGiven }) => {
      seen.push({ account, relayUrl, relayUrlGiven });
      return 143;
    },
  });
  assert.equal(run.code, 143);
  await bench.run([], {
    tty: true,
    startInterface: async ({ account, relayUrl, relayUrlGiven }) => {
      seen.push({ account, relayUrl, relayUrlGiven });
      return 0;
    },
  });
  assert.deepEqual(seen, [
    { account: 'alice', relayUrl: 'wss://relay.test', relayUrlGiven: true },
    { account: undefined, relayUrl: 'ws://127.0.0.1:50007', relayUrlGiven: false },
  ]);
  assert.equal((await bench.run([])).code, 2);
});

test('the log tells what happened, privately, without names, messages or passwords', async () => {
  const account = bench.accounts.add('alice');
  account.failures.set('send', new TypeError('bob said hello'));
  const log = `${bench.home}/log`;
  await bench.as(['send', 'bob', 'hello', '--log', log]);
  const text = readFileSync(log, 'utf8');
  assert.match(text, /"what":"command","name":"send"/);
  assert.match(text, /"error":"TypeError","at":"at /);
  assert.ok(!/alice|bob|hello|secret/.test(text.replaceAll(/at \S*\/[^|"]*/g, '')));
});
