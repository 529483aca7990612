import type { EventEmitter } from 'node:events';

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** The wish from outside that this command end: which signal came first, and a way to hear of it. */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #signals: EventEmitter;
  readonly #listeners: readonly (readonly [StopSignal, () => void])[];
  #first: StopSignal | null = null;

  /** A second signal finds no listener any more and ends the process as the system does. */
  constructor(signals: EventEmitter) {
    this.#signals = signals;
    const names: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    this.#listeners = names.map((name) => [name, () => this.#stop(name)] as const);
    for (const [name, listener] of this.#listeners) signals.on(name, listener);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get first(): StopSignal | null {
    return this.#first;
  }

  release(): void {
    for (const [name, listener] of this.#listeners) this.#signals.off(name, listener);
  }

  #stop(name: StopSignal): void {
    this.#first ??= name;
    this.release();
    this.#controller.abort();
  }
}
