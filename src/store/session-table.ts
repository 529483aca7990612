import type { SessionRow, SessionTable } from '../session/vault-port.ts';
import { blob, flag } from './columns.ts';
import type { VaultDatabase } from './vault-database.ts';

type StoredSession = {
  session_id: Uint8Array<ArrayBuffer>;
  contact_id: number;
  current: number;
  record: Uint8Array<ArrayBuffer>;
  updated_at: number;
};

const ORDER = 'ORDER BY current DESC, updated_at DESC, rowid DESC';

export function sessionTable(database: VaultDatabase): SessionTable {
  return {
    all: () => database.all<StoredSession>(`SELECT * FROM sessions ${ORDER}`).map(session),
    forContact: (contactId) =>
      database.all<StoredSession>(`SELECT * FROM sessions WHERE contact_id = ? ${ORDER}`, [contactId]).map(session),
    put: ({ sessionId, contactId, current, record, updatedAt }) =>
      database.transaction(() => {
        if (current) {
          database.run('UPDATE sessions SET current = 0 WHERE contact_id = ? AND current = 1 AND session_id <> ?', [
            contactId,
            sessionId,
          ]);
        }
        database.run(
          `INSERT INTO sessions (session_id, contact_id, current, record, updated_at) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (session_id) DO UPDATE SET contact_id = excluded.contact_id, current = excluded.current,
             record = excluded.record, updated_at = excluded.updated_at`,
          [sessionId, contactId, flag(current), record, updatedAt],
        );
      }),
    remove: (sessionId) => {
      database.run('DELETE FROM sessions WHERE session_id = ?', [sessionId]);
    },
  };
}

function session(row: StoredSession): SessionRow {
  return {
    sessionId: blob(row.session_id),
    contactId: row.contact_id,
    current: row.current === 1,
    record: blob(row.record),
    updatedAt: row.updated_at,
  };
}
