import type { AccountContext } from './account-context.ts';
import { inBackground } from './account-context.ts';

/** What waits before it is tried again: all of the outbox, or what is for one contact. */
export class OutboxHolds {
  readonly #context: AccountContext;
  readonly #goOn: () => void;
  readonly #cancels = new Map<number | 'all', () => void>();

  /** `goOn` is called whenever a hold is over. */
  constructor(context: AccountContext, goOn: () => void) {
    this.#context = context;
    this.#goOn = goOn;
  }

  /** Holds back for so long from now, whatever was said before. */
  hold(what: number | 'all', delayMs: number): void {
    this.#cancels.get(what)?.();
    const cancel = this.#context.clock.after(delayMs, () => {
      this.#cancels.delete(what);
      inBackground(this.#context, this.#goOn);
    });
    this.#cancels.set(what, cancel);
  }

  has(what: number | 'all'): boolean {
    return this.#cancels.has(what);
  }

  release(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
