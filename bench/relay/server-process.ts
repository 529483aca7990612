import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const USAGE = fileURLToPath(new URL('./usage.mjs', import.meta.url));
const START_TIMEOUT_MS = 30_000;

/** What a server used so far, by getrusage: processor time of all its threads. */
export interface Usage {
  readonly cpuUs: number;
  readonly rss: number;
}

/** A server under measurement, in a process of its own. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  usage(): Promise<Usage>;
  /** After its garbage was collected. */
  memory(): Promise<Usage>;
  end(): Promise<void>;
}

/** Starts a Node program whose first line on stdout is JSON with the `port` it listens on. */
export async function startServer(program: string, args: readonly string[] = []): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--expose-gc', '--import', USAGE, program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const { stdout } = child;
  if (stdout === null) throw new Error('no stdout');
  const port = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${program} did not start`)), START_TIMEOUT_MS);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
    createInterface({ input: stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve(portOf(JSON.parse(line)));
    });
  });
  const ask = (question: 'usage' | 'memory') =>
    new Promise<Usage>((resolve) => {
      child.once('message', (answer) => resolve(usageOf(answer)));
      child.send(question);
    });
  return {
    pid: child.pid ?? -1,
    port,
    usage: () => ask('usage'),
    memory: () => ask('memory'),
    async end() {
      child.kill('SIGKILL');
      await exited;
      process.removeListener('exit', endWithUs);
    },
  };
}

function portOf(line: unknown): number {
  if (typeof line === 'object' && line !== null && 'port' in line && typeof line.port === 'number') return line.port;
  throw new Error('the first line names no port');
}

function usageOf(answer: unknown): Usage {
  if (typeof answer === 'object' && answer !== null && 'cpuUs' in answer && 'rss' in answer) {
    return { cpuUs: Number(answer.cpuUs), rss: Number(answer.rss) };
  }
  throw new Error('the server answered nonsense');
}
