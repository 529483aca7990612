import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { CommandBench } from '../support/command-run.ts';

const benches: CommandBench[] = [];
let bench: CommandBench;

beforeEach(() => {
  bench = new CommandBench();
  benches.push(bench);
  bench.accounts.add('alice');
});
after(() => {
  for (const each of benches) each.remove();
});

test('the account is the one named, else the only one, else a usage error that names them', async () => {
  bench.accounts.add('bob');
  const unnamed = await bench.as(['whoami']);
  assert.equal(unnamed.code, 2);
  assert.match(unnamed.stderr, /alice, bob/);
  assert.match((await bench.as(['--account', 'bob', 'whoami'])).stdout, /^bob /);
  assert.match((await bench.as(['whoami', '--account', 'bob'])).stdout, /^bob /);
  assert.match((await bench.as(['whoami'], { env: { SMCHAT_ACCOUNT: 'bob' } })).stdout, /^bob /);
  assert.equal((await bench.as(['whoami', '--account', 'nobody'])).code, 5);
  assert.equal((await bench.as(['whoami', '--account', '../alice'])).code, 9);
});

test('a home without accounts exits 5 and says how to make one', async () => {
  bench.accounts.all.clear();
  const run = await bench.run(['whoami']);
  assert.equal(run.code, 5);
  assert.match(run.stderr, /smchat register NAME/);
});

test('without terminal and password file a command that needs the password exits 2 and says so', async () => {
  const run = await bench.run(['whoami']);
  assert.equal(run.code, 2);
  assert.match(run.stderr, /password is needed[^\n]*\n {2}give --password-file FILE/);
});
