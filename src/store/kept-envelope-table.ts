import type { KeptEnvelope, KeptEnvelopeTable } from '../session/repair-port.ts';
import { blob } from './columns.ts';
import type { VaultDatabase } from './vault-database.ts';

/** For each contact, and for what is nobody's (protocol.md, section 6). */
const KEPT_MAX = 50;
const OPENED_MAX = 4_000;

type KeptRow = {
  id: number;
  relay_id: Uint8Array<ArrayBuffer>;
  envelope: Uint8Array<ArrayBuffer>;
  contact_id: number | null;
  kept_at: number;
  asked: number;
};

export function keptEnvelopeTable(database: VaultDatabase): KeptEnvelopeTable {
  return {
    add: ({ relayId, envelope, contactId, keptAt }) =>
      database.transaction(() => {
        const added = database.run(
          `INSERT INTO kept_envelopes (relay_id, envelope, contact_id, kept_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (relay_id) DO NOTHING`,
          [relayId, envelope, contactId, keptAt],
        );
        if (added === 0) return false;
        database.run(
          `DELETE FROM kept_envelopes WHERE id IN
             (SELECT id FROM kept_envelopes WHERE contact_id IS ? ORDER BY id DESC LIMIT -1 OFFSET ${KEPT_MAX})`,
          [contactId],
        );
        return true;
      }),
    all: () => database.all<KeptRow>('SELECT * FROM kept_envelopes ORDER BY id').map(keptEnvelope),
    markAsked: (contactId) => {
      database.run('UPDATE kept_envelopes SET asked = 1 WHERE contact_id = ? AND asked = 0', [contactId]);
    },
    remove: (keptId) => {
      database.run('DELETE FROM kept_envelopes WHERE id = ?', [keptId]);
    },
    removeOutside: (from, to) => {
      database.run('DELETE FROM kept_envelopes WHERE kept_at < ? OR kept_at > ?', [from, to]);
    },
    noteOpened: (tag) => {
      const id = database.insert('INSERT OR REPLACE INTO opened_envelopes (tag) VALUES (?)', [tag]);
      database.run('DELETE FROM opened_envelopes WHERE id <= ?', [id - OPENED_MAX]);
    },
    wasOpened: (tag) => database.get('SELECT 1 AS opened FROM opened_envelopes WHERE tag = ?', [tag]) !== undefined,
  };
}

function keptEnvelope(row: KeptRow): KeptEnvelope {
  return {
    keptId: row.id,
    relayId: blob(row.relay_id),
    envelope: blob(row.envelope),
    contactId: row.contact_id,
    keptAt: row.kept_at,
    asked: row.asked === 1,
  };
}
