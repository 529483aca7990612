/** Repair: what could not be opened, what was sent lately, and what is missing. */
export const SCHEMA_VERSION_3 = `
ALTER TABLE account ADD COLUMN renew_pre_keys INTEGER NOT NULL DEFAULT 0;

CREATE TABLE kept_envelopes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  relay_id BLOB NOT NULL UNIQUE,
  envelope BLOB NOT NULL,
  contact_id INTEGER REFERENCES contacts (id) ON DELETE CASCADE,
  kept_at INTEGER NOT NULL,
  asked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX kept_envelopes_of_contact ON kept_envelopes (contact_id);

CREATE TABLE opened_envelopes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tag BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE sent_bodies (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  relay_id BLOB NOT NULL,
  inner_id BLOB NOT NULL,
  identity_key BLOB NOT NULL,
  about BLOB,
  sequence BLOB NOT NULL CHECK (length(sequence) = 8),
  body BLOB NOT NULL,
  sent_at INTEGER NOT NULL,
  resent INTEGER NOT NULL DEFAULT 0,
  UNIQUE (contact_id, inner_id)
) STRICT;
CREATE INDEX sent_bodies_about ON sent_bodies (about) WHERE about IS NOT NULL;
CREATE INDEX sent_bodies_by_age ON sent_bodies (sent_at);

-- What was erased here is not sent again.
CREATE TRIGGER sent_body_erased AFTER DELETE ON messages BEGIN
  DELETE FROM sent_bodies WHERE about = old.message_id;
END;
CREATE TRIGGER sent_body_redacted AFTER UPDATE OF kind ON messages WHEN new.kind = 'system' AND old.kind <> 'system' BEGIN
  DELETE FROM sent_bodies WHERE about = old.message_id;
END;

CREATE TABLE repairs (
  contact_id INTEGER PRIMARY KEY REFERENCES contacts (id) ON DELETE CASCADE,
  highest BLOB CHECK (length(highest) = 8),
  renew INTEGER NOT NULL DEFAULT 0,
  asked_at INTEGER,
  answered_at INTEGER,
  began_at INTEGER,
  request BLOB
) STRICT;
-- Places that were passed over before they were counted are nobody's gaps.
INSERT INTO repairs (contact_id) SELECT id FROM contacts;

CREATE TABLE missing_places (
  contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  sequence BLOB NOT NULL CHECK (length(sequence) = 8),
  noticed_at INTEGER NOT NULL,
  told INTEGER NOT NULL DEFAULT 0,
  asked INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (contact_id, sequence)
) STRICT, WITHOUT ROWID;
`;
