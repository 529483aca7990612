/**
 * Tables and indexes of version 1. Everything but `name`, `tombstone` and `blob` is kept by account, so that the account
 * id distributes it (docs/operations-postgresql.md). Times are milliseconds since 1970, as the relays tell them.
 */
export const TABLES = `
CREATE TABLE account (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  account_key bytea NOT NULL,
  identity_key bytea NOT NULL,
  login_token bytea NOT NULL
);
CREATE TABLE account_name (name text PRIMARY KEY, account_id uuid NOT NULL);
CREATE TABLE tombstone (name_hmac bytea PRIMARY KEY, until bigint NOT NULL);

-- Whoever changes a mailbox locks its row first; several are locked in the order of their accounts.
CREATE TABLE mailbox (
  account_id uuid PRIMARY KEY,
  last_seq bigint NOT NULL DEFAULT 0,
  messages bigint NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0,
  -- Nothing in it expires before; what left it in the meantime may have been the first.
  next_expiry bigint
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX mailbox_next_expiry ON mailbox (next_expiry);

CREATE TABLE envelope (
  account_id uuid NOT NULL,
  seq bigint NOT NULL,
  relay_id uuid NOT NULL,
  arrived_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (account_id, seq),
  UNIQUE (account_id, relay_id)
) WITH (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05);
-- Ciphertext does not compress.
ALTER TABLE envelope ALTER COLUMN body SET STORAGE EXTERNAL;

-- Ids of what left the mailbox, by the period in which they are forgotten: two are in use, the third is emptied whole.
CREATE TABLE seen (
  slot smallint NOT NULL,
  account_id uuid NOT NULL,
  relay_id uuid NOT NULL,
  forget_at bigint NOT NULL,
  PRIMARY KEY (account_id, relay_id, slot)
) PARTITION BY LIST (slot);
CREATE TABLE seen_0 PARTITION OF seen FOR VALUES IN (0);
CREATE TABLE seen_1 PARTITION OF seen FOR VALUES IN (1);
CREATE TABLE seen_2 PARTITION OF seen FOR VALUES IN (2);

-- Kinds: 1 signed, 2 last-resort KEM, 3 one-time, 4 one-time KEM.
CREATE TABLE prekey (
  account_id uuid NOT NULL,
  kind smallint NOT NULL,
  id bigint NOT NULL,
  created bigint NOT NULL,
  key bytea NOT NULL,
  signature bytea NOT NULL,
  PRIMARY KEY (account_id, kind, id)
);
ALTER TABLE prekey ALTER COLUMN key SET STORAGE EXTERNAL;
CREATE TABLE given_prekey (
  account_id uuid NOT NULL,
  kind smallint NOT NULL,
  id bigint NOT NULL,
  until bigint NOT NULL,
  PRIMARY KEY (account_id, kind, id)
);
CREATE INDEX given_prekey_until ON given_prekey (until);

CREATE TABLE blob (
  id uuid PRIMARY KEY,
  no bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  account_id uuid NOT NULL,
  bytes bigint NOT NULL,
  received bigint NOT NULL DEFAULT 0,
  upload_token_hash bytea NOT NULL,
  download_token_hash bytea NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX blob_account ON blob (account_id);
CREATE INDEX blob_expiry ON blob (expires_at);

CREATE TABLE probe (one boolean PRIMARY KEY CHECK (one), at bigint NOT NULL);
-- Shows that a relay has the data folder that belongs to this database.
CREATE TABLE data_folder (one boolean PRIMARY KEY CHECK (one), proof bytea NOT NULL);

-- Which process an account is connected to, and which processes there are: worth nothing after a crash.
CREATE UNLOGGED TABLE lease (
  account_id uuid PRIMARY KEY,
  process uuid NOT NULL,
  epoch bigint NOT NULL,
  previous uuid
) WITH (fillfactor = 50);
CREATE UNLOGGED TABLE process (id uuid PRIMARY KEY, seen_at timestamptz NOT NULL);
CREATE SEQUENCE lease_epoch;
`;
