import { toHex } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import type { AccountContext } from './account-context.ts';
import type { MessageStatus } from './client.ts';
import type { SmchatEvent } from './events.ts';
import { reaches } from './message-status.ts';
import { progressWatch } from './transfer-progress.ts';
import type { MessageRecord } from './vault-port.ts';

/** Waiting until own messages got where their senders want them. */
export class Arrivals {
  readonly #context: AccountContext;
  readonly #waiting = new Set<(contactId: number, failure: SmchatError) => void>();

  constructor(context: AccountContext) {
    this.#context = context;
  }

  /** Whoever waits for something to get to this contact need not wait on. */
  trouble(contactId: number, failure: SmchatError): void {
    for (const tell of [...this.#waiting]) tell(contactId, failure);
  }

  /**
   * Resolves with the status once it is reached. Rejects with `timed-out` after so long without any progress, the message
   * staying queued; a file that moves, this one or one before it, is progress.
   */
  reach(record: MessageRecord, wanted: MessageStatus, timeoutMs: number): Promise<MessageStatus> {
    const { vault, hub, clock } = this.#context;
    const now = vault.messages.byId(record.messageId) ?? record;
    if (now.status === 'failed') return Promise.reject(failureOf(now.reason));
    if (reaches(now.status, wanted)) return Promise.resolve(now.status);
    const id = toHex(record.messageId);
    const moves = record.kind === 'text' ? () => false : progressWatch('upload');
    return new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        stopListening();
        cancelTimer();
        this.#waiting.delete(onTrouble);
        act();
      };
      const startTimer = () =>
        clock.after(timeoutMs, () =>
          finish(() => reject(new SmchatError('timed-out', 'no answer in time; the message stays queued'))),
        );
      const onEvent = (event: SmchatEvent) => {
        if (moves(event)) {
          cancelTimer();
          cancelTimer = startTimer();
        }
        const erased = event.event === 'history_deleted' && vault.messages.byId(record.messageId) === null;
        if (erased || (event.event === 'delete' && event.id === id)) {
          finish(() => reject(new SmchatError('no-such-message', 'the message was deleted')));
        }
        if ((event.event !== 'status' && event.event !== 'receipt') || event.id !== id) return;
        if (event.status === 'failed') finish(() => reject(failureOf(event.reason ?? null)));
        else if (reaches(event.status, wanted)) finish(() => resolve(event.status));
      };
      const onTrouble = (contactId: number, failure: SmchatError) => {
        if (contactId === record.contactId && failure.code !== 'relay-unreachable') finish(() => reject(failure));
      };
      const stopListening = hub.add(onEvent);
      let cancelTimer = startTimer();
      this.#waiting.add(onTrouble);
    });
  }
}

function failureOf(reason: string | null): SmchatError {
  switch (reason) {
    case 'no-account':
      return new SmchatError(
        'no-such-contact',
        'nobody has this name at the relay: the account was deleted, or never was',
      );
    case 'quota':
      return new SmchatError('relay-refused', "your share of the relay's disk is used up", {
        hint: 'the relay lets go of files after some days; deleting sent ones for all makes room at once',
      });
    case 'too-large':
      return new SmchatError('content-refused', 'the relay takes no message or file of this size');
    case 'file-lost':
      return new SmchatError('storage-damaged', 'the file to be sent is gone from the data folder');
    default:
      return new SmchatError('relay-refused', `the relay refused the message (${reason ?? 'unknown'})`);
  }
}
