import { messageId } from '../crypto/bytes.ts';
import type { WaitingChange, WaitingChangeTable } from '../session/history-port.ts';
import { blob, readUnsigned, unsigned } from './columns.ts';
import { wasDeleted } from './deleted-messages.ts';
import type { VaultDatabase } from './vault-database.ts';

const WAITING_MAX = 200;

type ChangeRow = {
  contact_id: number;
  target: Uint8Array<ArrayBuffer>;
  kind: WaitingChange['kind'];
  text: string;
  sequence: Uint8Array<ArrayBuffer>;
  sent_at: number;
};

export function waitingChangeTable(database: VaultDatabase): WaitingChangeTable {
  return {
    add: ({ contactId, target, kind, text, sequence, sentAt }) =>
      database.transaction(() => {
        // Its message will not come again, and an edit's text must not outlive it.
        if (wasDeleted(database, target)) return;
        database.run(
          'INSERT INTO waiting_changes (contact_id, target, kind, text, sequence, sent_at) VALUES (?, ?, ?, ?, ?, ?)',
          [contactId, target, kind, text, unsigned(sequence), sentAt],
        );
        database.run(
          `DELETE FROM waiting_changes WHERE id IN
             (SELECT id FROM waiting_changes WHERE contact_id = ? ORDER BY id DESC LIMIT -1 OFFSET ${WAITING_MAX})`,
          [contactId],
        );
      }),
    take: (contactId, target) =>
      database.transaction(() => {
        const rows = database.all<ChangeRow>(
          'SELECT * FROM waiting_changes WHERE contact_id = ? AND target = ? ORDER BY sequence, id',
          [contactId, target],
        );
        if (rows.length > 0) {
          database.run('DELETE FROM waiting_changes WHERE contact_id = ? AND target = ?', [contactId, target]);
        }
        return rows.map(waitingChange);
      }),
    clear: (contactId) => {
      database.run('DELETE FROM waiting_changes WHERE contact_id = ?', [contactId]);
    },
  };
}

function waitingChange(row: ChangeRow): WaitingChange {
  return {
    contactId: row.contact_id,
    target: messageId(blob(row.target)),
    kind: row.kind,
    text: row.text,
    sequence: readUnsigned(row.sequence),
    sentAt: row.sent_at,
  };
}
