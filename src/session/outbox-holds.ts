import type { AccountContext } from './account-context.ts';
import { inBackground } from './account-context.ts';
import { retryDelayMs } from './back-off.ts';

/**
 * What waits before it is tried again: all of the outbox, or what is for one contact. A relay counts what an account does
 * whatever connection it comes over: a hold outlasts a connection, and ends with the account's closing.
 */
export class OutboxHolds {
  readonly #context: AccountContext;
  readonly #goOn: () => void;
  readonly #cancels = new Map<number | 'all', () => void>();
  #failures = 0;

  /** `goOn` is called whenever a hold is over. */
  constructor(context: AccountContext, goOn: () => void) {
    this.#context = context;
    this.#goOn = goOn;
    context.closing.addEventListener('abort', () => this.#release(), { once: true });
  }

  /** Holds back from now, whatever was said before: no shorter than the relay wishes (0: it did not say). */
  hold(what: number | 'all', wishMs: number): void {
    this.#cancels.get(what)?.();
    const { clock, rng } = this.#context;
    const cancel = clock.after(retryDelayMs(this.#failures++, wishMs, rng), () => {
      this.#cancels.delete(what);
      inBackground(this.#context, this.#goOn);
    });
    this.#cancels.set(what, cancel);
  }

  has(what: number | 'all'): boolean {
    return this.#cancels.has(what);
  }

  /** Something got through: the next failure is the first again. */
  succeeded(): void {
    this.#failures = 0;
  }

  #release(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
