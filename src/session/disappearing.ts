import { toHex } from '../crypto/bytes.ts';
import { type AccountContext, commit, inBackground } from './account-context.ts';
import type { MessageRecord } from './vault-port.ts';

/** Messages removed in one transaction: it takes some milliseconds, and a key press must not wait longer. */
const SLICE = 16;
/** Timers stand still while a machine sleeps, and clocks jump: never waits longer than this to look again. */
const LOOK_AGAIN_MS = 60_000;
/** An own message whose time is over, but that has not left yet, is kept until it has. */
const NOT_LEFT_YET_MS = 5_000;

/** Removes messages whose time is over, with their files, also after a restart. */
export class Disappearing {
  readonly #context: AccountContext;
  #cancel: (() => void) | null = null;
  #stopListening = () => {};

  constructor(context: AccountContext) {
    this.#context = context;
  }

  start(): void {
    this.#stopListening = this.#context.hub.add((event) => {
      if (event.event === 'own_message' && event.expires_at !== undefined) this.schedule();
    });
    this.#sweep();
  }

  /** After a message has got a time to disappear. */
  schedule(): void {
    const { vault, clock } = this.#context;
    this.#cancel?.();
    this.#cancel = null;
    const next = vault.messages.nextExpiry();
    if (next === null) return;
    const now = clock.now();
    const delayMs = next > now ? Math.min(next - now, LOOK_AGAIN_MS) : NOT_LEFT_YET_MS;
    this.#cancel = clock.after(delayMs, () => inBackground(this.#context, () => this.#sweep()));
  }

  stop(): void {
    this.#stopListening();
    this.#cancel?.();
    this.#cancel = null;
  }

  #sweep(): void {
    if (this.#context.closing.aborted) return;
    const due = this.#due();
    if (due.length === 0) {
      this.schedule();
      return;
    }
    commit(this.#context, (tell) => {
      const { messages, contacts } = this.#context.vault;
      for (const { messageId, contactId } of due) {
        this.#context.remains.leave({ files: messages.remove(messageId) });
        tell({ event: 'delete', id: toHex(messageId), chat: contacts.get(contactId)?.name ?? '' });
      }
    });
    setImmediate(() => inBackground(this.#context, () => this.#sweep()));
  }

  /** At most a slice of what can go now. */
  #due(): readonly MessageRecord[] {
    const { vault, clock } = this.#context;
    for (let limit = SLICE; ; limit *= 4) {
      const expired = vault.messages.expired(clock.now(), limit);
      const ready = expired.filter((record) => record.status !== 'queued');
      if (ready.length > 0 || expired.length < limit) return ready.slice(0, SLICE);
    }
  }
}
