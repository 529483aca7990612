import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.ts';

const START_TIMEOUT_MS = 30_000;
const found = findPostgres();

/** Why tests with a real PostgreSQL are left out here, for `skip`; false where they run. */
export const NO_POSTGRES: string | false = typeof found === 'string' ? found : false;
if (NO_POSTGRES !== false) process.emitWarning(`tests of the PostgreSQL store are skipped: ${NO_POSTGRES}`);

/** A real server on a Unix socket in a temporary folder, with fsync on. */
export interface TestPostgres {
  /** A URL of a schema of its own; the same name gives the same. */
  url(schema: string): string;
  readonly pid: number;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** SIGKILL to all its processes at once. */
  kill9(): Promise<void>;
  /** Starts it again on its data. */
  start(settings?: readonly string[]): Promise<void>;
  /** Makes a standby on a copy of the data; this one must not run meanwhile. */
  copyAsStandby(): Promise<TestPostgres>;
  /** Lets a standby take over. */
  promote(): void;
  /** Everything the server wrote to its log. */
  log(): string;
  dispose(): Promise<void>;
}

/** Makes and starts a server; `settings` as in `name=value`. */
export async function startPostgres(settings: readonly string[] = []): Promise<TestPostgres> {
  const server = await makePostgres();
  await server.start(settings);
  return server;
}

/** Makes a server that was never started. */
export async function makePostgres(): Promise<TestPostgres> {
  if (typeof found === 'string') throw new Error(found);
  const folder = await mkdtemp(join(tmpdir(), 'smchat-pg-'));
  found.own(folder);
  const data = join(folder, 'data');
  const flags = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  const made = spawnSync(found.initdb, [...flags, '--no-instructions'], { ...found.user, cwd: '/', encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${String(made.error ?? '')}`);
  return postgresIn(folder, found);
}

function postgresIn(folder: string, binaries: PostgresBinaries): TestPostgres {
  const data = join(folder, 'data');
  let running: { readonly child: ChildProcess; readonly exited: Promise<void> } | null = null;
  let log = '';
  let lastSettings: readonly string[] = [];
  const killWithParent = (): void => void running?.child.kill('SIGQUIT');

  async function start(settings: readonly string[] = lastSettings): Promise<void> {
    lastSettings = settings;
    const all = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=on', ...settings];
    const child = spawn(binaries.postgres, ['-D', data, ...all.flatMap((setting) => ['-c', setting])], {
      ...binaries.user,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    process.once('exit', killWithParent);
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => {
        process.removeListener('exit', killWithParent);
        running = null;
        resolve();
      });
    });
    running = { child, exited };
    const from = log.length;
    const ready = new Promise<boolean>((resolve) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        log += text;
        if (log.slice(from).includes('ready to accept')) resolve(true);
      });
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), START_TIMEOUT_MS);
    });
    const isReady = await Promise.race([ready, exited.then(() => false), late]);
    clearTimeout(timer);
    if (!isReady) {
      child.kill('SIGQUIT');
      throw new Error(`PostgreSQL did not start: ${log.slice(from)}`);
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const { child, exited } = running ?? {};
    child?.kill(signal);
    await exited;
  }

  return {
    url: (schema) =>
      `postgres://postgres:secret@${encodeURIComponent(folder)}/postgres?options=-c%20search_path%3D${schema}`,
    get pid() {
      return running?.child.pid ?? -1;
    },
    start,
    stop: () => end('SIGINT'),
    async kill9() {
      const { child, exited } = running ?? {};
      if (child?.pid === undefined) return;
      for (const pid of [child.pid, ...childrenOf(child.pid)]) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended by itself meanwhile.
        }
      }
      await exited;
    },
    async copyAsStandby() {
      const copy = await mkdtemp(join(tmpdir(), 'smchat-pg-'));
      binaries.own(copy);
      // Whoever owns the original's files must own the copy's: the server's user makes it.
      const made = spawnSync('cp', ['-a', data, join(copy, 'data')], { ...binaries.user, cwd: '/' });
      if (made.status !== 0) cpSync(data, join(copy, 'data'), { recursive: true });
      writeFileSync(join(copy, 'data', 'standby.signal'), '');
      binaries.own(join(copy, 'data', 'standby.signal'));
      const follow = `primary_conninfo = 'host=${folder} user=postgres application_name=standby'`;
      appendFileSync(join(copy, 'data', 'postgresql.conf'), `\n${follow}\nwal_retrieve_retry_interval = 100ms\n`);
      return postgresIn(copy, binaries);
    },
    promote() {
      // The server takes the file away as soon as it is there: it comes with its owner.
      const ordered = join(data, 'promote.new');
      writeFileSync(ordered, '');
      binaries.own(ordered);
      renameSync(ordered, join(data, 'promote'));
      running?.child.kill('SIGUSR1');
    },
    log: () => log,
    async dispose() {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Linux says which processes another one started; elsewhere they notice its end by themselves. */
function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
