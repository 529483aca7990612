import { messageId } from '../crypto/bytes.ts';
import type { ReceiptKind, ReceiptTable } from '../session/vault-port.ts';
import { blob } from './columns.ts';
import type { VaultDatabase } from './vault-database.ts';

export function receiptTable(database: VaultDatabase): ReceiptTable {
  return {
    add: (contactId, id, kind) => {
      database.run('INSERT INTO receipts (contact_id, message_id, kind) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', [
        contactId,
        id,
        kind,
      ]);
    },
    dueContacts: () =>
      database
        .all<{ contact_id: number }>('SELECT contact_id FROM receipts GROUP BY contact_id ORDER BY min(id)')
        .map((row) => row.contact_id),
    due: (contactId, limit) =>
      database
        .all<{ message_id: Uint8Array<ArrayBuffer>; kind: ReceiptKind }>(
          'SELECT message_id, kind FROM receipts WHERE contact_id = ? ORDER BY id LIMIT ?',
          [contactId, limit],
        )
        .map((row) => ({ messageId: messageId(blob(row.message_id)), kind: row.kind })),
    remove: (contactId, id, kind) => {
      database.run('DELETE FROM receipts WHERE contact_id = ? AND message_id = ? AND kind = ?', [contactId, id, kind]);
    },
  };
}
