import type { MessageId } from '../crypto/bytes.ts';
import { type AccountContext, inBackground } from './account-context.ts';
import { Downloads } from './downloads.ts';
import type { SmchatEvent } from './events.ts';
import type { Outbox } from './outbox.ts';
import type { RelayConnection } from './relay-port.ts';
import type { Disposal } from './remains.ts';
import { Uploads } from './uploads.ts';

/**
 * All files on their way, over restarts and reconnections. What is to be done stands in the vault: one upload and one
 * download at a time are done whenever there is a connection.
 */
export class Transfers implements Disposal {
  readonly #context: AccountContext;
  readonly #cleared: Promise<void>;
  readonly uploads: Uploads;
  readonly downloads: Downloads;
  #connection: RelayConnection | null = null;

  constructor(context: AccountContext, outbox: Outbox) {
    this.#context = context;
    this.#cleared = context.underWay.run(() => removeOrphans(context));
    this.uploads = new Uploads(context, outbox, this.#cleared);
    this.downloads = new Downloads(context, this.#cleared);
    context.hub.add((event) => {
      if (mayConcern(event)) inBackground(context, () => this.wake());
    });
  }

  /** Resolves when no file in blobs/ is taken for an orphan any more: before that none is made. */
  get ready(): Promise<void> {
    return this.#cleared;
  }

  connected(connection: RelayConnection): void {
    this.#connection = connection;
    this.uploads.connected(connection);
    this.downloads.connected();
  }

  disconnected(): void {
    this.#connection = null;
    this.uploads.disconnected();
    this.downloads.disconnected();
  }

  /** Looks for what there is to do, and ends what nobody wants any more. */
  wake(): void {
    this.uploads.wake();
    this.downloads.wake();
  }

  /** Ends a file's way here, in whichever direction; false where nothing of that message is under way. */
  cancel(messageId: MessageId): boolean {
    return this.uploads.cancel(messageId) || this.downloads.cancel(messageId);
  }

  /** After the deletion is on disk. What cannot be unlinked now is noise without its key, and goes at the next start. */
  async unlinkFiles(names: readonly string[]): Promise<void> {
    inBackground(this.#context, () => this.wake());
    await this.#context.underWay.run(async () => {
      for (const name of names) await this.#context.files.remove(name).catch(() => {});
    });
  }

  /** Where there is no connection the relay lets go of them by itself, after their time. */
  withdraw(blobIds: readonly Uint8Array[]): void {
    for (const blobId of blobIds) this.#connection?.deleteBlob(blobId).catch(() => {});
  }
}

/** Whether after this there may be something to transfer, or nothing any more. */
function mayConcern(event: SmchatEvent): boolean {
  switch (event.event) {
    case 'message':
    case 'own_message':
      return event.attachment !== undefined;
    case 'contact':
    case 'delete':
    case 'history_deleted':
      return true;
    default:
      return false;
  }
}

/** Unlinks what no message refers to: a kill between a file and its message leaves that behind. */
async function removeOrphans({ files, vault, closing }: AccountContext): Promise<void> {
  try {
    const names = await files.list();
    if (closing.aborted) return;
    const known = vault.attachments.files();
    for (const name of names) if (!known.has(name)) await files.remove(name);
  } catch {
    // They take room, and nothing else: the next start tries again.
  }
}
