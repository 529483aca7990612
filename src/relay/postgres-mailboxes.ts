import type { AccountId } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import type { PostgresServer } from './postgres-server.ts';
import { bigintArray, byteaArray, bytes, bytesOf, numberOf, numbersOf, uuidArray } from './postgres-values.ts';
import { type Batch, type EnqueueResult, READ_MAX_ENVELOPES, type StoredEnvelope, type StoreLimits } from './store.ts';

const COMMIT = {
  name: 'commit',
  text: 'SELECT relay_commit($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16) AS results',
};
const READ = {
  name: 'read',
  text: `SELECT seq, relay_id, arrived_at, body FROM envelope
    WHERE account_id = $1 AND seq > $2 AND expires_at > $3 ORDER BY seq LIMIT ${READ_MAX_ENVELOPES}`,
};
const EXPIRE = { name: 'expire', text: 'SELECT relay_expire($1, $2, $3) AS more' };

/** Mailboxes in PostgreSQL. */
export function postgresMailboxes(server: PostgresServer, limits: StoreLimits) {
  return {
    /** One statement, one transaction, whatever there is of each kind. */
    async commit({ now, acks, enqueues, blobs = [] }: Batch): Promise<readonly EnqueueResult[]> {
      const [row] = await server.commit(COMMIT, [
        now,
        uuidArray(acks.map(({ account }) => account)),
        bigintArray(acks.map(({ upToSeq }) => upToSeq)),
        uuidArray(enqueues.map(({ recipient }) => recipient)),
        uuidArray(enqueues.map(({ relayId }) => relayId)),
        bigintArray(enqueues.map(({ arrivedAt }) => arrivedAt)),
        bigintArray(enqueues.map(({ expiresAt }) => expiresAt)),
        bigintArray(enqueues.map(({ envelope }) => envelope.length)),
        byteaArray(enqueues.map(({ envelope }) => envelope)),
        bigintArray(blobs.map(({ fileNo }) => fileNo)),
        bigintArray(blobs.map(({ received }) => received)),
        bigintArray(blobs.map(({ expiresAt }) => expiresAt)),
        bigintArray(blobs.map(({ received, isLoss = false }) => (isLoss ? Number.MAX_SAFE_INTEGER : received))),
        limits.mailboxMessages,
        limits.mailboxBytes,
        limits.dedupeMs,
      ]);
      const results = numbersOf(row, 'results');
      // Fewer answers than envelopes would leave senders without one, or give them another's.
      if (results.length !== enqueues.length) throw new SmchatError('internal');
      return results.map(resultOf);
    },

    async read(account: AccountId, afterSeq: number, now: number): Promise<readonly StoredEnvelope[]> {
      const rows = await server.query(READ, [bytes(account), Math.min(afterSeq, Number.MAX_SAFE_INTEGER), now]);
      return rows.map((row) => ({
        seq: numberOf(row, 'seq'),
        relayId: bytesOf(row, 'relay_id'),
        arrivedAt: numberOf(row, 'arrived_at'),
        envelope: bytesOf(row, 'body'),
      }));
    },

    async expire(now: number, slice: number): Promise<boolean> {
      const [row] = await server.query(EXPIRE, [now, slice, limits.dedupeMs]);
      return row?.more === true;
    },
  };
}

function resultOf(seq: number): EnqueueResult {
  if (seq > 0) return { status: 'stored', seq };
  if (seq === 0) return { status: 'duplicate' };
  return { status: seq === -1 ? 'no-account' : 'mailbox-full' };
}
