import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PROGRAMS } from './programs.ts';
import { TYPESCRIPT } from './typescript.ts';

/** The relay as it stands in the source tree, for what must not wait for a build. */
export const RELAY_SOURCE = fileURLToPath(new URL('../../src/smchat-relay.ts', import.meta.url));

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;

export interface RelayProcessOptions {
  /** By default the built one; a `.ts` file is run from source. */
  readonly program?: string;
  /** Further arguments, such as `--send-burst 0`. */
  readonly args?: readonly string[];
  /** Where its data lives; by default a temporary folder that `dispose` removes. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RelayProcess {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly pid: number;
  /** Everything the running process wrote to stderr. */
  stderr(): string;
  /** Sends a signal (SIGTERM) and waits for the end; gives the exit code, null after a deadly signal. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** SIGKILL, and waits until it is gone. */
  kill9(): Promise<void>;
  /** Starts it again on the same port and data; stops it first where it runs. */
  restart(): Promise<void>;
  /** Ends it and removes its temporary folder. */
  dispose(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly exited: Promise<number | null>;
  readonly stderr: () => string;
}

/** Starts the real program in a child process and waits until it listens. */
export async function startRelay(options: RelayProcessOptions = {}): Promise<RelayProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'smchat-relay-')));
  let running = await launch(dataDir, 0, options).catch(async (thrown) => {
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    throw thrown;
  });

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const { child, exited } = running;
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    const code = await exited;
    clearTimeout(killer);
    return code;
  }

  return {
    url: `ws://127.0.0.1:${running.port}`,
    port: running.port,
    dataDir,
    get pid() {
      return running.child.pid ?? -1;
    },
    stderr: () => running.stderr(),
    stop,
    async kill9() {
      await stop('SIGKILL');
    },
    async restart() {
      await stop();
      running = await launch(dataDir, running.port, options);
    },
    async dispose() {
      await stop('SIGKILL');
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function launch(dataDir: string, port: number, options: RelayProcessOptions): Promise<Running> {
  const program = options.program ?? PROGRAMS.relay;
  const loader = program.endsWith('.ts') ? TYPESCRIPT : [];
  const args = [...loader, program, '--port', String(port), '--data', dataDir, '--json'];
  const child = spawn(process.execPath, [...args, ...(options.args ?? [])], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  // A test that is interrupted takes its relay with it.
  const endWithParent = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithParent);
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      process.removeListener('exit', endWithParent);
      resolve(code);
    });
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const firstLine = new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), START_TIMEOUT_MS);
  });
  const first = await Promise.race([firstLine, exited.then(() => 'ended' as const), late]);
  clearTimeout(timer);
  if (first === 'late' || first === 'ended') {
    child.kill('SIGKILL');
    throw new Error(`the relay did not start (${first}, exit ${child.exitCode}): ${errors}`);
  }
  const line: unknown = JSON.parse(first);
  if (typeof line !== 'object' || line === null || !('port' in line) || typeof line.port !== 'number') {
    child.kill('SIGKILL');
    throw new Error(`the relay's first line is not what was promised: ${first}`);
  }
  return { child, port: line.port, exited, stderr: () => errors };
}
