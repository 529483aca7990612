import { accountId } from '../crypto/bytes.ts';
import type { ContactState } from '../session/client.ts';
import type { ContactRecord, ContactSummary, ContactTable } from '../session/vault-port.ts';
import { SmchatError } from '../smchat-error.ts';
import { assignments, blob, blobOrNull, type Change, flag, readUnsigned, unsigned } from './columns.ts';
import type { VaultDatabase } from './vault-database.ts';

type ContactRow = {
  id: number;
  name: string;
  account_id: Uint8Array<ArrayBuffer> | null;
  state: ContactState;
  identity_key: Uint8Array<ArrayBuffer> | null;
  changed_identity_key: Uint8Array<ArrayBuffer> | null;
  verified: number;
  peer_accepted: number;
  next_sequence: Uint8Array<ArrayBuffer>;
  state_before_block: ContactState | null;
  timer_seconds: number;
  timer_set_at: number;
  created_at: number;
};

type SummaryRow = ContactRow & { unread: number; last_at: number | null; last_text: string | null };

type ContactChanges = Parameters<ContactTable['update']>[1];

const NEWEST = `(SELECT id FROM messages WHERE contact_id = contacts.id AND held = 0
  ORDER BY position DESC, sequence DESC, id DESC LIMIT 1)`;

/** The receiver's own clock where there is one: the sender's may say anything. */
const SUMMARIES = `
SELECT contacts.*, coalesce(received_at, sent_at) AS last_at, text AS last_text
FROM (SELECT *, ${NEWEST} AS newest FROM contacts) AS contacts LEFT JOIN messages ON messages.id = newest
ORDER BY contacts.name`;

export function contactTable(database: VaultDatabase): ContactTable {
  const byId = (contactId: number): ContactRecord | null =>
    recordOrNull(database.get<ContactRow>('SELECT * FROM contacts WHERE id = ?', [contactId]));
  return {
    list: () => database.all<SummaryRow>(SUMMARIES).map(summary),
    get: byId,
    byName: (name) => recordOrNull(database.get<ContactRow>('SELECT * FROM contacts WHERE name = ?', [name])),
    byAccountId: (id) => recordOrNull(database.get<ContactRow>('SELECT * FROM contacts WHERE account_id = ?', [id])),
    insert: ({ createdAt, ...contact }) => {
      const all: readonly Change[] = [['created_at', createdAt], ...columns(contact)];
      const names = all.map(([column]) => column).join(', ');
      const contactId = database.insert(
        `INSERT INTO contacts (${names}) VALUES (${all.map(() => '?').join(', ')})`,
        all.map(([, value]) => value),
      );
      const stored = byId(contactId);
      if (stored === null) throw new SmchatError('storage-damaged', 'vault.db: a new contact was not kept');
      return stored;
    },
    update: (contactId, changes) => {
      const { set, values } = assignments(columns(changes));
      if (values.length > 0) database.run(`UPDATE contacts SET ${set} WHERE id = ?`, [...values, contactId]);
    },
    remove: (contactId) =>
      database.transaction(() => {
        for (const table of [
          'receipts',
          'outbox',
          'sessions',
          'waiting_changes',
          'unproven_changes',
          'drafts',
          'messages',
        ]) {
          database.run(`DELETE FROM ${table} WHERE contact_id = ?`, [contactId]);
        }
        database.run('DELETE FROM contacts WHERE id = ?', [contactId]);
        database.scrubWalAfterwards();
      }),
  };
}

function columns(changes: ContactChanges): readonly Change[] {
  const all: Change[] = [];
  if (changes.name !== undefined) all.push(['name', changes.name]);
  if (changes.accountId !== undefined) all.push(['account_id', changes.accountId]);
  if (changes.state !== undefined) all.push(['state', changes.state]);
  if (changes.identityKey !== undefined) all.push(['identity_key', changes.identityKey]);
  if (changes.changedIdentityKey !== undefined) all.push(['changed_identity_key', changes.changedIdentityKey]);
  if (changes.verified !== undefined) all.push(['verified', flag(changes.verified)]);
  if (changes.peerAccepted !== undefined) all.push(['peer_accepted', flag(changes.peerAccepted)]);
  if (changes.nextSequence !== undefined) all.push(['next_sequence', unsigned(changes.nextSequence)]);
  if (changes.stateBeforeBlock !== undefined) all.push(['state_before_block', changes.stateBeforeBlock]);
  if (changes.timerSeconds !== undefined) all.push(['timer_seconds', changes.timerSeconds]);
  if (changes.timerSetAt !== undefined) all.push(['timer_set_at', changes.timerSetAt]);
  return all;
}

function record(row: ContactRow): ContactRecord {
  return {
    contactId: row.id,
    name: row.name,
    accountId: row.account_id === null ? null : accountId(blob(row.account_id)),
    state: row.state,
    identityKey: blobOrNull(row.identity_key),
    changedIdentityKey: blobOrNull(row.changed_identity_key),
    verified: row.verified === 1,
    peerAccepted: row.peer_accepted === 1,
    nextSequence: readUnsigned(row.next_sequence),
    stateBeforeBlock: row.state_before_block,
    timerSeconds: row.timer_seconds,
    timerSetAt: row.timer_set_at,
    createdAt: row.created_at,
  };
}

function recordOrNull(row: ContactRow | undefined): ContactRecord | null {
  return row === undefined ? null : record(row);
}

function summary(row: SummaryRow): ContactSummary {
  const lastText = row.last_text === null ? null : (row.last_text.split('\n', 1)[0] ?? '');
  return { ...record(row), unread: row.unread, lastAt: row.last_at, lastText };
}
