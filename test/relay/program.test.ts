import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { VERSION } from '../../src/version.ts';
import { random, registerAccount, registration } from '../support/relay-account.ts';
import { RELAY_SOURCE, startRelay } from '../support/relay-process.ts';
import { TYPESCRIPT } from '../support/typescript.ts';
import { connectRaw } from './raw-client.ts';

const port = createRelayPort();

/** Runs the program to its end. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  return new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [...TYPESCRIPT, 'src/smchat-relay.ts', ...args],
      { env, timeout: 20_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

async function inFolder(scenario: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'smchat-relay-program-'));
  try {
    await scenario(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('SIGTERM drains: clients are told, the connection ends with 1012, the program with 0', async () => {
  const relay = await startRelay({ program: RELAY_SOURCE });
  try {
    const alice = await registerAccount(port, relay.url, 'alice');
    const a = await alice.login();
    const last = a.connection.send(alice.credentials.accountId, random(16), 60, random(100));
    assert.ok((await last).ok);
    assert.equal(await relay.stop(), 0);
    assert.equal(await a.closed, 'draining');
    await relay.restart();
    const again = await alice.login();
    assert.equal(again.connection.copied, false);
    again.connection.subscribe(0n);
    assert.equal((await again.delivered(1)).length, 1);
  } finally {
    await relay.dispose();
  }
});

test('a second SIGTERM ends at once, whoever still has to answer the closing frame', async () => {
  const relay = await startRelay({ program: RELAY_SOURCE });
  try {
    const deaf = await connectRaw(relay.url);
    deaf.socket.pause();
    const ended = relay.stop();
    while (!relay.stderr().includes('draining')) await new Promise((resolve) => setImmediate(resolve));
    process.kill(relay.pid, 'SIGTERM');
    assert.equal(await ended, 0);
    assert.equal(deaf.socket.readyState, deaf.socket.OPEN, 'the deaf client had not answered');
    deaf.socket.terminate();
  } finally {
    await relay.dispose();
  }
});

test('a client that never answers the closing frame does not keep a relay from ending', async () => {
  const relay = await startRelay({ program: RELAY_SOURCE });
  try {
    const deaf = await connectRaw(relay.url);
    deaf.socket.pause();
    // That it takes 5 s at most is shown with a clock of its own (ending.test.ts); null would be the test's SIGKILL.
    assert.equal(await relay.stop(), 0);
    assert.equal(deaf.socket.readyState, deaf.socket.OPEN);
    deaf.socket.terminate();
  } finally {
    await relay.dispose();
  }
});

test('its folder is private, whatever the umask, and its log names nobody', async () => {
  const before = process.umask(0o000);
  const relay = await startRelay({ program: RELAY_SOURCE }).finally(() => process.umask(before));
  try {
    const alice = await registerAccount(port, relay.url, 'alice_the_first');
    (await alice.login()).connection.close();
    assert.equal((await stat(relay.dataDir)).mode & 0o777, 0o700);
    const files = await readdir(relay.dataDir);
    assert.deepEqual(files.sort(), ['blobs', 'relay.db', 'relay.db-wal', 'relay.key', 'tombstone.key']);
    for (const file of files) {
      assert.equal((await stat(join(relay.dataDir, file))).mode & 0o777, file === 'blobs' ? 0o700 : 0o600, file);
    }
    assert.match(relay.stderr(), /"listening"/);
    assert.doesNotMatch(relay.stderr(), /alice|127\.0\.0\.1/);
  } finally {
    await relay.dispose();
  }
});

test('its key stays the same from start to start', async () => {
  const relay = await startRelay({ program: RELAY_SOURCE });
  try {
    const alice = await registerAccount(port, relay.url, 'alice');
    await relay.kill9();
    await relay.restart();
    (await alice.login()).connection.close();
  } finally {
    await relay.dispose();
  }
});

test('without a connection it ends by itself when told to', () =>
  inFolder(async (folder) => {
    const ended = await run(['--port', '0', '--data', folder, '--exit-when-idle', '0.002']);
    assert.equal(ended.code, 0);
    assert.match(ended.stdout, /^smchat-relay listens on ws:\/\/127\.0\.0\.1:\d+ /);
  }));

test('the default folder is under XDG_DATA_HOME', () =>
  inFolder(async (folder) => {
    const env = { ...process.env, XDG_DATA_HOME: folder };
    const ended = await run(['--port', '0', '--json', '--exit-when-idle', '0.002'], env);
    const first: unknown = JSON.parse(ended.stdout.split('\n')[0] ?? '');
    assert.ok(typeof first === 'object' && first !== null && 'port' in first);
    assert.deepEqual(first, {
      event: 'listening',
      host: '127.0.0.1',
      port: first.port,
      store: `sqlite:${join(folder, 'smchat-relay')}`,
    });
  }));

test('what it cannot do is said with an exit code of its own', () =>
  inFolder(async (folder) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const takenPort = typeof address === 'object' && address !== null ? String(address.port) : '';
    const data = (name: string) => ['--port', '0', '--data', join(folder, name)];
    const notAFolder = join(folder, 'file');
    await writeFile(notAFolder, '');
    const cases: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
      [['--port', takenPort, '--data', join(folder, 'a')], 7, /port \d+ on 127\.0\.0\.1 is already in use/],
      [['--port', '65536'], 2, /whole number from 0 to 65535/],
      [['--host', '0.0.0.0', ...data('b')], 2, /it needs TLS \(--tls-cert, --tls-key\) or a proxy/],
      [['--tls-cert', 'x.pem', ...data('c')], 2, /go together/],
      [['--tls-cert', notAFolder, '--tls-key', notAFolder, ...data('d')], 2, /holds no PEM certificate/],
      [['--behind-proxy', 'nonsense', ...data('b')], 2, /--behind-proxy takes/],
      [['--store', 'mysql://x'], 2, /--store takes sqlite:DIR/],
      [
        ['--store', 'postgres://u:hush@127.0.0.1:1/x', '--data', join(folder, 'c')],
        8,
        /^(?!.*hush).*database cannot be reached/,
      ],
      [['--store', `sqlite:${folder}`, '--data', folder], 2, /not both/],
      [['--metrics-port', takenPort, ...data('e')], 7, /already in use/],
      [['surplus'], 2, /too many arguments/],
      [['--port', '0', '--data', notAFolder], 8, /cannot be written/],
    ];
    const outcomes = await Promise.all(cases.map(([args]) => run(args)));
    for (const [index, [args, code, says]] of cases.entries()) {
      assert.equal(outcomes[index]?.code, code, `${args.join(' ')}: ${outcomes[index]?.stderr}`);
      assert.match(outcomes[index]?.stderr ?? '', says);
      assert.equal(outcomes[index]?.stdout, '');
    }
    taken.close();
  }));

test('a folder that is in use, damaged or bereft of its key is refused', async () => {
  const relay = await startRelay({ program: RELAY_SOURCE });
  try {
    const args = ['--port', '0', '--data', relay.dataDir];
    const inUse = await run(args);
    assert.equal(inUse.code, 7);
    assert.match(inUse.stderr, /in use by another relay/);
    await relay.stop();
    const key = await readFile(join(relay.dataDir, 'relay.key'));
    await unlink(join(relay.dataDir, 'relay.key'));
    const keyless = await run(args);
    assert.equal(keyless.code, 8);
    assert.match(keyless.stderr, /relay\.key is missing/);
    await writeFile(join(relay.dataDir, 'relay.key'), key);
    await writeFile(join(relay.dataDir, 'relay.db'), 'nonsense '.repeat(2_000));
    const damaged = await run(args);
    assert.equal(damaged.code, 8);
    assert.match(damaged.stderr, /damaged/);
  } finally {
    await relay.dispose();
  }
});

test('it tells its version, its options, and what it stores', async () => {
  const [version, help, privacy] = await Promise.all([
    run(['--version']),
    run(['--help']),
    run(['--print-privacy', '--ttl', '3', '--blob-half-hours', '7']),
  ]);
  assert.deepEqual([version.code, version.stdout], [0, `${VERSION}\n`]);
  assert.equal(help.code, 0);
  for (const option of [
    '--exit-when-idle',
    '--mailbox-bytes',
    '--send-burst',
    '--blob-bytes',
    '--blob-quota',
    'Example:',
  ])
    assert.ok(help.stdout.includes(option), option);
  assert.equal(privacy.code, 0);
  assert.match(privacy.stdout, /3 days at most/);
  assert.match(privacy.stdout, /3 days from its last byte at most \(half a file: 7 hours without progress\)/);
});

test('while a relay by invitation runs, it is invited to and examined beside it', async () => {
  const relay = await startRelay({ program: RELAY_SOURCE, args: ['--invite-only'] });
  try {
    const [made, doctor] = await Promise.all([
      run(['invite', '--data', relay.dataDir, '--count', '2', '--days', '1']),
      run(['doctor', '--data', relay.dataDir, '--blob-free-bytes', '0', '--json']),
    ]);
    const [first = '', second = ''] = made.stdout.split('\n');
    const register = (name: string, text: string) =>
      port.register(relay.url, { ...registration(name), invitation: Buffer.from(text.replaceAll('-', ''), 'hex') });
    await register('alice', first);
    await assert.rejects(register('bob', first), /only with an invitation/);
    await register('bob', second);
    const findings = doctor.stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    assert.equal(findings.length, 4, doctor.stdout);
    assert.match(doctor.stdout, /"check":"store","ok":true,"detail":"in use by a relay that runs/);
  } finally {
    await relay.dispose();
  }
});
