import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { COMMANDS as TABLE } from '../../src/cli/command-table.ts';
import { COMMANDS, GLOBALS, METHODS } from '../cli/contract-tables.ts';
import { bytesOf, twoColours } from '../media/sample-pictures.ts';
import { holdToSchema } from '../support/json-schema.ts';
import { PROGRAMS } from '../support/programs.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';
import { RpcPeer, type RpcReply } from '../support/rpc-peer.ts';

type Line = Readonly<Record<string, unknown>>;
interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout, each held to the schema. */
  readonly lines: readonly Line[];
}

/** Every command, option, variable and method that a test here gave to the built program. */
const tried = new Set<string>();
const BASE_ENV = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SMCHAT_')));

const children = new Set<ChildProcess>();

let root: string;
let relay: RelayProcess;
const home = (name: string): string => join(root, name);
const passwordFile = (name: string): string => join(root, `${name}.password`);

function note(args: readonly string[], env: Readonly<Record<string, string>>): string | undefined {
  const command = args.find((each) => TABLE.some(({ name }) => name === each));
  for (const variable of Object.keys(env)) tried.add(variable);
  for (const each of args) {
    if (each in GLOBALS) tried.add(each);
    if (command !== undefined) tried.add(`${command} ${each}`);
  }
  if (command !== undefined) tried.add(command);
  return command;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = note(args, env);
  const child = spawn(process.execPath, [PROGRAMS.smchat, ...args], {
    cwd: root,
    env: { ...BASE_ENV, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.add(child);
  child.once('close', () => children.delete(child));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('close', (code) => {
      try {
        const isJson = args.includes('--json') && !args.includes('--help');
        const lines = isJson ? jsonLines(stdout, `command-${command}`) : [];
        resolve({ code, stdout, stderr, lines });
      } catch (thrown) {
        reject(thrown);
      }
    });
  });
  return { child, ended };
}

function jsonLines(text: string, schema: string): Line[] {
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  for (const line of lines) holdToSchema(schema, line);
  return lines;
}

function run(args: readonly string[], stdin = '', env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { child, ended } = start(args, env);
  child.stdin.end(stdin);
  return ended;
}

/** A command of one account that must succeed; gives what it printed. */
async function does(name: string, ...args: readonly string[]): Promise<readonly Line[]> {
  const { code, stderr, lines } = await run(['--home', home(name), '--json', ...args]);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return lines;
}

async function one(name: string, ...args: readonly string[]): Promise<Line> {
  const [line, ...more] = await does(name, ...args);
  assert.ok(line !== undefined && more.length === 0, `${args.join(' ')} prints one object`);
  return line;
}

/** A method that must succeed, its result held to the schema. */
async function asks(peer: RpcPeer, method: string, params: object = {}): Promise<unknown> {
  const reply: RpcReply = await peer.call(method, params);
  assert.equal(reply.error, undefined, `${method}: ${JSON.stringify(reply.error)}`);
  holdToSchema(`method-${method}`, reply.result);
  tried.add(`rpc.${method}`);
  return reply.result;
}

async function hears(peer: RpcPeer, fits: (event: Line) => boolean): Promise<Line> {
  for (;;) {
    const event = await peer.event();
    holdToSchema('notification', event);
    if (fits(event)) return event;
  }
}

function startRpc(name: string) {
  const { child, ended } = start(['--home', home(name), 'rpc']);
  return { child, ended, peer: new RpcPeer(child.stdin, child.stdout) };
}

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'smchat-contract-'));
  // A deleted name is free at once: somebody comes back with another key.
  relay = await startRelay({ args: ['--tombstone-days', '0', '--log-level', 'warn'] });
  for (const name of ['alice', 'bob', 'carol']) {
    await mkdir(home(name));
    await writeFile(passwordFile(name), `password of ${name}\n`, { mode: 0o600 });
  }
  await writeFile(join(root, 'beach.png'), await bytesOf(twoColours(64, 48).png()));
  await writeFile(join(root, 'notes.txt'), 'a few notes');
});

after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await relay?.dispose();
  await rm(root, { recursive: true, force: true });
});

