import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface WorkerProcessOptions {
  /** The worker's file; it calls `serveLane`. */
  readonly entry: URL;
  /** All that it sees of the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** JavaScript's heap; what it needs beyond is bounded by the pictures' own limits. */
  readonly memoryMb: number;
  /** Whether it loads native code. */
  readonly addons: boolean;
}

const YOUNG_GENERATION_MB = 16;

/**
 * Starts a process of its own: it can be ended whatever it does, and takes nothing along. Where Node has permissions it
 * may read files and nothing else: write none, start no process, and where those cover networks, reach none.
 */
export function startWorkerProcess({ entry, env, memoryMb, addons }: WorkerProcessOptions): ChildProcess {
  const limits = [`--max-old-space-size=${memoryMb}`, `--max-semi-space-size=${YOUNG_GENERATION_MB}`];
  const child = fork(fileURLToPath(entry), {
    execArgv: [...limits, ...(entry.pathname.endsWith('.ts') ? loader() : permissions(addons))],
    env: { ...env },
    serialization: 'advanced',
    // Whatever a library prints is not for the terminal.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // A session of its own, see `giveWay`. It ends with its channel, and so with this process however that ends.
    detached: true,
  });
  giveWay(child);
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  child.once('exit', () => process.off('exit', killAtExit));
  return child;
}

/**
 * Whoever types goes first, where cores are few. On Linux a priority is a thread's, passed on to those that it starts:
 * so soon after its beginning the process has but one.
 */
function giveWay({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    // Never before the process that started it.
    const priority = Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL);
    setPriority(pid, priority);
    // Linux shares cores out among sessions first, and only within one by priority: there the session has one, too.
    if (process.platform === 'linux') writeFileSync(`/proc/${pid}/autogroup`, String(priority));
  } catch {
    // It has ended, or the system does not allow it: it works all the same.
  }
}

/** Sources need the loader, which itself writes and starts threads. */
function loader(): readonly string[] {
  return [`--import=${import.meta.resolve('tsx')}`];
}

function permissions(addons: boolean): readonly string[] {
  if (!process.allowedNodeEnvironmentFlags.has('--permission')) return [];
  return ['--permission', '--allow-fs-read=*', ...(addons ? ['--allow-addons'] : [])];
}
