import { asSmchatError, SmchatError } from '../smchat-error.ts';
import type { AccountContext } from './account-context.ts';
import { retryDelayMs } from './back-off.ts';

/** To be tried again, after so long at least; `why` is a sentence for whoever looks on. */
export interface Again {
  readonly afterMs: number;
  readonly why: string;
  /** What it failed with on this side, where it did. */
  readonly failure?: SmchatError;
}

/** One file's way to or from the relay. */
export interface TransferJob {
  readonly key: string;
  /** Whether there is still something to transfer. */
  isWanted(): boolean;
  /** Null: there is nothing more to do for it, whether it arrived or never will. Ends soon once `signal` is aborted. */
  run(signal: AbortSignal): Promise<Again | null>;
  /** It does not move now, for this reason. */
  waits(again: Again): void;
}

interface Running {
  readonly job: TransferJob;
  readonly abort: AbortController;
}

const AWAY: Again = { afterMs: 0, why: 'not connected' };

/** Does transfers of one direction, one at a time, while there is a connection; what fails is tried again later. */
export class TransferLane {
  readonly #context: AccountContext;
  readonly #next: (avoid: string | null) => TransferJob | null;
  #online = false;
  #running: Running | null = null;
  #cancelRetry: (() => void) | null = null;
  #failures = 0;
  #failed: string | null = null;
  /** Of whom it was told that it waits for the connection. */
  #waitsFor: string | null = null;

  /** `next` gives what is to be done first, or null; another one than `avoid`, which has just failed, where it can. */
  constructor(context: AccountContext, next: (avoid: string | null) => TransferJob | null) {
    this.#context = context;
    this.#next = next;
  }

  connected(): void {
    this.#online = true;
    this.#failures = 0;
    this.#failed = null;
    this.wake();
  }

  disconnected(): void {
    this.#online = false;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const running = this.#running;
    if (running === null) return;
    running.abort.abort();
    this.#tellAway(running.job);
  }

  /** Looks for something to do, unless it is doing something or has been asked to wait. */
  wake(): void {
    if (this.#context.closing.aborted || this.#running !== null || this.#cancelRetry !== null) return;
    const job = this.#next(this.#failed);
    if (job === null) return;
    if (!this.#online) {
      this.#tellAway(job);
      return;
    }
    this.#waitsFor = null;
    const running = { job, abort: new AbortController() };
    this.#running = running;
    this.#context.underWay.run(() => this.#run(running)).catch(this.#context.troubled);
  }

  /** Does what comes first now, also where it was about to wait; what `mayWait` of those under way goes on later. */
  hurry(mayWait: (key: string) => boolean): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#failed = null;
    if (this.#running === null) this.wake();
    else if (mayWait(this.#running.job.key)) this.#running.abort.abort();
  }

  /** Ends what is under way where nobody wants it any more. */
  review(): void {
    if (this.#running !== null && !this.#running.job.isWanted()) this.#running.abort.abort();
  }

  async #run({ job, abort }: Running): Promise<void> {
    const again = await job.run(abort.signal).catch((thrown) => failedHere(asSmchatError(thrown)));
    this.#running = null;
    if (this.#context.closing.aborted) return;
    if (again === null) {
      this.#failures = 0;
      this.#failed = null;
    }
    if (again !== null && !abort.signal.aborted) this.#retry(job, again);
    this.wake();
  }

  #retry(job: TransferJob, again: Again): void {
    this.#failed = job.key;
    const delayMs = retryDelayMs(this.#failures++, again.afterMs, this.#context.rng);
    this.#cancelRetry = this.#context.clock.after(delayMs, () => {
      this.#cancelRetry = null;
      this.wake();
    });
    job.waits(again);
  }

  #tellAway(job: TransferJob): void {
    if (this.#context.closing.aborted || this.#waitsFor === job.key) return;
    this.#waitsFor = job.key;
    job.waits(AWAY);
  }
}

function failedHere(failure: SmchatError): Again {
  // Which file it was is nobody's concern: its name is random.
  const why = failure.code === 'storage-full' ? new SmchatError('storage-full').message : failure.message;
  return { afterMs: 0, why, failure };
}
