import { attachmentSizes } from '../crypto/attachment-sizes.ts';
import type { RecordType } from './backup-grammar.ts';
import type { BackupRecord, FieldValue } from './backup-record.ts';
import { backupDamaged } from './backup-stream.ts';

type Phase = 'beginning' | 'contacts' | 'messages' | 'changes' | 'over';

/** In which phase each record may stand, and which phase it leads to. */
const PLACES: Readonly<Record<RecordType, { readonly in: readonly Phase[]; readonly to: Phase }>> = {
  account: { in: ['beginning'], to: 'contacts' },
  contact: { in: ['contacts'], to: 'contacts' },
  message: { in: ['contacts', 'messages'], to: 'messages' },
  reaction: { in: ['messages'], to: 'messages' },
  facts: { in: ['messages'], to: 'messages' },
  attachment: { in: ['messages'], to: 'messages' },
  piece: { in: ['messages'], to: 'messages' },
  deleted: { in: ['contacts', 'messages', 'changes'], to: 'changes' },
  change: { in: ['contacts', 'messages', 'changes'], to: 'changes' },
  end: { in: ['contacts', 'messages', 'changes'], to: 'over' },
};

/**
 * Holds a backup's records to their order: the account, its contacts, each message with what belongs to it, changes and
 * the end, which says how many messages there were; and each file to its length. Throws `storage-damaged`.
 */
export class BackupOrder {
  #phase: Phase = 'beginning';
  #messages = 0;
  /** Bytes of the file under way that are still to come. */
  #missing = 0;

  get messages(): number {
    return this.#messages;
  }

  next({ type, values }: BackupRecord): void {
    const place = PLACES[type];
    if (!place.in.includes(this.#phase)) throw backupDamaged();
    this.#phase = place.to;
    if ((type === 'piece') !== this.#missing > 0) throw backupDamaged();
    switch (type) {
      case 'piece':
        this.#missing -= lengthOf(values[0]);
        if (this.#missing < 0) throw backupDamaged();
        break;
      case 'message':
        this.#messages += 1;
        break;
      case 'end':
        if (values[0] !== this.#messages) throw backupDamaged();
        break;
      default:
    }
  }

  /** After an attachment whose file comes along. */
  expectFile(bytes: number): void {
    this.#missing = attachmentSizes(bytes).ciphertextBytes;
  }

  finish(): void {
    if (this.#phase !== 'over') throw backupDamaged();
  }
}

function lengthOf(value: FieldValue | undefined): number {
  return value instanceof Uint8Array ? value.length : 0;
}
