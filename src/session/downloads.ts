import type { MessageId } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import { type AccountContext, commit, requireOpen } from './account-context.ts';
import { downloadBlob } from './download.ts';
import type { AttachmentRecord } from './history-port.ts';
import { type Again, type TransferJob, TransferLane } from './transfer-lane.ts';
import { attachmentRecords, CANCELLED, isUnderWay, recordKey, TransferProgress } from './transfer-progress.ts';

/** Among so many that wait, one contact's files do not keep all others' back. */
const FAIR_AMONG = 64;

type Listener = (failure: SmchatError | null) => void;

/** Why a file that is lost cannot be had. */
export function lostFailure(reason: string | null): SmchatError {
  return new SmchatError(reason === 'damaged' ? 'attachment-damaged' : 'attachment-missing');
}

function cancelledFailure(): SmchatError {
  return new SmchatError('interrupted', 'the transfer was cancelled', {
    hint: 'ask for the file again: it goes on where it stopped',
  });
}

/** Fetches the files of messages that came, one at a time: those that somebody waits for first. */
export class Downloads {
  readonly #context: AccountContext;
  readonly #ready: Promise<void>;
  readonly #lane: TransferLane;
  /** Who waits for what, by its key. */
  readonly #wanted = new Map<string, { readonly record: AttachmentRecord; readonly listeners: Set<Listener> }>();
  #lastContactId: number | null = null;

  /** Nothing begins before `ready`. */
  constructor(context: AccountContext, ready: Promise<void>) {
    this.#context = context;
    this.#ready = ready;
    this.#lane = new TransferLane(context, (avoid) => this.#next(avoid));
  }

  connected(): void {
    this.#lane.connected();
  }

  disconnected(): void {
    this.#lane.disconnected();
  }

  /** Looks for what there is to do, and ends what nobody wants any more. */
  wake(): void {
    for (const [key, { record }] of this.#wanted) {
      if (!this.#isWanted(record)) this.#tell(key, new SmchatError('no-such-message', 'the message is gone'));
    }
    this.#lane.review();
    this.#lane.wake();
  }

  /**
   * Fetches this before all that is fetched by itself. `listener` hears once how it ended, null: it is here; a full disk
   * ends the waiting, and it is tried again later nevertheless. The returned function ends it.
   */
  want(record: AttachmentRecord, listener: Listener): () => void {
    const { attachments } = this.#context.vault;
    const key = recordKey(record);
    const entry = this.#wanted.get(key) ?? { record, listeners: new Set<Listener>() };
    this.#wanted.set(key, entry);
    entry.listeners.add(listener);
    if (record.state === 'offered') {
      commit(this.#context, () => attachments.update(record.messageId, record.role, { state: 'fetching' }));
    }
    this.#lane.hurry((other) => !this.#wanted.has(other));
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size === 0 && this.#wanted.get(key) === entry) this.#wanted.delete(key);
    };
  }

  /** A message's files stay at the relay until they are asked for, what has come of them here; false where none comes. */
  cancel(messageId: MessageId): boolean {
    const { vault } = this.#context;
    const coming = attachmentRecords(vault, messageId).filter(({ state }) => state === 'fetching');
    const [first] = coming;
    if (first === undefined) return false;
    commit(this.#context, (tell) => {
      for (const { role } of coming) vault.attachments.update(messageId, role, { state: 'offered' });
      new TransferProgress(this.#context, first).ended('failed', CANCELLED, tell);
    });
    for (const record of coming) this.#tell(recordKey(record), cancelledFailure());
    this.wake();
    return true;
  }

  #tell(key: string, failure: SmchatError | null): void {
    const entry = this.#wanted.get(key);
    this.#wanted.delete(key);
    for (const listener of entry?.listeners ?? []) listener(failure);
  }

