import type { MessageId } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import { type AccountContext, requireOpen } from './account-context.ts';
import type { Connection } from './connection.ts';
import { lostFailure } from './downloads.ts';
import type { AttachmentRecord, AttachmentRole } from './history-port.ts';
import { parseMessageId } from './message-view.ts';
import { progressWatch } from './transfer-progress.ts';
import type { Transfers } from './transfers.ts';
import type { MessageRecord } from './vault-port.ts';

/** So long nothing may move before whoever waits is told. */
const PATIENCE_MS = 30_000;

/** Gets files onto this disk for whoever wants to see or save them. */
export class AttachmentFetcher {
  readonly #context: AccountContext;
  readonly #transfers: Transfers;
  readonly #connection: Connection;

  constructor(context: AccountContext, transfers: Transfers, connection: Connection) {
    this.#context = context;
    this.#transfers = transfers;
    this.#connection = connection;
  }

  /** The message of that id; held ones are nobody's to see. Throws `no-such-message`. */
  message(id: string): MessageRecord {
    const record = this.#context.vault.messages.byId(parseMessageId(id));
    if (record === null || record.held) throw new SmchatError('no-such-message');
    return record;
  }

  /**
   * A ciphertext that is whole on this disk, fetched first where it must be. Rejects with `attachment-missing`,
   * `attachment-damaged`, `relay-unreachable`, `storage-full`, `timed-out`, `no-such-message`.
   */
  async here(messageId: MessageId, role: AttachmentRole): Promise<AttachmentRecord> {
    const before = this.#get(messageId, role);
    if (isHere(before)) return before;
    if (before.state !== 'lost' && (await this.#connection.settled()) === null) {
      throw new SmchatError('relay-unreachable', 'the file is still at the relay, which cannot be reached');
    }
    requireOpen(this.#context);
    const record = this.#get(messageId, role);
    if (record.state === 'lost') throw lostFailure(record.reason);
    if (isHere(record)) return record;
    await this.#fetched(record);
    requireOpen(this.#context);
    return this.#get(messageId, role);
  }

  #get(messageId: MessageId, role: AttachmentRole): AttachmentRecord {
    const record = this.#context.vault.attachments.get(messageId, role);
    if (record === null) throw new SmchatError('no-such-message', 'the message is gone');
    return record;
  }

  #fetched(record: AttachmentRecord): Promise<void> {
    const { hub, clock, closing } = this.#context;
    const moves = progressWatch('download');
    return new Promise((resolve, reject) => {
      const finish = (failure: SmchatError | null) => {
        stopListening();
        cancelTimer();
        stopWanting();
        closing.removeEventListener('abort', onClosing);
        if (failure === null) resolve();
        else reject(failure);
      };
      const onClosing = () => finish(new SmchatError('locked'));
      const startTimer = () => clock.after(PATIENCE_MS, () => finish(new SmchatError('timed-out')));
      let cancelTimer = startTimer();
      const stopListening = hub.add((event) => {
        if (!moves(event)) return;
        cancelTimer();
        cancelTimer = startTimer();
      });
      closing.addEventListener('abort', onClosing);
      let stopWanting = () => {};
      stopWanting = this.#transfers.downloads.want(record, finish);
    });
  }
}

function isHere({ state }: AttachmentRecord): boolean {
  return state === 'here' || state === 'uploading';
}
