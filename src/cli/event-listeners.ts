import type { SubscribeOptions } from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';

export type Listener = (event: SmchatEvent) => void;
/** What those who listen want between them. */
export type Wanted = 'nothing' | 'transfers' | 'everything';

/** Who listens to an account that somebody else tells about: each hears what it asked for, as long as it asked for. */
export class EventListeners {
  readonly #all = new Map<Listener, Wanted>();
  readonly #changed: (wanted: Wanted, options: SubscribeOptions) => void;
  #wanted: Wanted = 'nothing';

  /** `changed` is called when they want more or less than before, with the wishes of the one who made the difference. */
  constructor(changed: (wanted: Wanted, options: SubscribeOptions) => void) {
    this.#changed = changed;
  }

  get wanted(): Wanted {
    return this.#wanted;
  }

  add(listener: Listener, options: SubscribeOptions = {}): () => void {
    let left = options.maxMessages ?? Number.POSITIVE_INFINITY;
    const remove = (): void => {
      if (this.#all.delete(each)) this.#update({});
    };
    const each = (event: SmchatEvent): void => {
      if (event.event === 'message' && --left <= 0) remove();
      listener(event);
    };
    this.#all.set(each, options.only ?? 'everything');
    this.#update(options);
    return remove;
  }

  emit(event: SmchatEvent): void {
    for (const [listener, wanted] of [...this.#all]) {
      if (wanted === 'everything' || event.event === 'transfer') listener(event);
    }
  }

  /** Forgets all of them without telling anybody. */
  clear(): void {
    this.#all.clear();
    this.#wanted = 'nothing';
  }

  #update(options: SubscribeOptions): void {
    const all = [...this.#all.values()];
    const wanted = all.includes('everything') ? 'everything' : all.length > 0 ? 'transfers' : 'nothing';
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#changed(wanted, options);
  }
}