  /** Another one than `avoid` where there is one; of another contact than the last one where there is one near. */
  #next(avoid: string | null): TransferJob | null {
    const waiting = this.#context.vault.attachments.inState('fetching');
    const others = avoid === null ? waiting : waiting.filter((each) => recordKey(each) !== avoid);
    const record =
      others.find((each) => this.#wanted.has(recordKey(each))) ??
      this.#fairest(others) ??
      waiting.find((each) => recordKey(each) === avoid && this.#mayCome(each));
    return record === undefined ? null : this.#job(record);
  }

  #fairest(waiting: readonly AttachmentRecord[]): AttachmentRecord | undefined {
    const near = waiting.slice(0, FAIR_AMONG);
    return (
      near.find((each) => this.#mayCome(each) && this.#contactOf(each) !== this.#lastContactId) ??
      waiting.find((each) => this.#mayCome(each))
    );
  }

  /** From somebody blocked nothing comes by itself. */
  #mayCome(record: AttachmentRecord): boolean {
    const contactId = this.#contactOf(record);
    const contact = contactId === null ? null : this.#context.vault.contacts.get(contactId);
    return this.#wanted.has(recordKey(record)) || (contact !== null && contact.state !== 'blocked');
  }

  #contactOf({ messageId }: AttachmentRecord): number | null {
    return this.#context.vault.messages.byId(messageId)?.contactId ?? null;
  }

  #isWanted({ messageId, role }: AttachmentRecord): boolean {
    return this.#context.vault.attachments.get(messageId, role)?.state === 'fetching';
  }

  #job(record: AttachmentRecord): TransferJob {
    const progress = new TransferProgress(this.#context, record);
    const key = recordKey(record);
    return {
      key,
      isWanted: () => this.#isWanted(record),
      run: (signal) => this.#run(record, progress, signal),
      waits: ({ why, failure }) => {
        progress.waiting(why);
        if (failure !== undefined) this.#tell(key, failure);
      },
    };
  }

  async #run(record: AttachmentRecord, progress: TransferProgress, signal: AbortSignal): Promise<Again | null> {
    await this.#ready;
    requireOpen(this.#context);
    this.#lastContactId = this.#contactOf(record);
    const facts = this.#context.vault.attachments.facts(record.messageId);
    const sha256 = record.role === 'content' ? (facts?.sha256 ?? null) : null;
    const end = await downloadBlob(this.#context, record, sha256, (done) => progress.running(done), signal);
    requireOpen(this.#context);
    switch (end.end) {
      case 'again':
        return end.again;
      case 'gone':
        return null;
      case 'complete':
        this.#end(record, 'here', null, progress);
        return null;
      case 'lost':
        await this.#discard(this.#end(record, 'lost', end.reason, progress));
        return null;
      default:
        return end satisfies never;
    }
  }

  /** Gives the file that is of no use any more, if there is one. */
  #end(
    { messageId, role }: AttachmentRecord,
    state: 'here' | 'lost',
    reason: string | null,
    progress: TransferProgress,
  ): string | null {
    const { vault } = this.#context;
    const file = commit(this.#context, (tell) => {
      const now = vault.attachments.get(messageId, role);
      if (now?.state !== 'fetching') return null;
      vault.attachments.update(messageId, role, { state, reason, ...(state === 'lost' ? { file: null } : {}) });
      const records = attachmentRecords(vault, messageId);
      if (!records.some(isUnderWay)) {
        // A picture whose rendition is lost can be viewed all the same.
        const isHere = records.some((each) => each.role === 'content' && each.state === 'here');
        const isLost = records.some((each) => each.role === 'content' && each.state === 'lost');
        const failed = isLost || (state === 'lost' && !isHere);
        progress.ended(failed ? 'failed' : 'complete', failed ? reason : null, tell);
      }
      return state === 'lost' ? now.file : null;
    });
    this.#tell(recordKey({ messageId, role }), state === 'here' ? null : lostFailure(reason));
    return file;
  }

  async #discard(file: string | null): Promise<void> {
    // One that cannot be removed now is no message's, and goes at the next start.
    if (file !== null) await this.#context.files.remove(file).catch(() => {});
  }
}
