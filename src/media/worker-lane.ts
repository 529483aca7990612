import type { ChildProcess } from 'node:child_process';
import { accept, type Outcome, refuse } from '../outcome.ts';
import { createReceiver, type LaneMessage, READY, type Receiver, sendMessage } from './worker-channel.ts';
import { startWorkerProcess, type WorkerProcessOptions } from './worker-process.ts';

export type { LaneMessage } from './worker-channel.ts';

export interface WorkerLaneOptions extends WorkerProcessOptions {
  /** Loading its modules does not count as work. */
  readonly startLimitMs: number;
  readonly timeLimitMs: number;
  readonly idleMs: number;
  readonly answerMaxBytes: number;
}

export type LaneRefusal =
  | 'took-too-long'
  /** It ended in the middle of the work: out of memory, or a crash of native code's own making. */
  | 'worker-died'
  /** Its modules could not be loaded. */
  | 'no-worker'
  | 'closed';

type Answer = Outcome<LaneMessage, LaneRefusal>;

interface Task {
  readonly question: LaneMessage;
  readonly done: (answer: Answer) => void;
}

interface Worker {
  readonly child: ChildProcess;
  readonly receiver: Receiver;
  readonly ended: Promise<void>;
}

/** A worker beside the running module: the `.ts` among sources, the `.js` that the build puts next to the bundle. */
export function workerBeside(moduleUrl: string, name: string): URL {
  return new URL(`./${name}${moduleUrl.endsWith('.ts') ? '.ts' : '.js'}`, moduleUrl);
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

  /** Resolves once the worker that runs now is gone; at once where there is none. */
  get ended(): Promise<void> {
    return this.#worker?.ended ?? Promise.resolve();
  }

  /** Sends one question, gives its answer. */
  run(question: LaneMessage): Promise<Answer> {
    if (this.#isClosed) return Promise.resolve(refuse('closed'));
    return new Promise((done) => {
      this.#waiting.push({ question, done });
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
      if (this.#worker === null) return;
      hold(this.#worker.child, false);
      this.#setTimer(this.#options.idleMs, () => void this.#end()).unref();
      return;
    }
    this.#current = task;
    if (this.#worker === null) this.#start();
    else hold(this.#worker.child, true);
    if (this.#isReady) this.#post(task);
  }

  #start(): void {
    const child = startWorkerProcess(this.#options);
    // Not to be started at all is told by an error without an exit.
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => (child.pid === undefined ? resolve() : undefined));
    });
    const worker: Worker = { child, receiver: createReceiver(this.#options.answerMaxBytes), ended };
    this.#worker = worker;
    this.#isReady = false;
    child.on('message', (value: unknown) => this.#hear(worker, value));
    for (const event of ['error', 'exit', 'disconnect']) child.on(event, () => this.#lose(worker));
    this.#setTimer(this.#options.startLimitMs, () => this.#abandon('no-worker'));
  }

  #post({ question }: Task): void {
    const child = this.#worker?.child;
    this.#setTimer(this.#options.timeLimitMs, () => this.#abandon('took-too-long'));
    // A channel that closes in the middle is told by the worker's end.
    if (child !== undefined) sendMessage((value, sent) => child.send(value, sent), question).catch(() => undefined);
  }

  #hear(worker: Worker, value: unknown): void {
    if (worker !== this.#worker || this.#current === null) return;
    if (!this.#isReady) {
      this.#isReady = value === READY;
      if (this.#isReady) this.#post(this.#current);
      else this.#lose(worker);
      return;
    }
    const answer = worker.receiver.take(value);
    if (answer === 'malformed') this.#lose(worker);
    else if (answer !== null) this.#finish(accept(answer));
  }

  #lose(worker: Worker): void {
    if (worker === this.#worker) this.#abandon(this.#isReady ? 'worker-died' : 'no-worker');
  }

  #abandon(reason: LaneRefusal): void {
    void this.#end();
    this.#finish(refuse(reason));
  }

  #finish(answer: Answer): void {
    const task = this.#current;
    this.#current = null;
    this.#clearTimer();
    task?.done(answer);
    if (!this.#isClosed) this.#next();
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#isReady = false;
    this.#clearTimer();
    if (worker === null) return;
    // Waiting for its end must not be what ends this process too early.
    hold(worker.child, true);
    worker.child.kill('SIGKILL');
    await worker.ended;
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

/** Whether this process waits for the worker before it ends by itself. */
function hold(child: ChildProcess, holds: boolean): void {
  const act = holds ? 'ref' : 'unref';
  child[act]();
  child.channel?.[act]();
}
