import { type AccountContext, commit, inBackground } from './account-context.ts';
import type { AccountChoices } from './accounts.ts';
import { encodeBody, newMessageId, RECEIPTS_PER_BODY } from './message-body.ts';
import type { Outbox } from './outbox.ts';

/** How long receipts wait for company. */
const GATHER_MS = 100;

/** Sends the receipts that are due, many in one message. They are on disk from the moment their message is. */
export class ReceiptSender {
  readonly #context: AccountContext;
  readonly #outbox: Outbox;
  readonly #choices: AccountChoices;
  #cancel: (() => void) | null = null;

  constructor(context: AccountContext, outbox: Outbox, choices: AccountChoices) {
    this.#context = context;
    this.#outbox = outbox;
    this.#choices = choices;
  }

  /** Sends what is due in a moment. */
  schedule(): void {
    this.#cancel ??= this.#context.clock.after(GATHER_MS, () => {
      this.#cancel = null;
      inBackground(this.#context, () => this.#flush());
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #flush(): void {
    const { vault } = this.#context;
    for (const contactId of vault.receipts.dueContacts()) {
      while (this.#sendSome(contactId)) {
        // One body after the other until none is due.
      }
    }
    this.#outbox.pump();
  }

  /** False where nothing was due, or nothing may be told to this contact now. */
  #sendSome(contactId: number): boolean {
    const { vault, rng, clock } = this.#context;
    const contact = vault.contacts.get(contactId);
    if (contact === null || contact.state !== 'accepted' || contact.changedIdentityKey !== null) return false;
    const due = vault.receipts.due(contactId, RECEIPTS_PER_BODY);
    if (due.length === 0) return false;
    // Due from before somebody decided against telling: done with, so that it does not go out later either.
    const told = due.filter(({ kind }) => kind !== 'read' || this.#choices.sendsReadReceipts);
    commit(this.#context, () => {
      for (const { messageId, kind } of due) vault.receipts.remove(contactId, messageId, kind);
      if (told.length === 0) return;
      const head = { messageId: newMessageId(rng), sentAt: clock.now(), sequence: 0n };
      this.#outbox.add(contact, { messageId: null, body: encodeBody({ ...head, type: 'receipts', receipts: told }) });
    });
    return true;
  }
}
