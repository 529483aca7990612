import type { PostgresServer } from './postgres-server.ts';
import { bytes } from './postgres-values.ts';

/** Version 2: accounts by invitation. One that was used stays until its expiry, so that it is not added again. */
export const INVITATIONS = `
CREATE TABLE invitation (hash bytea PRIMARY KEY, expires_at bigint NOT NULL, used boolean NOT NULL);

CREATE FUNCTION relay_create_invited_account(
  at bigint, account uuid, wanted text, new_account_key bytea, new_identity_key bytea, token bytea, hmac bytea,
  kinds bigint[], ids bigint[], created_at bigint[], keys bytea[], signatures bytea[], invited bytea
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  is_good boolean;
BEGIN
  -- Of several who show one invitation at once, one gets the row; the others wait here, and then find it used.
  PERFORM 1 FROM invitation i WHERE i.hash = invited AND i.expires_at > at AND NOT i.used FOR UPDATE;
  is_good := FOUND;
  IF EXISTS (
    SELECT FROM account a WHERE a.id = account AND a.name = wanted
      AND a.account_key = new_account_key AND a.identity_key = new_identity_key
  ) THEN RETURN 'created'; END IF;
  IF NOT is_good THEN RETURN 'invitation'; END IF;
  IF NOT relay_create_account(
    at, account, wanted, new_account_key, new_identity_key, token, hmac, kinds, ids, created_at, keys, signatures
  ) THEN RETURN 'exists'; END IF;
  UPDATE invitation i SET used = true WHERE i.hash = invited;
  RETURN 'created';
END $$;
`;

const ADD = {
  name: 'add-invitation',
  text: 'INSERT INTO invitation (hash, expires_at, used) VALUES ($1, $2, false) ON CONFLICT DO NOTHING',
};
const EXPIRE = { name: 'expire-invitations', text: 'DELETE FROM invitation WHERE expires_at <= $1' };

export async function addInvitation(server: PostgresServer, hash: Uint8Array, expiresAt: number): Promise<void> {
  await server.query(ADD, [bytes(hash), expiresAt]);
}

export async function expireInvitations(server: PostgresServer, now: number): Promise<void> {
  await server.query(EXPIRE, [now]);
}
