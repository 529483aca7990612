import type { DraftTable } from '../session/history-port.ts';
import type { VaultDatabase } from './vault-database.ts';

type DraftRow = { contact_id: number; text: string };

export function draftTable(database: VaultDatabase): DraftTable {
  return {
    all: () =>
      new Map(
        database.all<DraftRow>('SELECT contact_id, text FROM drafts', []).map((row) => [row.contact_id, row.text]),
      ),
    put: (contactId, text) => {
      if (text === '') database.run('DELETE FROM drafts WHERE contact_id = ?', [contactId]);
      else database.run('INSERT OR REPLACE INTO drafts (contact_id, text) VALUES (?, ?)', [contactId, text]);
    },
  };
}
