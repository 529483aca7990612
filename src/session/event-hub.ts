import type { SmchatEvent } from './events.ts';

export type EventListener = (event: SmchatEvent) => void;

/** Hands each event to everyone who listens, in order; a listener that throws does not stop the others. */
export class EventHub {
  readonly #listeners = new Set<EventListener>();
  readonly #failed: (thrown: unknown) => void;

  /** `failed` hears what a listener threw. */
  constructor(failed: (thrown: unknown) => void) {
    this.#failed = failed;
  }

  add(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: SmchatEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (thrown) {
        this.#failed(thrown);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
