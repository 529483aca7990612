/** The tables of the first release: text chats. */
export const SCHEMA_VERSION_1 = `
CREATE TABLE account (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  account_id BLOB NOT NULL,
  relay_url TEXT NOT NULL,
  relay_key BLOB,
  registered_at INTEGER,
  identity_public BLOB NOT NULL,
  identity_private BLOB NOT NULL,
  relay_public BLOB NOT NULL,
  relay_private BLOB NOT NULL,
  login_token BLOB NOT NULL,
  pending_login_token BLOB,
  last_seq BLOB NOT NULL CHECK (length(last_seq) = 8)
) STRICT;

CREATE TABLE pre_keys (
  kind TEXT NOT NULL CHECK (kind IN ('signed', 'one-time', 'kem-one-time', 'kem-last-resort')),
  id INTEGER NOT NULL,
  created INTEGER NOT NULL,
  private_key BLOB NOT NULL,
  public_key BLOB NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT;

CREATE TABLE pre_key_numbers (
  kind TEXT PRIMARY KEY,
  next_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seen_initiations (
  signed_pre_key_id INTEGER NOT NULL,
  ephemeral_key BLOB NOT NULL,
  transcript_hash BLOB NOT NULL,
  session_id BLOB NOT NULL,
  PRIMARY KEY (signed_pre_key_id, ephemeral_key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER signed_pre_key_destroyed AFTER DELETE ON pre_keys WHEN old.kind = 'signed' BEGIN
  DELETE FROM seen_initiations WHERE signed_pre_key_id = old.id;
END;

CREATE TABLE contacts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  account_id BLOB UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('accepted', 'requested', 'incoming', 'blocked')),
  identity_key BLOB,
  changed_identity_key BLOB,
  verified INTEGER NOT NULL,
  peer_accepted INTEGER NOT NULL,
  next_sequence BLOB NOT NULL CHECK (length(next_sequence) = 8),
  state_before_block TEXT,
  created_at INTEGER NOT NULL,
  unread INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE sessions (
  session_id BLOB PRIMARY KEY,
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  current INTEGER NOT NULL,
  record BLOB NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_contact ON sessions (contact_id);
CREATE UNIQUE INDEX one_current_session ON sessions (contact_id) WHERE current = 1;

CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  message_id BLOB NOT NULL UNIQUE,
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  kind TEXT NOT NULL CHECK (kind IN ('text', 'image', 'file', 'system')),
  text TEXT NOT NULL,
  reply_to BLOB,
  client_id TEXT,
  sent_at INTEGER NOT NULL,
  received_at INTEGER,
  edited_at INTEGER,
  expires_at INTEGER,
  status TEXT NOT NULL CHECK (status IN ('queued', 'sent', 'delivered', 'read', 'failed')),
  reason TEXT,
  sequence BLOB NOT NULL CHECK (length(sequence) = 8),
  position INTEGER NOT NULL,
  held INTEGER NOT NULL,
  announced INTEGER NOT NULL DEFAULT 0,
  unread INTEGER AS (direction = 'in' AND kind <> 'system' AND held = 0 AND status <> 'read') VIRTUAL
) STRICT;
CREATE UNIQUE INDEX message_by_client_id ON messages (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX chat_order ON messages (contact_id, held, position, sequence);
CREATE INDEX incoming_sequence ON messages (contact_id, sequence, position) WHERE direction = 'in';
CREATE INDEX unread_messages ON messages (contact_id, position, sequence) WHERE unread = 1;
CREATE INDEX unannounced_messages ON messages (announced) WHERE announced = 0 AND direction = 'in' AND held = 0;

CREATE TRIGGER unread_inserted AFTER INSERT ON messages WHEN new.unread = 1 BEGIN
  UPDATE contacts SET unread = unread + 1 WHERE id = new.contact_id;
END;
CREATE TRIGGER unread_updated AFTER UPDATE OF status, held ON messages WHEN new.unread <> old.unread BEGIN
  UPDATE contacts SET unread = unread + new.unread - old.unread WHERE id = new.contact_id;
END;
CREATE TRIGGER unread_deleted AFTER DELETE ON messages WHEN old.unread = 1 BEGIN
  UPDATE contacts SET unread = unread - 1 WHERE id = old.contact_id;
END;

-- The contact's number is indexed as a word too: a search within one chat then never walks the others' hits.
CREATE VIRTUAL TABLE message_words USING fts5 (
  text, contact_id, content = 'messages', content_rowid = 'id', columnsize = 0, tokenize = 'signal_tokenizer'
);
INSERT INTO message_words (message_words, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER words_inserted AFTER INSERT ON messages BEGIN
  INSERT INTO message_words (rowid, text, contact_id) VALUES (new.id, new.text, new.contact_id);
END;
CREATE TRIGGER words_updated AFTER UPDATE OF text ON messages BEGIN
  INSERT INTO message_words (message_words, rowid, text, contact_id)
    VALUES ('delete', old.id, old.text, old.contact_id);
  INSERT INTO message_words (rowid, text, contact_id) VALUES (new.id, new.text, new.contact_id);
END;
CREATE TRIGGER words_deleted AFTER DELETE ON messages BEGIN
  INSERT INTO message_words (message_words, rowid, text, contact_id)
    VALUES ('delete', old.id, old.text, old.contact_id);
END;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  message_id BLOB,
  relay_id BLOB NOT NULL,
  body BLOB NOT NULL,
  envelope BLOB,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_of_contact ON outbox (contact_id);

CREATE TABLE receipts (
  id INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  message_id BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('delivered', 'read')),
  UNIQUE (contact_id, message_id, kind)
) STRICT;
`;
