import { type MessageId, toHex } from '../crypto/bytes.ts';
import type { AccountContext, Tell } from './account-context.ts';
import { ciphertextBytes } from './attachment-pieces.ts';
import type { SmchatEvent } from './events.ts';
import type { AttachmentRecord, AttachmentRole } from './history-port.ts';
import type { Vault } from './vault-port.ts';

/** At most ten events a second for each transfer. */
const TELL_EVERY_MS = 100;

/** The reason of a transfer that this side gave up. */
export const CANCELLED = 'cancelled';

const ROLES: readonly AttachmentRole[] = ['rendition', 'content'];

/** Tells a message's ciphertexts from all others. */
export function recordKey({ messageId, role }: Pick<AttachmentRecord, 'messageId' | 'role'>): string {
  return `${role}:${toHex(messageId)}`;
}

/** All ciphertexts of a message, a picture's rendition first. */
export function attachmentRecords({ attachments }: Vault, messageId: MessageId): readonly AttachmentRecord[] {
  return ROLES.flatMap((role) => attachments.get(messageId, role) ?? []);
}

/** Whether one of a message's ciphertexts is on its way, or waits to be. */
export function isUnderWay({ state }: AttachmentRecord): boolean {
  return state === 'uploading' || state === 'fetching';
}

/** Tells events that show bytes moving from those that only say that it is tried once more. */
export function progressWatch(direction: 'upload' | 'download'): (event: SmchatEvent) => boolean {
  const furthest = new Map<string, number>();
  return (event) => {
    if (event.event !== 'transfer' || event.direction !== direction || event.state === 'waiting') return false;
    const moves = event.done > (furthest.get(event.id) ?? 0);
    if (moves) furthest.set(event.id, event.done);
    return moves || event.state !== 'running';
  };
}

/**
 * Tells how far a message's files are: one of them is moving, and counts together with those that have arrived or wait.
 * Nothing is told of a message that is gone.
 */
export class TransferProgress {
  readonly #context: AccountContext;
  readonly #record: AttachmentRecord;
  #toldAt: number | null = null;
  #done = 0;

  constructor(context: AccountContext, record: AttachmentRecord) {
    this.#context = context;
    this.#record = record;
  }

  /** So many bytes of the moving ciphertext are safe. */
  running(done: number): void {
    this.#done = done;
    const now = this.#context.clock.now();
    // A clock that jumps back does not silence it.
    if (this.#toldAt !== null && Math.abs(now - this.#toldAt) < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#say('running', null, (event) => this.#context.hub.emit(event));
  }

  waiting(reason: string): void {
    this.#toldAt = null;
    this.#say('waiting', reason, (event) => this.#context.hub.emit(event));
  }

  /** Within the transaction that made the last of the message's ciphertexts whole or gave it up. */
  ended(state: 'complete' | 'failed', reason: string | null, tell: Tell): void {
    this.#done = state === 'complete' ? ciphertextBytes(this.#record.descriptor.bytes) : this.#done;
    this.#say(state, reason, tell);
  }

  #say(state: 'running' | 'waiting' | 'complete' | 'failed', reason: string | null, tell: Tell): void {
    const { vault } = this.#context;
    const message = vault.messages.byId(this.#record.messageId);
    if (message === null) return;
    const others = attachmentRecords(vault, message.messageId).filter(
      (other) => other.role !== this.#record.role && (other.state === 'here' || isUnderWay(other)),
    );
    const sizeOf = ({ descriptor }: AttachmentRecord) => ciphertextBytes(descriptor.bytes);
    const arrived = others.filter((other) => other.state === 'here');
    tell({
      event: 'transfer',
      id: toHex(message.messageId),
      chat: vault.contacts.get(message.contactId)?.name ?? '',
      direction: message.direction === 'out' ? 'upload' : 'download',
      state,
      done: this.#done + arrived.reduce((sum, other) => sum + sizeOf(other), 0),
      bytes: sizeOf(this.#record) + others.reduce((sum, other) => sum + sizeOf(other), 0),
      ...(reason === null ? {} : { reason }),
    });
  }
}
