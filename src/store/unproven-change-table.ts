import type { UnprovenChangeTable } from '../session/history-port.ts';
import { blob } from './columns.ts';
import type { VaultDatabase } from './vault-database.ts';

const UNPROVEN_MAX = 200;

export function unprovenChangeTable(database: VaultDatabase): UnprovenChangeTable {
  return {
    add: ({ contactId, sessionId, target, body }) =>
      database.transaction(() => {
        database.run('INSERT INTO unproven_changes (contact_id, session_id, target, body) VALUES (?, ?, ?, ?)', [
          contactId,
          sessionId,
          target,
          body,
        ]);
        database.run(
          `DELETE FROM unproven_changes WHERE id IN
             (SELECT id FROM unproven_changes WHERE contact_id = ? ORDER BY id DESC LIMIT -1 OFFSET ${UNPROVEN_MAX})`,
          [contactId],
        );
      }),
    take: (sessionId) =>
      database.transaction(() => {
        const rows = database.all<{ body: Uint8Array<ArrayBuffer> }>(
          'SELECT body FROM unproven_changes WHERE session_id = ? ORDER BY id',
          [sessionId],
        );
        if (rows.length > 0) database.run('DELETE FROM unproven_changes WHERE session_id = ?', [sessionId]);
        return rows.map((row) => blob(row.body));
      }),
    clear: (contactId) => {
      database.run('DELETE FROM unproven_changes WHERE contact_id = ?', [contactId]);
    },
  };
}
