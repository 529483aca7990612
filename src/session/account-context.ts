import type { LocalIdentity } from '../crypto/pairwise-session.ts';
import { SmchatError } from '../smchat-error.ts';
import type { AttachmentFiles, UserFiles } from './attachment-port.ts';
import type { BlobPort } from './blob-port.ts';
import type { Clock } from './clock.ts';
import type { EventHub } from './event-hub.ts';
import type { SmchatEvent } from './events.ts';
import type { ImagePort } from './image-port.ts';
import type { Remains } from './remains.ts';
import type { Rng } from './rng.ts';
import type { SessionBook } from './session-book.ts';
import type { UnderWay } from './under-way.ts';
import type { Vault } from './vault-port.ts';

/** What every part of an unlocked account works on. */
export interface AccountContext {
  readonly vault: Vault;
  readonly sessions: SessionBook;
  readonly local: LocalIdentity;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly hub: EventHub;
  /** The account's encrypted attachments on this disk. */
  readonly files: AttachmentFiles;
  /** Ciphertext to and from the relay. */
  readonly blobs: BlobPort;
  readonly userFiles: UserFiles;
  readonly images: ImagePort;
  /** Aborted when the account is closed: what is still under way then ends without touching the vault. */
  readonly closing: AbortSignal;
  /** What closing waits for. */
  readonly underWay: UnderWay;
  /** Takes what deletions leave outside the vault's live rows. */
  readonly remains: Remains;
  /** What is held in memory beside the vault and must be read again after a transaction was undone. */
  readonly mirrors: Set<{ reload(): void }>;
  /** Hears of what failed with nobody waiting for it: a full disk, most likely. */
  readonly troubled: (thrown: unknown) => void;
}

/** Throws `locked` once the account is being closed: to be asked after every wait, before the vault is touched. */
export function requireOpen(context: Pick<AccountContext, 'closing'>): void {
  if (context.closing.aborted) throw new SmchatError('locked');
}

/** Runs a step that no caller waits for; what it throws is told to `troubled` and ends nothing else. */
export function inBackground(context: AccountContext, step: () => void): void {
  try {
    step();
  } catch (thrown) {
    context.troubled(thrown);
  }
}

/** What a durable step needs. */
export interface CommitContext {
  readonly vault: Pick<Vault, 'transaction'>;
  readonly hub: EventHub;
  readonly mirrors: ReadonlySet<{ reload(): void }>;
}

/** Notes an event, to be told once the transaction is on disk. */
export type Tell = (event: SmchatEvent) => void;

/**
 * One durable step: runs `work` in a transaction, then tells its events in order. Where it throws, nothing is stored,
 * nothing is told, and what memory holds agrees with the vault again.
 */
export function commit<T>(context: CommitContext, work: (tell: Tell) => T): T {
  const events: SmchatEvent[] = [];
  let result: T;
  try {
    result = context.vault.transaction(() => work((event) => events.push(event)));
  } catch (thrown) {
    for (const mirror of context.mirrors) mirror.reload();
    throw thrown;
  }
  for (const event of events) context.hub.emit(event);
  return result;
}
