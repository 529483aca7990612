import { accountId } from '../crypto/bytes.ts';
import type { AccountRecord, AccountTable } from '../session/vault-port.ts';
import { SmchatError } from '../smchat-error.ts';
import { assignments, blob, blobOrNull, type Change, flag, readUnsigned, unsigned } from './columns.ts';
import type { Value, VaultDatabase } from './vault-database.ts';

type AccountRow = {
  name: string;
  account_id: Uint8Array<ArrayBuffer>;
  relay_url: string;
  relay_key: Uint8Array<ArrayBuffer> | null;
  registered_at: number | null;
  identity_public: Uint8Array<ArrayBuffer>;
  identity_private: Uint8Array<ArrayBuffer>;
  relay_public: Uint8Array<ArrayBuffer>;
  relay_private: Uint8Array<ArrayBuffer>;
  login_token: Uint8Array<ArrayBuffer>;
  pending_login_token: Uint8Array<ArrayBuffer> | null;
  last_seq: Uint8Array<ArrayBuffer>;
  renew_pre_keys: number;
  superseded: number;
};

type AccountChanges = Parameters<AccountTable['update']>[0];

export function accountTable(database: VaultDatabase): AccountTable {
  return {
    load: () => {
      const row = database.get<AccountRow>('SELECT * FROM account');
      if (row === undefined) throw new SmchatError('storage-damaged', 'vault.db: it holds no account');
      return record(row);
    },
    update: (changes) => {
      const { set, values } = assignments(columns(changes));
      if (values.length > 0) database.run(`UPDATE account SET ${set}`, values);
    },
  };
}

/** The vault's first row. */
export function insertAccount(database: VaultDatabase, account: AccountRecord): void {
  const { name, accountId: id, identityKeyPair, ...changeable } = account;
  const all: readonly Change[] = [
    ['id', 1],
    ['name', name],
    ['account_id', id],
    ['identity_public', identityKeyPair.publicKey],
    ['identity_private', identityKeyPair.privateKey],
    ...columns(changeable),
  ];
  const names = all.map(([column]) => column).join(', ');
  const values: readonly Value[] = all.map(([, value]) => value);
  database.run(`INSERT INTO account (${names}) VALUES (${values.map(() => '?').join(', ')})`, values);
}

function columns(changes: AccountChanges): readonly Change[] {
  const {
    relayUrl,
    relayKey,
    registeredAt,
    relayKeyPair,
    loginToken,
    pendingLoginToken,
    lastSeq,
    renewPreKeys,
    superseded,
  } = changes;
  const all: Change[] = [];
  if (relayUrl !== undefined) all.push(['relay_url', relayUrl]);
  if (relayKey !== undefined) all.push(['relay_key', relayKey]);
  if (registeredAt !== undefined) all.push(['registered_at', registeredAt]);
  if (relayKeyPair !== undefined) {
    all.push(['relay_public', relayKeyPair.publicKey], ['relay_private', relayKeyPair.privateKey]);
  }
  if (loginToken !== undefined) all.push(['login_token', loginToken]);
  if (pendingLoginToken !== undefined) all.push(['pending_login_token', pendingLoginToken]);
  if (lastSeq !== undefined) all.push(['last_seq', unsigned(lastSeq)]);
  if (renewPreKeys !== undefined) all.push(['renew_pre_keys', flag(renewPreKeys)]);
  if (superseded !== undefined) all.push(['superseded', flag(superseded)]);
  return all;
}

function record(row: AccountRow): AccountRecord {
  return {
    name: row.name,
    accountId: accountId(blob(row.account_id)),
    relayUrl: row.relay_url,
    relayKey: blobOrNull(row.relay_key),
    registeredAt: row.registered_at,
    identityKeyPair: { publicKey: blob(row.identity_public), privateKey: blob(row.identity_private) },
    relayKeyPair: { publicKey: blob(row.relay_public), privateKey: blob(row.relay_private) },
    loginToken: blob(row.login_token),
    pendingLoginToken: blobOrNull(row.pending_login_token),
    lastSeq: readUnsigned(row.last_seq),
    ...(row.renew_pre_keys === 1 ? { renewPreKeys: true } : {}),
    ...(row.superseded === 1 ? { superseded: true } : {}),
  };
}
