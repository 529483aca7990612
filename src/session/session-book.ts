import { equal, toHex } from '../crypto/bytes.ts';
import { decodeSession, encodeSession, type PairwiseSession } from '../crypto/pairwise-session.ts';
import { SmchatError } from '../smchat-error.ts';
import type { SessionTable } from './vault-port.ts';

/** Earlier sessions kept beside the current one (protocol.md, section 3). */
const ARCHIVED_MAX = 5;

export interface BookedSession {
  readonly contactId: number;
  readonly session: PairwiseSession;
}

interface Entry extends BookedSession {
  readonly current: boolean;
}

/**
 * Every pairwise session of the account, decoded, in the order in which an incoming envelope tries them. Changes go to
 * the vault at once, within the caller's transaction; where that is undone, `reload` makes the book agree again.
 */
export class SessionBook {
  readonly #table: SessionTable;
  #entries: readonly Entry[] = [];
  readonly #heard = new Map<number, number>();

  constructor(table: SessionTable) {
    this.#table = table;
    this.reload();
  }

  reload(): void {
    this.#entries = this.#table.all().map((row) => {
      const decoded = decodeSession(row.record);
      if (!decoded.ok) throw new SmchatError('storage-damaged', 'vault.db: a session record cannot be read');
      return { contactId: row.contactId, session: decoded.value, current: row.current };
    });
  }

  /** Most recently used first. */
  candidates(): readonly BookedSession[] {
    return this.#entries;
  }

  /** The session that new messages to this contact are sealed in. */
  current(contactId: number): PairwiseSession | null {
    return this.#entries.find((entry) => entry.contactId === contactId && entry.current)?.session ?? null;
  }

  find(sessionId: Uint8Array): BookedSession | null {
    return this.#entries.find((entry) => equal(entry.session.sessionId, sessionId)) ?? null;
  }

  /** Stores a session's new state; `makeCurrent` archives the contact's other ones. */
  put(contactId: number, session: PairwiseSession, now: number, makeCurrent = false): void {
    const known = this.#entries.find((entry) => equal(entry.session.sessionId, session.sessionId));
    const current = makeCurrent || (known?.current ?? false);
    this.#table.put({
      sessionId: session.sessionId,
      contactId,
      current,
      record: encodeSession(session),
      updatedAt: now,
    });
    const others = this.#entries
      .filter((entry) => entry !== known)
      .map((entry) => (makeCurrent && entry.contactId === contactId ? { ...entry, current: false } : entry));
    this.#entries = [{ contactId, session, current }, ...others];
    if (known === undefined) this.#prune(contactId);
  }

  /** Notes that a message of a contact opened in a proven session. */
  noteHeard(contactId: number, now: number): void {
    this.#heard.set(contactId, now);
  }

  /** When that was last, as far as this process knows; 0: never. */
  heardAt(contactId: number): number {
    return this.#heard.get(contactId) ?? 0;
  }

  /** Nothing is sealed in this contact's sessions any more; they go on opening. */
  archive(contactId: number): void {
    const known = this.#table.forContact(contactId).filter((row) => row.current);
    for (const row of known) this.#table.put({ ...row, current: false });
    this.#entries = this.#entries.map((entry) =>
      entry.contactId === contactId ? { ...entry, current: false } : entry,
    );
  }

  removeAll(contactId: number): void {
    for (const { session } of this.#entries.filter((entry) => entry.contactId === contactId)) {
      this.#table.remove(session.sessionId);
    }
    this.#entries = this.#entries.filter((entry) => entry.contactId !== contactId);
  }

  #prune(contactId: number): void {
    const archived = this.#entries.filter((entry) => entry.contactId === contactId && !entry.current);
    const dropped = new Set(archived.slice(ARCHIVED_MAX).map((entry) => toHex(entry.session.sessionId)));
    if (dropped.size === 0) return;
    for (const entry of archived.slice(ARCHIVED_MAX)) this.#table.remove(entry.session.sessionId);
    this.#entries = this.#entries.filter((entry) => !dropped.has(toHex(entry.session.sessionId)));
  }
}
