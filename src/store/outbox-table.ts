import { messageId } from '../crypto/bytes.ts';
import type { OutboxEntry, OutboxTable } from '../session/vault-port.ts';
import { blob, blobOrNull } from './columns.ts';
import type { VaultDatabase } from './vault-database.ts';

type OutboxRow = {
  id: number;
  contact_id: number;
  message_id: Uint8Array<ArrayBuffer> | null;
  relay_id: Uint8Array<ArrayBuffer>;
  body: Uint8Array<ArrayBuffer>;
  envelope: Uint8Array<ArrayBuffer> | null;
  created_at: number;
};

export function outboxTable(database: VaultDatabase): OutboxTable {
  return {
    add: (entry) => {
      const entryId = database.insert(
        `INSERT INTO outbox (contact_id, message_id, relay_id, body, envelope, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
        [entry.contactId, entry.messageId, entry.relayId, entry.body, entry.envelope, entry.createdAt],
      );
      return { entryId, ...entry };
    },
    all: () => database.all<OutboxRow>('SELECT * FROM outbox ORDER BY id').map(outboxEntry),
    setEnvelope: (entryId, envelope) => {
      database.run('UPDATE outbox SET envelope = ? WHERE id = ?', [envelope, entryId]);
    },
    unseal: (entryId, relayId) => {
      database.run('UPDATE outbox SET envelope = NULL, relay_id = ? WHERE id = ?', [relayId, entryId]);
    },
    clearEnvelopes: (contactId) => {
      database.run('UPDATE outbox SET envelope = NULL WHERE contact_id = ? AND envelope IS NOT NULL', [contactId]);
    },
    remove: (entryId) => {
      database.run('DELETE FROM outbox WHERE id = ?', [entryId]);
    },
  };
}

function outboxEntry(row: OutboxRow): OutboxEntry {
  return {
    entryId: row.id,
    contactId: row.contact_id,
    messageId: row.message_id === null ? null : messageId(blob(row.message_id)),
    relayId: blob(row.relay_id),
    body: blob(row.body),
    envelope: blobOrNull(row.envelope),
    createdAt: row.created_at,
  };
}
