import { messageId } from '../crypto/bytes.ts';
import type { SentBody, SentTable } from '../session/repair-port.ts';
import { blob, readUnsigned, unsigned } from './columns.ts';
import type { VaultDatabase } from './vault-database.ts';

type SentRow = {
  id: number;
  contact_id: number;
  relay_id: Uint8Array<ArrayBuffer>;
  inner_id: Uint8Array<ArrayBuffer>;
  identity_key: Uint8Array<ArrayBuffer>;
  about: Uint8Array<ArrayBuffer> | null;
  sequence: Uint8Array<ArrayBuffer>;
  body: Uint8Array<ArrayBuffer>;
  sent_at: number;
  resent: number;
};

export function sentTable(database: VaultDatabase): SentTable {
  return {
    add: ({ contactId, relayId, innerId, identityKey, about, sequence, body, sentAt }) => {
      database.run(
        `INSERT INTO sent_bodies (contact_id, relay_id, inner_id, identity_key, about, sequence, body, sent_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (contact_id, inner_id) DO NOTHING`,
        [contactId, relayId, innerId, identityKey, about, unsigned(sequence), body, sentAt],
      );
    },
    ofContact: (contactId) =>
      database.all<SentRow>('SELECT * FROM sent_bodies WHERE contact_id = ? ORDER BY id', [contactId]).map(sentBody),
    noteResent: (sentId) => {
      database.run('UPDATE sent_bodies SET resent = resent + 1 WHERE id = ?', [sentId]);
    },
    removeOutside: (from, to) => {
      database.run('DELETE FROM sent_bodies WHERE sent_at < ? OR sent_at > ?', [from, to]);
    },
  };
}

function sentBody(row: SentRow): SentBody {
  return {
    sentId: row.id,
    contactId: row.contact_id,
    relayId: blob(row.relay_id),
    innerId: messageId(blob(row.inner_id)),
    identityKey: blob(row.identity_key),
    about: row.about === null ? null : messageId(blob(row.about)),
    sequence: readUnsigned(row.sequence),
    body: blob(row.body),
    sentAt: row.sent_at,
    resent: row.resent,
  };
}
