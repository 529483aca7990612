import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cpuOf } from './process-cpu.ts';

const START_TIMEOUT_MS = 30_000;
/** Both programs refuse or leave the superuser: whoever benchmarks as root starts them as nobody. */
const NOBODY = 65_534;
/** Distributions keep servers where only the superuser's PATH leads. */
const SERVER_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** A server that is no part of this project, on a loopback port and a folder of its own. */
export interface ForeignServer {
  readonly port: number;
  /** Processor time so far, in µs. */
  cpuUs(): number;
  end(): Promise<void>;
}

/** Where a program is on the PATH; null where it is not. */
export function programOnPath(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...SERVER_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** `configure` writes what the program reads into the folder, and gives its arguments. */
export async function startForeign(
  program: string,
  configure: (folder: string, port: number) => readonly string[],
): Promise<ForeignServer> {
  const folder = mkdtempSync(join(tmpdir(), 'smchat-bench-'));
  const port = await freePort();
  const args = configure(folder, port);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of withAllInIt(folder)) chownSync(path, NOBODY, NOBODY);
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  let hasEnded = false;
  const exited = new Promise<void>((resolve) => {
    for (const event of ['exit', 'error'] as const) {
      child.once(event, () => {
        hasEnded = true;
        resolve();
      });
    }
  });
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    process.removeListener('exit', endWithUs);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const until = performance.now() + START_TIMEOUT_MS; !(await listens(port)); await wait(20)) {
    if (!hasEnded && performance.now() < until) continue;
    await end();
    throw new Error(`${program} did not start`);
  }
  const pid = child.pid ?? -1;
  return { port, cpuUs: () => cpuOf(pid), end };
}

/** A connection whose small writes do not wait for each other. */
export async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

function withAllInIt(folder: string): readonly string[] {
  return [folder, ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function listens(port: number): Promise<boolean> {
  try {
    (await dial(port)).destroy();
    return true;
  } catch {
    return false;
  }
}
