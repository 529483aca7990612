import type { MessageId } from '../crypto/bytes.ts';
import { type AccountContext, commit, inBackground } from './account-context.ts';
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
  #listeners = 0;
  #told: MessageId[] = [];
  #cancel: (() => void) | null = null;

  constructor(context: AccountContext) {
    this.#context = context;
    context.hub.add((event) => {
      if (event.event === 'message' && this.#listeners > 0) this.#note(parseMessageId(event.id));
    });
  }

  /** Adds a listener, tells it what waits for an answer and what nobody was told yet, then all that happens. */
  subscribe(listener: EventListener): () => void {
    this.#replay(listener);
    const remove = this.#context.hub.add(listener);
    this.#listeners += 1;
    let active = true;
    return () => {
      if (!active) return;
      active = false;
      this.#listeners -= 1;
      remove();
    };
  }

  /** Writes down what was told; before the vault closes. */
  stop(): void {
    this.#cancel?.();
    this.#flush();
  }

  #replay(listener: EventListener): void {
    const { vault, local } = this.#context;
    for (const contact of listContacts(this.#context)) {
      if (contact.state === 'incoming') listener({ event: 'contact_request', name: contact.name });
      if (contact.identity_changed === true) listener({ event: 'identity_changed', name: contact.name });
    }
    for (
      let page = vault.messages.unannounced(REPLAY_PAGE);
      page.length > 0;
      page = vault.messages.unannounced(REPLAY_PAGE)
    ) {
      for (const record of page) {
        const chat = vault.contacts.get(record.contactId)?.name ?? '';
        listener({ event: 'message', ...viewMessage(record, local.name, chat) });
      }
      const ids = page.map((record) => record.messageId);
      commit(this.#context, () => vault.messages.markAnnounced(ids));
    }
  }

  #note(id: MessageId): void {
    this.#told.push(id);
    this.#cancel ??= this.#context.clock.after(NOTE_AFTER_MS, () => inBackground(this.#context, () => this.#flush()));
  }

  #flush(): void {
    this.#cancel = null;
    const told = this.#told;
    this.#told = [];
    if (told.length > 0) commit(this.#context, () => this.#context.vault.messages.markAnnounced(told));
  }
}
