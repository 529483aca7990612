import type { MissingPlace, RepairRecord, RepairTable } from '../session/repair-port.ts';
import { assignments, blobOrNull, type Change, flag, readUnsigned, unsigned } from './columns.ts';
import type { VaultDatabase } from './vault-database.ts';

const MISSING_MAX = 1_000;

type RepairRow = {
  contact_id: number;
  highest: Uint8Array<ArrayBuffer> | null;
  renew: number;
  asked_at: number | null;
  answered_at: number | null;
  began_at: number | null;
  request: Uint8Array<ArrayBuffer> | null;
};

type MissingRow = {
  contact_id: number;
  sequence: Uint8Array<ArrayBuffer>;
  noticed_at: number;
  told: number;
  asked: number;
};

export function repairTable(database: VaultDatabase): RepairTable {
  return {
    get: (contactId) => {
      const row = database.get<RepairRow>('SELECT * FROM repairs WHERE contact_id = ?', [contactId]);
      return row === undefined ? { ...NOTHING_YET, contactId } : record(row);
    },
    update: (contactId, changes) =>
      database.transaction(() => {
        const { set, values } = assignments(columns(changes));
        database.run('INSERT INTO repairs (contact_id, highest) VALUES (?, ?) ON CONFLICT DO NOTHING', [
          contactId,
          unsigned(0n),
        ]);
        if (values.length > 0) database.run(`UPDATE repairs SET ${set} WHERE contact_id = ?`, [...values, contactId]);
      }),
    all: () => database.all<RepairRow>('SELECT * FROM repairs').map(record),
    addMissing: (contactId, sequences, noticedAt) =>
      database.transaction(() => {
        for (const sequence of sequences.slice(-MISSING_MAX)) {
          database.run(
            `INSERT INTO missing_places (contact_id, sequence, noticed_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
            [contactId, unsigned(sequence), noticedAt],
          );
        }
        database.run(
          `DELETE FROM missing_places WHERE contact_id = ? AND sequence IN
             (SELECT sequence FROM missing_places WHERE contact_id = ?
              ORDER BY sequence DESC LIMIT -1 OFFSET ${MISSING_MAX})`,
          [contactId, contactId],
        );
      }),
    arrived: (contactId, sequence) =>
      database.run('DELETE FROM missing_places WHERE contact_id = ? AND sequence = ?', [
        contactId,
        unsigned(sequence),
      ]) > 0,
    missing: () =>
      database.all<MissingRow>('SELECT * FROM missing_places ORDER BY contact_id, sequence').map(missingPlace),
    markTold: (contactId, noticedBefore) => {
      database.run('UPDATE missing_places SET told = 1 WHERE contact_id = ? AND noticed_at <= ?', [
        contactId,
        noticedBefore,
      ]);
    },
    markAsked: (contactId) => {
      database.run('UPDATE missing_places SET asked = 1 WHERE contact_id = ?', [contactId]);
    },
    removeOutside: (from, to) => {
      database.run('DELETE FROM missing_places WHERE noticed_at < ? OR noticed_at > ?', [from, to]);
    },
  };
}

const NOTHING_YET = {
  highest: 0n,
  renew: false,
  askedAt: null,
  answeredAt: null,
  beganAt: null,
  request: null,
} as const;

function columns(changes: Parameters<RepairTable['update']>[1]): readonly Change[] {
  const { highest, renew, askedAt, answeredAt, beganAt, request } = changes;
  const all: Change[] = [];
  if (highest !== undefined) all.push(['highest', highest === null ? null : unsigned(highest)]);
  if (renew !== undefined) all.push(['renew', flag(renew)]);
  if (askedAt !== undefined) all.push(['asked_at', askedAt]);
  if (answeredAt !== undefined) all.push(['answered_at', answeredAt]);
  if (beganAt !== undefined) all.push(['began_at', beganAt]);
  if (request !== undefined) all.push(['request', request]);
  return all;
}

function record(row: RepairRow): RepairRecord {
  return {
    contactId: row.contact_id,
    highest: row.highest === null ? null : readUnsigned(row.highest),
    renew: row.renew === 1,
    askedAt: row.asked_at,
    answeredAt: row.answered_at,
    beganAt: row.began_at,
    request: blobOrNull(row.request),
  };
}

function missingPlace(row: MissingRow): MissingPlace {
  return {
    contactId: row.contact_id,
    sequence: readUnsigned(row.sequence),
    noticedAt: row.noticed_at,
    told: row.told === 1,
    asked: row.asked === 1,
  };
}
