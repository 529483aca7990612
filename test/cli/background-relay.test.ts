import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type BackgroundRelayOptions, ensureBackgroundRelay } from '../../src/cli/background-relay.ts';
import { TYPESCRIPT } from '../support/typescript.ts';

let folder: string;
let program: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smchat-test-'));
  program = join(folder, 'relay.mjs');
  const relay = pathToFileURL(join(process.cwd(), 'src/smchat-relay.ts')).href;
  const note = join(folder, 'pids');
  // The real relay, which first says who and how it is.
  writeFileSync(
    program,
    `import { appendFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(note)}, JSON.stringify({ pid: process.pid, argv: process.argv.slice(2) }) + '\\n');
await import(${JSON.stringify(relay)});`,
  );
});

interface StartedRelay {
  readonly pid: number;
  readonly argv: readonly string[];
}

function startedRelays(): StartedRelay[] {
  const note = join(folder, 'pids');
  if (!existsSync(note)) return [];
  return readFileSync(note, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

afterEach(async () => {
  for (const { pid } of startedRelays()) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A port that was free a moment ago. */
async function freeUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  server.close();
  await once(server, 'close');
  return `ws://127.0.0.1:${port}`;
}

function optionsFor(url: string, over: Partial<BackgroundRelayOptions> = {}): BackgroundRelayOptions {
  return {
    relayUrl: url,
    ownUrl: url,
    command: [process.execPath, ...TYPESCRIPT, program],
    cwd: process.cwd(),
    dataFolder: join(folder, 'data'),
    timeoutMs: 10_000,
    ...over,
  };
}

/** It answers a moment before it says so: waits for the log to say it, as long as the test may run. */
async function logSays(dataFolder: string, words: RegExp): Promise<void> {
  const log = join(dataFolder, 'relay.log');
  const changes = watch(log);
  try {
    while (!words.test(readFileSync(log, 'utf8'))) await once(changes, 'change');
  } finally {
    changes.close();
  }
}

test('two that start at once on a new folder bring up one relay, whose log is private', async () => {
  const options = optionsFor(await freeUrl());
  assert.deepEqual(await Promise.all([ensureBackgroundRelay(options), ensureBackgroundRelay(options)]), [
    'started',
    'started',
  ]);
  const [relay, ...others] = startedRelays();
  assert.deepEqual(others, []);
  const { port } = new URL(options.relayUrl);
  assert.deepEqual(relay?.argv, ['--port', port, '--exit-when-idle', '60', '--data', options.dataFolder]);
  assert.equal(statSync(options.dataFolder).mode & 0o777, 0o700);
  assert.equal(statSync(join(options.dataFolder, 'relay.log')).mode & 0o777, 0o600);
  await logSays(options.dataFolder, /listens on ws:/);
  assert.ok(!readdirSync(options.dataFolder).includes('starting'));
  assert.equal(await ensureBackgroundRelay(options), 'not-needed');
  assert.equal(startedRelays().length, 1);
});

test('no relay is started for another address than the default', async () => {
  const url = await freeUrl();
  for (const relayUrl of ['ws://127.0.0.1:1', 'wss://relay.test:443', 'nonsense', '']) {
    assert.equal(await ensureBackgroundRelay(optionsFor(url, { relayUrl })), 'not-needed');
  }
  assert.deepEqual(startedRelays(), []);
});

test('a relay that does not come up is told, in bounded time, and its log says why', async () => {
  const url = await freeUrl();
  const broken = optionsFor(url, { command: [process.execPath, '-e', 'console.error("no disk")', '--'] });
  assert.equal(await ensureBackgroundRelay(broken), 'failed');
  assert.match(readFileSync(join(broken.dataFolder, 'relay.log'), 'utf8'), /no disk/);
  const missing = optionsFor(url, { command: [join(folder, 'nothing')], timeoutMs: 100 });
  assert.equal(await ensureBackgroundRelay(missing), 'failed');
  writeFileSync(join(folder, 'file'), '');
  assert.equal(await ensureBackgroundRelay(optionsFor(url, { dataFolder: join(folder, 'file', 'x') })), 'failed');
});

test('a start that was killed midway does not stop the next one', async () => {
  const options = optionsFor(await freeUrl());
  const data = join(folder, 'data');
  await ensureBackgroundRelay({ ...options, command: [process.execPath, '-e', '', '--'], timeoutMs: 50 });
  writeFileSync(join(data, 'starting'), '');
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(join(data, 'starting'), longAgo, longAgo);
  assert.equal(await ensureBackgroundRelay(options), 'started');
});
