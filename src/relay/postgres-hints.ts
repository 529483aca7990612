import { type AccountId, accountId, fromHex } from '../crypto/bytes.ts';

/** Where every relay process listens, and says that it is there. */
export const EVERYBODY = 'smchat_relays';
/** A notification holds 8,000 bytes. */
export const HINT_MAX_ACCOUNTS = 200;
const HEX_CHARACTERS = 32;

/** In SQL: a UUID as the 32 digits that hints and channels are written in. */
const hex = (id: string): string => `replace(${id}::text, '-', '')`;
const channel = (process: string): string => `'smchat_' || ${hex(process)}`;

/** Takes the account's lease ($1) for this process ($2), and tells the process that had it. */
export const ARRIVE = {
  name: 'arrive',
  text: `WITH taken AS (
      INSERT INTO lease AS l (account_id, process, epoch) VALUES ($1, $2, nextval('lease_epoch'))
      ON CONFLICT (account_id) DO UPDATE
        SET previous = l.process, process = excluded.process, epoch = excluded.epoch WHERE l.epoch < excluded.epoch
      RETURNING previous, epoch
    )
    SELECT epoch, CASE WHEN previous <> $2
      THEN pg_notify(${channel('previous')}, 'r' || ${hex('$1::uuid')} || epoch)::text END FROM taken`,
};
export const TELL_MAIL = {
  name: 'tell-mail',
  text: `SELECT pg_notify(${channel('process')}, 'm' || string_agg(${hex('account_id')}, ''))
    FROM lease WHERE account_id = ANY ($1::uuid[]) AND process <> $2 GROUP BY process`,
};
export const TELL_DELETED = {
  name: 'tell-deleted',
  text: `WITH gone AS (DELETE FROM lease WHERE account_id = $1 RETURNING process)
    SELECT pg_notify(${channel('process')}, 'd' || ${hex('$1::uuid')}) FROM gone WHERE process <> $2`,
};
export const TELL_HERE = { name: 'tell-here', text: `SELECT pg_notify('${EVERYBODY}', ${hex('$1::uuid')})` };

export type Hint =
  | { readonly kind: 'mail'; readonly accounts: readonly AccountId[] }
  | { readonly kind: 'deleted'; readonly account: AccountId }
  | { readonly kind: 'replaced'; readonly account: AccountId; readonly epoch: number };

/** What another process wrote; null for anything else, which any user of the database may send. */
export function readHint(payload: string): Hint | null {
  const account = accountAt(payload, 1);
  if (account === null) return null;
  switch (payload[0]) {
    case 'm': {
      const accounts: AccountId[] = [];
      for (let at = 1; at < payload.length; at += HEX_CHARACTERS) {
        const next = accountAt(payload, at);
        if (next === null) return null;
        accounts.push(next);
      }
      return { kind: 'mail', accounts };
    }
    case 'd':
      return { kind: 'deleted', account };
    case 'r': {
      const epoch = Number(payload.slice(1 + HEX_CHARACTERS));
      return Number.isSafeInteger(epoch) && epoch > 0 ? { kind: 'replaced', account, epoch } : null;
    }
    default:
      return null;
  }
}

function accountAt(payload: string, at: number): AccountId | null {
  const bytes = fromHex(payload.slice(at, at + HEX_CHARACTERS));
  return bytes?.length === HEX_CHARACTERS / 2 ? accountId(bytes) : null;
}
