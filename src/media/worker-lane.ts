import { type ResourceLimits, type TransferListItem, Worker } from 'node:worker_threads';
import { accept, type Outcome, refuse } from '../outcome.ts';

export interface WorkerLaneOptions {
  /** The worker's file. It says `READY` once it can work, then answers each message with one. */
  readonly entry: URL;
  readonly env: Readonly<Record<string, string>>;
  readonly resourceLimits: ResourceLimits;
  /** Loading its modules does not count as work. */
  readonly startLimitMs: number;
  readonly timeLimitMs: number;
  readonly idleMs: number;
}

export type LaneRefusal =
  | 'took-too-long'
  /** It ended in the middle of the work: out of memory, or a crash of native code's own making. */
  | 'worker-died'
  /** Its modules could not be loaded. */
  | 'no-worker'
  | 'closed';

export const READY = 'ready';

interface Task {
  readonly message: unknown;
  readonly transfer: readonly TransferListItem[];
  readonly done: (outcome: Outcome<unknown, LaneRefusal>) => void;
}

/** A worker beside the running module: the `.ts` among sources, the `.js` that the build puts next to the bundle. */
export function workerBeside(moduleUrl: string, name: string): URL {
  return new URL(`./${name}${moduleUrl.endsWith('.ts') ? '.ts' : '.js'}`, moduleUrl);
}

function startWorker({ entry, env, resourceLimits }: WorkerLaneOptions): Worker {
  const options = { env: { ...env }, resourceLimits, stdin: false, stdout: true, stderr: true, execArgv: [] };
  if (!entry.pathname.endsWith('.ts')) return new Worker(entry, options);
  // A loader given to the main thread does not reach workers on every Node, so this one brings it along.
  const load = `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))})`;
  const boot = `${load}.then(({ register }) => { register(); return import(${JSON.stringify(entry.href)}); })`;
  return new Worker(boot, { ...options, eval: true });
}

/**
 * At most one worker, one task at a time, in order. It starts with the first task, is ended when a task takes too long
 * and after a while without any, and starts anew with the next. Only while it works does it keep the process alive.
 */
export class WorkerLane {
  readonly #options: WorkerLaneOptions;
  readonly #waiting: Task[] = [];
  #current: Task | null = null;
  #worker: Worker | null = null;
  #isReady = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: WorkerLaneOptions) {
    this.#options = options;
  }

  /** Whether there is a worker now. */
  get isRunning(): boolean {
    return this.#worker !== null;
  }

  /** Sends one message, gives its answer. What is in `transfer` moves to the worker instead of being copied. */
  run(message: unknown, transfer: readonly TransferListItem[] = []): Promise<Outcome<unknown, LaneRefusal>> {
    if (this.#isClosed) return Promise.resolve(refuse('closed'));
    return new Promise((done) => {
      this.#waiting.push({ message, transfer, done });
      this.#next();
    });
  }

  /** Ends the worker; what was waiting is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const task of this.#waiting.splice(0)) task.done(refuse('closed'));
    this.#finish(refuse('closed'));
    await this.#end();
  }

  #next(): void {
    if (this.#current !== null) return;
    const task = this.#waiting.shift();
    if (task === undefined) {
      this.#worker?.unref();
      this.#setTimer(this.#options.idleMs, () => void this.#end()).unref();
      return;
    }
    this.#current = task;
    if (this.#worker === null) this.#start();
    this.#worker?.ref();
    if (this.#isReady) this.#post(task);
  }

  #start(): void {
    const worker = startWorker(this.#options);
    this.#worker = worker;
    this.#isReady = false;
    // Whatever a library prints is not for the terminal; reading it away would keep the process alive.
    worker.stdout.destroy();
    worker.stderr.destroy();
    worker.on('message', (message: unknown) => this.#hear(worker, message));
    worker.on('error', () => this.#lose(worker));
    worker.on('exit', () => this.#lose(worker));
    this.#setTimer(this.#options.startLimitMs, () => this.#abandon('no-worker'));
  }

  #post(task: Task): void {
    this.#setTimer(this.#options.timeLimitMs, () => this.#abandon('took-too-long'));
    this.#worker?.postMessage(task.message, task.transfer);
  }

  #hear(worker: Worker, message: unknown): void {
    if (worker !== this.#worker || this.#current === null) return;
    if (this.#isReady) this.#finish(accept(message));
    else if (message === READY) {
      this.#isReady = true;
      this.#post(this.#current);
    }
  }

  #lose(worker: Worker): void {
    if (worker !== this.#worker) return;
    const reason = this.#isReady ? 'worker-died' : 'no-worker';
    void this.#end();
    this.#finish(refuse(reason));
  }

  #abandon(reason: LaneRefusal): void {
    void this.#end();
    this.#finish(refuse(reason));
  }

  #finish(outcome: Outcome<unknown, LaneRefusal>): void {
    const task = this.#current;
    this.#current = null;
    this.#clearTimer();
    task?.done(outcome);
    if (!this.#isClosed) this.#next();
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#isReady = false;
    this.#clearTimer();
    await worker?.terminate();
  }

  #setTimer(ms: number, then: () => void): NodeJS.Timeout {
    this.#clearTimer();
    this.#timer = setTimeout(then, ms);
    return this.#timer;
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