test('every command and option that was promised does its work in the built programs', async () => {
  // Alone: no account, no relay.
  assert.match((await run(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  assert.match((await run(['--options'])).stdout, /^ {2}register NAME/m);
  const check = await run(['--json', 'image-check', 'beach.png']);
  assert.deepEqual([check.code, check.lines[0]?.width, check.lines[0]?.mime], [0, 64, 'image/png']);
  assert.equal((await run(['image-check', 'notes.txt'])).code, 9);
  // What it shows on a terminal has a test of its own.
  assert.equal((await run(['demo'])).code, 2);
  const answers = await run(['--json', 'kat'], '{"id":1,"alg":"hmac-sha256","key":"0b0b","msg":"4869"}\n{"id":2}\n');
  assert.deepEqual([answers.lines[0]?.id, typeof answers.lines[1]?.error], [1, 'string']);

  const byVariables = { SMCHAT_HOME: home('alice'), SMCHAT_ACCOUNT: 'alice', SMCHAT_RELAY: relay.url };
  const registered = await run(
    ['register', 'alice', '--json', '--password-file', passwordFile('alice')],
    '',
    byVariables,
  );
  assert.deepEqual([registered.code, registered.lines[0]?.relay], [0, relay.url], registered.stderr);
  const log = join(root, 'log');
  const common = ['--password-file', passwordFile('bob'), '--relay', relay.url, '--timeout', '20', '--log', log];
  assert.equal((await does('bob', ...common, 'register', 'bob'))[0]?.account, 'bob');
  assert.match(readFileSync(log, 'utf8'), /"name":"register"/);
  assert.deepEqual(await does('bob', 'accounts'), [{ account: 'bob', relay: relay.url }]);

  // From here each account is open in one process, and the commands speak to it.
  const alice = startRpc('alice');
  await asks(alice.peer, 'unlock', { account: 'alice', passwordFile: passwordFile('alice'), subscribe: true });
  const bob = startRpc('bob');
  await asks(bob.peer, 'unlock', { account: 'bob', password: 'password of bob' });
  await asks(bob.peer, 'subscribe', { account: 'bob' });
  const asAlice = (...args: readonly string[]) => one('alice', '--account', 'alice', ...args);
  const asBob = (...args: readonly string[]) => one('bob', ...args);

  assert.equal((await asAlice('whoami')).account, 'alice');
  assert.match(String((await asAlice('link')).link), /^smchat:alice\?/);
  assert.equal((await asAlice('contact', 'add', 'bob')).state, 'requested');
  await hears(bob.peer, (event) => event.event === 'contact_request');
  assert.equal((await asBob('contact', 'accept', 'alice')).state, 'accepted');

  const uuid = '6f1dd2d4-7a57-4a55-9d76-0d1a5c3c0d11';
  const first = await asAlice('send', 'bob', 'see you at nine', '--client-id', uuid, '--wait', 'delivered');
  assert.equal(first.status, 'delivered');
  assert.equal((await asAlice('send', 'bob', 'see you at nine', '--client-id', uuid)).id, first.id);
  const piped = await run(['--home', home('bob'), '--json', 'send', 'alice', '-'], 'from a pipe\n');
  assert.equal(piped.code, 0, piped.stderr);
  const answer = await asBob('send', 'alice', 'nine it is', '--reply-to', String(first.id));
  await hears(alice.peer, (event) => event.event === 'message' && event.id === answer.id);
  const picture = await asAlice('send', 'bob', '--image', join(root, 'beach.png'), '--caption', 'the beach');
  const file = await asAlice('send', 'bob', '--file', join(root, 'notes.txt'));
  for (const { id } of [picture, file]) await hears(bob.peer, (event) => event.event === 'message' && event.id === id);

  assert.deepEqual(
    (await does('bob', 'history', 'alice', '--limit', '2')).map(({ id }) => id),
    [picture.id, file.id],
  );
  const older = await does('bob', 'history', 'alice', '--before', String(picture.id));
  assert.equal(older.at(-1)?.reply_to, first.id);
  assert.equal((await does('bob', 'search', 'nine', '--with', 'alice', '--limit', '1')).length, 1);
  assert.equal((await asBob('contacts')).name, 'alice');

  const saved = await asBob('save', String(file.id), '--out', join(root, 'saved'));
  assert.equal(readFileSync(String(saved.path), 'utf8'), 'a few notes');
  assert.equal((await does('bob', 'save', '--all', 'alice', '--out', join(root, 'all'))).length, 2);

  assert.equal((await asBob('react', String(first.id), '👍')).id, first.id);
  await hears(alice.peer, (event) => event.event === 'reaction');
  assert.equal((await asAlice('edit', String(first.id), 'see you at ten')).id, first.id);
  await hears(bob.peer, (event) => event.event === 'edit' && event.text === 'see you at ten');
  assert.equal((await asAlice('delete', String(first.id), '--for-all')).id, first.id);
  await hears(bob.peer, (event) => event.event === 'delete' && event.id === first.id);
  await asAlice('delete', String(answer.id));
  await asAlice('disappear', 'bob', '1d');
  await asAlice('disappear', 'bob', 'off');

  const { safety_number: number } = await asAlice('verify', 'bob');
  assert.equal((await asBob('verify', 'alice', '--confirm', String(number))).verified, true);
  assert.equal((await run(['--home', home('bob'), 'verify', 'alice', '--confirm', '1'.repeat(60)])).code, 6);
  assert.equal((await asBob('contact', 'block', 'alice')).state, 'blocked');
  assert.equal((await asBob('contact', 'unblock', 'alice')).state, 'accepted');

  const listening = run(['--home', home('bob'), '--json', 'listen', '--max', '1']);
  const quiet = run(['--home', home('alice'), '--json', 'listen', '--idle', '0.5']);
  await asAlice('send', 'bob', 'are you listening?');
  assert.equal((await listening).lines.at(-1)?.text, 'are you listening?');
  assert.equal((await quiet).code, 0);
  assert.ok((await does('alice', 'delete-history', 'bob')).length === 1);
  await does('alice', 'delete-history', '--all');

  await rpcMethods(alice.peer, bob.peer, String(file.id), String(picture.id));

  // Alice is backed up while she is open here, and restored elsewhere under another password.
  const [backup, passphrase] = [join(root, 'alice.backup'), join(root, 'passphrase')];
  await writeFile(passphrase, 'four words of backup\n', { mode: 0o600 });
  const sealed = ['--passphrase-file', passphrase, '--password-file', passwordFile('alice')];
  const exported = await asAlice('export', '--out', backup, ...sealed);
  assert.equal(exported.path, backup);
  assert.equal(
    (await asAlice('export', '--verify', backup, '--passphrase-file', passphrase)).messages,
    exported.messages,
  );
  const again = await run(['--home', home('alice'), 'export', '--out', backup, ...sealed]);
  assert.deepEqual(
    [again.code, (await stat(backup)).mode & 0o777],
    [8, 0o600],
    'never over a file, for its owner alone',
  );
  const chosen = ['--password-file', passwordFile('bob')];
  const imported = await one('restored', 'import', backup, '--passphrase-file', passphrase, ...chosen);
  assert.equal(imported.messages, exported.messages);
  const wrong = await run(['--home', home('other'), 'import', backup, '--passphrase-file', chosen[1] ?? '', ...chosen]);
  assert.equal(wrong.code, 3, wrong.stderr);

  // Bob leaves, and somebody comes back under his name.
  const changed = join(root, 'bob.two');
  await writeFile(changed, 'password of bob\nanother password\n', { mode: 0o600 });
  assert.deepEqual(await asBob('change-password', '--password-file', changed), { ok: true });
  await writeFile(passwordFile('bob'), 'another password\n', { mode: 0o600 });
  const leaving = await asBob('delete-account', '--yes', '--password-file', passwordFile('bob'));
  assert.equal(leaving.deleted, 'bob');
  await hears(bob.peer, (event) => event.event === 'account_deleted');
  bob.child.stdin.end();
  assert.equal((await bob.ended).code, 0);
  await does('bob', ...common, 'register', 'bob');
  await does('bob', ...common, 'send', 'alice', 'it is me again');
  await hears(alice.peer, (event) => event.event === 'identity_changed');
  const now = await asAlice('verify', 'bob');
  assert.equal(now.changed, true);
  assert.deepEqual(await asAlice('trust', 'bob', '--safety-number', String(now.safety_number)), {
    name: 'bob',
    verified: true,
  });
  assert.equal((await asAlice('contact', 'remove', 'bob')).state, 'removed');

  const health = await run(['--home', home('alice'), '--json', 'doctor']);
  assert.deepEqual(
    health.lines.filter(({ ok }) => ok !== true),
    [],
  );
  assert.equal(health.code, 0);
  await asks(alice.peer, 'shutdown');
  assert.equal((await alice.ended).code, 0);

  const plain = await run(
    ['--home', home('alice'), '--password-file', passwordFile('alice'), '--plain'],
    '/options\n/quit\n',
  );
  assert.equal(plain.code, 0, plain.stderr);
});

/** What the methods add to what the commands have shown; `bob` has the chat with its file and picture. */
async function rpcMethods(alice: RpcPeer, bob: RpcPeer, file: string, picture: string): Promise<void> {
  const account = 'bob';
  for (const method of ['whoami', 'accounts', 'contacts', 'ownLink', 'health', 'connection']) {
    await asks(bob, method, { account });
  }
  await asks(bob, 'verify', { account, name: 'alice' });
  await asks(bob, 'history', { account, name: 'alice', limit: 10 });
  await asks(bob, 'search', { account, words: 'beach' });
  await asks(bob, 'markRead', { account, name: 'alice' });
  await asks(bob, 'contact', { account, action: 'accept', name: 'alice' });
  await asks(bob, 'addAddress', { account, address: 'alice' });
  await asks(bob, 'save', { account, id: file, out: join(root, 'rpc') });
  await asks(bob, 'save', { account, all: true, name: 'alice', out: join(root, 'rpc') });
  await asks(bob, 'saveAll', { account, name: 'alice', out: join(root, 'rpc') });
  await asks(bob, 'thumbnail', { account, id: picture });
  await asks(bob, 'picture', { account, id: picture });
  await asks(bob, 'react', { account, id: file, emoji: '🎉' });

  const socket = createConnection(join(home('alice'), 'accounts', 'alice', 'rpc.sock'));
  const beside = RpcPeer.on(socket);
  const sent = await asks(beside, 'send', { name: 'bob', text: 'over the socket', wait: 'delivered' });
  assert.ok(typeof sent === 'object' && sent !== null && 'id' in sent);
  await asks(beside, 'edit', { id: sent.id, text: 'over the socket, again' });
  await asks(beside, 'delete', { id: sent.id });
  await asks(beside, 'disappear', { name: 'bob', seconds: 0 });
  await asks(beside, 'deleteHistory', { name: 'bob' });
  socket.destroy();
  await asks(alice, 'unsubscribe', { account: 'alice' });
  await asks(alice, 'subscribe', { account: 'alice' });

  const carol = { account: 'carol', password: 'password of carol' };
  await asks(alice, 'register', { ...carol, relay: relay.url });
  await asks(alice, 'changePassword', { ...carol, newPassword: 'a later password' });
  await asks(alice, 'lock', { account: 'carol' });
  await asks(alice, 'unlock', { account: 'carol', password: 'a later password' });
  await asks(alice, 'deleteAccount', { account: 'carol', password: 'a later password' });
  // Exercised as a command above, where the identity really changed.
  const refused = await alice.call('trust', { account: 'alice', name: 'nobody', safetyNumber: '1'.repeat(60) });
  assert.equal(refused.error?.code, 5);
  tried.add('rpc.trust');
}

test('each global option and variable, each command with its words and options, and each method was tried above', () => {
  for (const [option, variable] of Object.entries(GLOBALS)) {
    if (option === '--help') continue;
    assert.ok(tried.has(option) || (variable !== null && tried.has(variable)), option);
    if (variable !== null) assert.ok(tried.has(variable), variable);
  }
  const missing = COMMANDS.flatMap(({ command, words = [], options = [] }) => [
    command,
    ...[...words, ...options].map((each) => `${command} ${each}`),
  ]).filter((each) => !tried.has(each));
  assert.deepEqual(missing, []);
  assert.deepEqual(
    Object.keys(METHODS).filter((each) => !tried.has(`rpc.${each}`)),
    [],
  );
});

test('every promised command has its --help with an example', async () => {
  const runs = await Promise.all(COMMANDS.map(({ command }) => run([command, '--help'])));
  for (const { code, stdout } of runs) {
    assert.equal(code, 0);
    assert.match(stdout, /\nExample:\n {2}/);
  }
});
