import type { PreKeyTable, SeenInitiation, StoredPreKey } from '../session/vault-port.ts';
import { blob } from './columns.ts';
import type { VaultDatabase } from './vault-database.ts';

type PreKeyRow = {
  id: number;
  created: number;
  private_key: Uint8Array<ArrayBuffer>;
  public_key: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
};

type InitiationRow = {
  signed_pre_key_id: number;
  ephemeral_key: Uint8Array<ArrayBuffer>;
  transcript_hash: Uint8Array<ArrayBuffer>;
  session_id: Uint8Array<ArrayBuffer>;
};

const COLUMNS = 'id, created, private_key, public_key, signature';

/** The newest of a kind is the one with the highest number: `created` comes from a clock that may jump. */
export function preKeyTable(database: VaultDatabase): PreKeyTable {
  return {
    add: (kind, preKeys) =>
      database.transaction(() => {
        for (const { id, created, privateKey, publicKey, signature } of preKeys) {
          database.run(`INSERT INTO pre_keys (kind, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`, [
            kind,
            id,
            created,
            privateKey,
            publicKey,
            signature,
          ]);
        }
      }),
    get: (kind, id) =>
      preKeyOrNull(database.get<PreKeyRow>(`SELECT ${COLUMNS} FROM pre_keys WHERE kind = ? AND id = ?`, [kind, id])),
    newest: (kind) =>
      preKeyOrNull(
        database.get<PreKeyRow>(`SELECT ${COLUMNS} FROM pre_keys WHERE kind = ? ORDER BY id DESC LIMIT 1`, [kind]),
      ),
    all: (kind) =>
      database.all<PreKeyRow>(`SELECT ${COLUMNS} FROM pre_keys WHERE kind = ? ORDER BY id`, [kind]).map(preKey),
    count: (kind) =>
      database.get<{ total: number }>('SELECT count(*) AS total FROM pre_keys WHERE kind = ?', [kind])?.total ?? 0,
    remove: (kind, id) => {
      database.run('DELETE FROM pre_keys WHERE kind = ? AND id = ?', [kind, id]);
    },
    removeReplacedBefore: (kind, time) => {
      database.run(
        'DELETE FROM pre_keys WHERE kind = ? AND id < (SELECT max(id) FROM pre_keys WHERE kind = ? AND created < ?)',
        [kind, kind, time],
      );
    },
    nextId: (kind) =>
      database.transaction(() => {
        database.run(
          `INSERT INTO pre_key_numbers (kind, next_id) VALUES (?, 2)
           ON CONFLICT (kind) DO UPDATE SET next_id = next_id + 1`,
          [kind],
        );
        const row = database.get<{ id: number }>('SELECT next_id - 1 AS id FROM pre_key_numbers WHERE kind = ?', [
          kind,
        ]);
        return row?.id ?? 1;
      }),
    rememberInitiation: (initiation) => {
      database.run(
        `INSERT INTO seen_initiations (signed_pre_key_id, ephemeral_key, transcript_hash, session_id)
         VALUES (?, ?, ?, ?)`,
        [initiation.signedPreKeyId, initiation.ephemeralKey, initiation.transcriptHash, initiation.sessionId],
      );
    },
    findInitiation: (signedPreKeyId, ephemeralKey) => {
      const row = database.get<InitiationRow>(
        'SELECT * FROM seen_initiations WHERE signed_pre_key_id = ? AND ephemeral_key = ?',
        [signedPreKeyId, ephemeralKey],
      );
      return row === undefined ? null : initiationOf(row);
    },
  };
}

function preKey(row: PreKeyRow): StoredPreKey {
  return {
    id: row.id,
    created: row.created,
    privateKey: blob(row.private_key),
    publicKey: blob(row.public_key),
    signature: blob(row.signature),
  };
}

function preKeyOrNull(row: PreKeyRow | undefined): StoredPreKey | null {
  return row === undefined ? null : preKey(row);
}

function initiationOf(row: InitiationRow): SeenInitiation {
  return {
    signedPreKeyId: row.signed_pre_key_id,
    ephemeralKey: blob(row.ephemeral_key),
    transcriptHash: blob(row.transcript_hash),
    sessionId: blob(row.session_id),
  };
}
