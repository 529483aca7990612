import type { MessageId } from '../crypto/bytes.ts';
import { type AccountContext, commit, inBackground } from './account-context.ts';
import type { SubscribeOptions } from './client.ts';
import { listContacts } from './contact-book.ts';
import type { EventListener } from './event-hub.ts';
import { parseMessageId, viewMessage } from './message-view.ts';

const REPLAY_PAGE = 500;
const NOTE_AFTER_MS = 250;

/**
 * Sees to it that every incoming message is told to somebody once: what came while nobody listened is told to the next
 * listener. After a crash a message may be told again, never not at all.
 */
export class Announcer {
  readonly #context: AccountContext;
  #told: MessageId[] = [];
  #cancel: (() => void) | null = null;

  constructor(context: AccountContext) {
    this.#context = context;
  }

  /**
   * Adds a listener, tells it what waits for an answer and what nobody was told yet, then all that happens. After
   * `maxMessages` messages it hears nothing more, and what comes then is left for the next one.
   */
  subscribe(
    listener: EventListener,
    { maxMessages = Number.POSITIVE_INFINITY, only }: SubscribeOptions = {},
  ): () => void {
    if (only === 'transfers') {
      return this.#context.hub.add((event) => {
        if (event.event === 'transfer') listener(event);
      });
    }
    const left = maxMessages - this.#replay(listener, maxMessages);
    if (left <= 0) return () => {};
    let remaining = left;
    const remove = this.#context.hub.add((event) => {
      if (event.event === 'message') {
        this.#note(parseMessageId(event.id));
        if (--remaining === 0) remove();
      }
      listener(event);
    });
    return remove;
  }

  /** Writes down what was told; before the vault closes. */
  stop(): void {
    this.#cancel?.();
    this.#flush();
  }

  /** Gives how many messages it told. */
  #replay(listener: EventListener, maxMessages: number): number {
    const { vault } = this.#context;
    this.#flush();
    for (const contact of listContacts(this.#context)) {
      if (contact.state === 'incoming') listener({ event: 'contact_request', name: contact.name });
      if (contact.identity_changed === true) listener({ event: 'identity_changed', name: contact.name });
    }
    let told = 0;
    while (told < maxMessages) {
      const page = vault.messages.unannounced(Math.min(REPLAY_PAGE, maxMessages - told));
      if (page.length === 0) break;
      for (const record of page) {
        listener({ event: 'message', ...viewMessage(this.#context, record) });
      }
      const ids = page.map((record) => record.messageId);
      commit(this.#context, () => vault.messages.markAnnounced(ids));
      told += page.length;
    }
    return told;
  }

  #note(id: MessageId): void {
    this.#told.push(id);
    this.#cancel ??= this.#context.clock.after(NOTE_AFTER_MS, () => inBackground(this.#context, () => this.#flush()));
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    const told = this.#told;
    this.#told = [];
    if (told.length > 0) commit(this.#context, () => this.#context.vault.messages.markAnnounced(told));
  }
}
