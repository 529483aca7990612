import type { AccountId } from '../crypto/bytes.ts';
import type { WireBundle, WirePreKey, WirePreKeyCounts, WirePreKeyUpload } from '../net/wire/prekey-frames.ts';
import { SmchatError } from '../smchat-error.ts';
import type { PostgresServer } from './postgres-server.ts';
import { bigintArray, byteaArray, bytes, bytesOf, numberOf, numbersOf, type Row } from './postgres-values.ts';
import type { StoreLimits } from './store.ts';

const KIND = { signed: 1, lastResortKem: 2, oneTime: 3, oneTimeKem: 4 } as const;

/** Longer than a client keeps a signed prekey: until then a repeated upload revives nothing. */
const GIVEN_KEPT_MS = 30 * 86_400_000;

const TAKE = {
  name: 'take-bundle',
  text: `SELECT n.account_id, b.* FROM account_name n, relay_take_bundle(n.account_id, $2, $3) b WHERE n.name = $1`,
};
const PUT = { name: 'put-prekeys', text: 'SELECT relay_put_prekeys($1, $2, $3, $4, $5, $6, $7, $8) AS counts' };
const COUNT = {
  name: 'count-prekeys',
  text: `SELECT (SELECT count(*) FROM prekey WHERE account_id = $1 AND kind = ${KIND.oneTime}) AS one_time,
    (SELECT count(*) FROM prekey WHERE account_id = $1 AND kind = ${KIND.oneTimeKem}) AS one_time_kem
    FROM account WHERE id = $1`,
};

/** An upload as five arrays side by side: kinds, ids, times, keys, signatures. */
export function uploadColumns(upload: WirePreKeyUpload): readonly Buffer[] {
  const rotating = [
    ...(upload.signedPreKey === undefined ? [] : [{ kind: KIND.signed, preKey: upload.signedPreKey }]),
    ...(upload.lastResortKemPreKey === undefined
      ? []
      : [{ kind: KIND.lastResortKem, preKey: upload.lastResortKemPreKey }]),
  ];
  const all = [
    ...rotating,
    ...upload.oneTimePreKeys.map((preKey) => ({ kind: KIND.oneTime, preKey })),
    ...upload.oneTimeKemPreKeys.map((preKey) => ({ kind: KIND.oneTimeKem, preKey })),
  ];
  return [
    bigintArray(all.map(({ kind }) => kind)),
    bigintArray(all.map(({ preKey }) => preKey.id)),
    bigintArray(all.map(({ preKey }) => preKey.created)),
    byteaArray(all.map(({ preKey }) => preKey.key)),
    byteaArray(all.map(({ preKey }) => preKey.signature)),
  ];
}

/** Public prekeys in PostgreSQL. */
export function postgresPreKeys(server: PostgresServer, limits: StoreLimits) {
  return {
    async takeBundle(name: string, oneTime: boolean, now: number): Promise<WireBundle | null> {
      const rows = await server.query(TAKE, [name, oneTime, now + GIVEN_KEPT_MS]);
      const [first] = rows;
      if (first === undefined) return null;
      const ofKind = (kind: number): WirePreKey | undefined => {
        const row = rows.find((each) => each.kind === kind);
        return row === undefined ? undefined : preKeyOf(row);
      };
      const signedPreKey = ofKind(KIND.signed);
      const lastResort = ofKind(KIND.lastResortKem);
      if (signedPreKey === undefined || lastResort === undefined) throw new SmchatError('storage-damaged');
      const oneTimePreKey = ofKind(KIND.oneTime);
      const oneTimeKem = ofKind(KIND.oneTimeKem);
      return {
        version: 1,
        accountId: bytesOf(first, 'account_id'),
        name,
        identityKey: bytesOf(first, 'identity'),
        signedPreKey,
        kemPreKey:
          oneTimeKem === undefined ? { ...lastResort, kind: 'last-resort' } : { ...oneTimeKem, kind: 'one-time' },
        ...(oneTimePreKey === undefined ? {} : { oneTimePreKey }),
      };
    },

    async putPreKeys(
      account: AccountId,
      upload: WirePreKeyUpload,
    ): Promise<WirePreKeyCounts | 'no-account' | 'too-many'> {
      const most = [limits.maxOneTimePreKeys, limits.maxOneTimeKemPreKeys];
      const [row] = await server.query(PUT, [bytes(account), ...uploadColumns(upload), ...most]);
      if (row?.counts === null) return 'no-account';
      const [oneTimePreKeys = -1, oneTimeKemPreKeys = 0] = numbersOf(row, 'counts');
      return oneTimePreKeys < 0 ? 'too-many' : { oneTimePreKeys, oneTimeKemPreKeys };
    },

    async preKeyCounts(account: AccountId): Promise<WirePreKeyCounts | null> {
      const [row] = await server.query(COUNT, [bytes(account)]);
      if (row === undefined) return null;
      return { oneTimePreKeys: numberOf(row, 'one_time'), oneTimeKemPreKeys: numberOf(row, 'one_time_kem') };
    },
  };
}

function preKeyOf(row: Row): WirePreKey {
  return {
    id: numberOf(row, 'id'),
    created: numberOf(row, 'created'),
    key: bytesOf(row, 'key'),
    signature: bytesOf(row, 'signature'),
  };
}
