import { createHmac } from 'node:crypto';
import { equal } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import type { Neighbours } from './neighbours.ts';
import { postgresBlobs } from './postgres-blobs.ts';
import { addInvitation, expireInvitations } from './postgres-invitations.ts';
import { postgresMailboxes } from './postgres-mailboxes.ts';
import { type NeighbourOptions, PostgresNeighbours } from './postgres-neighbours.ts';
import { postgresPreKeys, uploadColumns } from './postgres-prekeys.ts';
import { PostgresServer } from './postgres-server.ts';
import { bytes, bytesOf, numbersOf } from './postgres-values.ts';
import type { CreateAccountResult, Store, StoreLimits } from './store.ts';
import { nameTombstone } from './tombstone.ts';

/** A commit costs the server the same whether it holds one envelope or ten. */
const GATHER_MS = 2;

const CREATE = {
  name: 'create-account',
  text: 'SELECT relay_create_account($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12) AS created',
};
const CREATE_INVITED = {
  name: 'create-invited-account',
  text: 'SELECT relay_create_invited_account($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) AS outcome',
};
const CREATE_OUTCOMES: readonly CreateAccountResult[] = ['created', 'exists', 'invitation'];
const KEY = { name: 'account-key', text: 'SELECT account_key FROM account WHERE id = $1' };
const EXCHANGE = {
  name: 'exchange-token',
  text: `UPDATE account a SET login_token = $2
    FROM (SELECT id, login_token FROM account WHERE id = $1 FOR NO KEY UPDATE) kept
    WHERE a.id = kept.id RETURNING kept.login_token`,
};
const NAME = { name: 'account-name', text: 'SELECT name FROM account WHERE id = $1' };
const DELETE = { name: 'delete-account', text: 'SELECT relay_delete_account($1, $2, $3) AS files' };
const PROBE = {
  name: 'probe',
  text: 'INSERT INTO probe (one, at) VALUES (true, $1) ON CONFLICT (one) DO UPDATE SET at = excluded.at',
};
/** The change that changes nothing waits for a relay that claims the database at the same moment, and gives its row. */
const FOLDER = {
  name: 'data-folder',
  text: `INSERT INTO data_folder (one, proof) VALUES (true, $1)
    ON CONFLICT (one) DO UPDATE SET proof = data_folder.proof RETURNING proof`,
};

/**
 * The relay's store on PostgreSQL: every promise of a change resolves once the server has committed it, as safely as its
 * `synchronous_commit` says. Any number of processes may use one database.
 */
export function createPostgresStore(server: PostgresServer, limits: StoreLimits, tombstoneKey: Uint8Array): Store {
  const mailboxes = postgresMailboxes(server, limits);
  return {
    gatherMs: GATHER_MS,
    ...mailboxes,
    ...postgresPreKeys(server, limits),
    ...postgresBlobs(server, limits),

    async createAccount(registration, now, invitation) {
      const columns = [
        now,
        bytes(registration.accountId),
        registration.name,
        bytes(registration.accountKey),
        bytes(registration.identityKey),
        bytes(registration.loginToken),
        bytes(nameTombstone(tombstoneKey, registration.name)),
        ...uploadColumns(registration.preKeys),
      ];
      if (invitation === undefined) {
        const [row] = await server.query(CREATE, columns);
        return row?.created === true ? 'created' : 'exists';
      }
      const [row] = await server.query(CREATE_INVITED, [...columns, bytes(invitation)]);
      const outcome = CREATE_OUTCOMES.find((each) => each === row?.outcome);
      if (outcome === undefined) throw new SmchatError('storage-damaged');
      return outcome;
    },

    addInvitation: (hash, expiresAt) => addInvitation(server, hash, expiresAt),

    async accountKey(account) {
      const [row] = await server.query(KEY, [bytes(account)]);
      return row === undefined ? null : bytesOf(row, 'account_key');
    },

    async exchangeToken(account, { previous, next }) {
      const [row] = await server.query(EXCHANGE, [bytes(account), bytes(next)]);
      if (row === undefined) return null;
      const kept = bytesOf(row, 'login_token');
      return { copied: !equal(kept, previous) && !equal(kept, next) };
    },

    async deleteAccount(account, now) {
      // An account's name never changes, so that it may be asked for before.
      const [named] = await server.query(NAME, [bytes(account)]);
      if (typeof named?.name !== 'string') return null;
      const tombstone = bytes(nameTombstone(tombstoneKey, named.name));
      const [row] = await server.query(DELETE, [bytes(account), tombstone, now + limits.tombstoneMs]);
      return row?.files === null ? null : numbersOf(row, 'files');
    },

    async expire(now, slice) {
      await expireInvitations(server, now);
      return mailboxes.expire(now, slice);
    },

    async probe(now) {
      await server.query(PROBE, [now]);
    },

    close: () => server.close(),
  };
}

export interface OpenedPostgres {
  readonly store: Store;
  readonly neighbours: Neighbours;
}

/** Finds the server that takes writes and brings its database up to date. */
export async function openPostgres(
  urls: readonly string[],
  limits: StoreLimits,
  keys: { readonly relayKeySeed: Uint8Array; readonly tombstoneKey: Uint8Array },
  neighbourOptions: NeighbourOptions,
): Promise<OpenedPostgres> {
  const server = await PostgresServer.open(urls);
  try {
    await claimDatabase(server, keys.relayKeySeed, keys.tombstoneKey);
  } catch (thrown) {
    await server.close();
    throw thrown;
  }
  return {
    store: createPostgresStore(server, limits, keys.tombstoneKey),
    neighbours: new PostgresNeighbours(server, neighbourOptions),
  };
}

/** A relay with another data folder would show its clients another key, and look for their files elsewhere. */
async function claimDatabase(
  server: PostgresServer,
  relayKeySeed: Uint8Array,
  tombstoneKey: Uint8Array,
): Promise<void> {
  const proof = createHmac('sha256', tombstoneKey).update('smchat/v1/data-folder').update(relayKeySeed).digest();
  const [row] = await server.query(FOLDER, [proof]);
  if (equal(bytesOf(row, 'proof'), new Uint8Array(proof))) return;
  throw new SmchatError('storage-damaged', 'this data folder does not belong to that database', {
    hint: 'give --data the folder that the first relay on this database made; several relays share it',
  });
}
