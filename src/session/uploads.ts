import type { MessageId } from '../crypto/bytes.ts';
import { type AccountContext, commit, requireOpen, type Tell } from './account-context.ts';
import { attachmentBody } from './attachment-sender.ts';
import type { AttachmentRecord } from './history-port.ts';
import { setOwnStatus } from './message-status.ts';
import type { Outbox } from './outbox.ts';
import type { RelayConnection } from './relay-port.ts';
import { type Again, type TransferJob, TransferLane } from './transfer-lane.ts';
import { attachmentRecords, CANCELLED, isUnderWay, recordKey, TransferProgress } from './transfer-progress.ts';
import { uploadBlob } from './upload.ts';

/**
 * Brings the files of own messages to the relay, one at a time. A message's body goes into the outbox in the
 * transaction that notes its last ciphertext as being there.
 */
export class Uploads {
  readonly #context: AccountContext;
  readonly #outbox: Outbox;
  readonly #ready: Promise<void>;
  readonly #lane: TransferLane;
  #connection: RelayConnection | null = null;

  /** Nothing begins before `ready`. */
  constructor(context: AccountContext, outbox: Outbox, ready: Promise<void>) {
    this.#context = context;
    this.#outbox = outbox;
    this.#ready = ready;
    this.#lane = new TransferLane(context, (avoid) => this.#next(avoid));
  }

  connected(connection: RelayConnection): void {
    this.#connection = connection;
    this.#lane.connected();
  }

  disconnected(): void {
    this.#connection = null;
    this.#lane.disconnected();
  }

  /** Looks for what there is to do, and ends what nobody wants any more. */
  wake(): void {
    this.#lane.review();
    this.#lane.wake();
  }

  /** Gives up what a contact was to get. Within the caller's transaction. */
  failAll(contactId: number, reason: string, tell: Tell): void {
    const { vault } = this.#context;
    for (const record of vault.attachments.inState('uploading')) {
      if (vault.messages.byId(record.messageId)?.contactId === contactId) this.#fail(record, reason, tell);
    }
  }

  /** Gives up a message's files that have not arrived; false where there are none. */
  cancel(messageId: MessageId): boolean {
    const record = attachmentRecords(this.#context.vault, messageId).find(({ state }) => state === 'uploading');
    if (record === undefined) return false;
    commit(this.#context, (tell) => this.#fail(record, CANCELLED, tell));
    this.wake();
    return true;
  }

  /** The first that may go to its contact, another one than `avoid` where there is one. */
  #next(avoid: string | null): TransferJob | null {
    const ready = this.#context.vault.attachments.inState('uploading').filter((record) => this.#mayGo(record));
    const record = ready.find((each) => recordKey(each) !== avoid) ?? ready[0];
    return record === undefined ? null : this.#job(record);
  }

  /** What is for nobody that the relay knows, or for whom nothing may be sent to, waits here. */
  #mayGo({ messageId }: AttachmentRecord): boolean {
    const { messages, contacts } = this.#context.vault;
    const message = messages.byId(messageId);
    const contact = message === null ? null : contacts.get(message.contactId);
    if (message?.status !== 'queued' || contact === null) return false;
    return contact.accountId !== null && contact.state !== 'blocked' && contact.changedIdentityKey === null;
  }

  #job(record: AttachmentRecord): TransferJob {
    const progress = new TransferProgress(this.#context, record);
    return {
      key: recordKey(record),
      isWanted: () => this.#isWanted(record),
      run: (signal) => this.#run(record, progress, signal),
      waits: ({ why }) => progress.waiting(why),
    };
  }

  #isWanted({ messageId, role }: AttachmentRecord): boolean {
    return this.#context.vault.attachments.get(messageId, role)?.state === 'uploading';
  }

  async #run(record: AttachmentRecord, progress: TransferProgress, signal: AbortSignal): Promise<Again | null> {
    await this.#ready;
    requireOpen(this.#context);
    const { file, uploadToken } = record;
    if (this.#connection === null) return { afterMs: 0, why: 'not connected' };
    const end =
      file === null || uploadToken === null
        ? ({ end: 'lost' } as const)
        : await uploadBlob(
            this.#context,
            this.#connection,
            { ...record, file, uploadToken },
            (done) => progress.running(done),
            signal,
          );
    requireOpen(this.#context);
    switch (end.end) {
      case 'again':
        return end.again;
      case 'complete':
        commit(this.#context, (tell) => this.#finish(record, progress, tell));
        this.#outbox.pump();
        return null;
      case 'refused':
      case 'lost':
        commit(this.#context, (tell) => this.#fail(record, end.end === 'lost' ? 'file-lost' : end.reason, tell));
        return null;
      default:
        return end satisfies never;
    }
  }

  #finish(record: AttachmentRecord, progress: TransferProgress, tell: Tell): void {
    const { vault } = this.#context;
    const message = vault.messages.byId(record.messageId);
    const contact = message === null ? null : vault.contacts.get(message.contactId);
    if (message === null || contact === null || !this.#isWanted(record)) return;
    vault.attachments.update(record.messageId, record.role, { state: 'here', uploadToken: null });
    if (attachmentRecords(vault, record.messageId).some(isUnderWay)) return;
    this.#outbox.add(contact, { messageId: message.messageId, body: attachmentBody(vault, message) });
    progress.ended('complete', null, tell);
  }

  /** The file stays here; what the relay has of it already goes. */
  #fail(record: AttachmentRecord, reason: string, tell: Tell): void {
    const { vault, remains } = this.#context;
    const message = vault.messages.byId(record.messageId);
    if (message === null || !this.#isWanted(record)) return;
    const records = attachmentRecords(vault, record.messageId);
    for (const each of records.filter(isUnderWay)) {
      vault.attachments.update(each.messageId, each.role, { state: 'here', uploadToken: null });
    }
    setOwnStatus(this.#context, message, 'failed', reason, tell);
    new TransferProgress(this.#context, record).ended('failed', reason, tell);
    remains.leave({ files: [], blobIds: records.map(({ descriptor }) => descriptor.blobId) });
  }
}
