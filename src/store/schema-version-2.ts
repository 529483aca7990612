/** Files, reactions, edits, deletions and messages that disappear. */
export const SCHEMA_VERSION_2 = `
ALTER TABLE contacts ADD COLUMN timer_seconds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN timer_set_at INTEGER NOT NULL DEFAULT 0;

ALTER TABLE messages ADD COLUMN expiry_seconds INTEGER NOT NULL DEFAULT 0;
-- The sequence of the edit whose text stands there; null: never edited.
ALTER TABLE messages ADD COLUMN edit_sequence BLOB CHECK (length(edit_sequence) = 8);
CREATE INDEX expiring_messages ON messages (expires_at, id) WHERE expires_at IS NOT NULL;
CREATE INDEX messages_with_files ON messages (contact_id, held, position, sequence) WHERE kind IN ('image', 'file');

-- A message that becomes a system line is not unread any more.
DROP TRIGGER unread_updated;
CREATE TRIGGER unread_updated AFTER UPDATE OF status, held, kind ON messages WHEN new.unread <> old.unread BEGIN
  UPDATE contacts SET unread = unread + new.unread - old.unread WHERE id = new.contact_id;
END;

-- What belongs to a message goes with it. A transaction may write it before the message itself.
CREATE TABLE attachment_facts (
  message_id BLOB PRIMARY KEY REFERENCES messages (message_id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  width INTEGER,
  height INTEGER,
  sha256 BLOB NOT NULL,
  thumbnail BLOB
) STRICT;

CREATE TABLE attachments (
  message_id BLOB NOT NULL REFERENCES attachment_facts (message_id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  role TEXT NOT NULL CHECK (role IN ('content', 'rendition')),
  blob_id BLOB NOT NULL,
  download_token BLOB NOT NULL,
  key BLOB NOT NULL,
  prefix BLOB NOT NULL,
  bytes INTEGER NOT NULL,
  ciphertext_hash BLOB NOT NULL,
  upload_token BLOB,
  file TEXT,
  state TEXT NOT NULL CHECK (state IN ('here', 'uploading', 'offered', 'fetching', 'lost')),
  reason TEXT,
  PRIMARY KEY (message_id, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_under_way ON attachments (state) WHERE state IN ('uploading', 'fetching');
CREATE INDEX attachment_files ON attachments (file) WHERE file IS NOT NULL;

-- An empty emoji is one that was taken back: its sequence still counts.
CREATE TABLE reactions (
  message_id BLOB NOT NULL REFERENCES messages (message_id) ON DELETE CASCADE,
  mine INTEGER NOT NULL,
  emoji TEXT NOT NULL,
  sequence BLOB NOT NULL CHECK (length(sequence) = 8),
  PRIMARY KEY (message_id, mine)
) STRICT, WITHOUT ROWID;

CREATE TABLE waiting_changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  target BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('edit', 'delete', 'reaction')),
  text TEXT NOT NULL,
  sequence BLOB NOT NULL CHECK (length(sequence) = 8),
  sent_at INTEGER NOT NULL
) STRICT;
CREATE INDEX waiting_changes_of_contact ON waiting_changes (contact_id, target);

-- Ids of messages deleted here, so that none of them comes again.
CREATE TABLE deleted_messages (
  message_id BLOB PRIMARY KEY,
  deleted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deleted_messages_by_age ON deleted_messages (deleted_at);

-- Texts deleted or replaced since the database was last written anew (erasure.ts).
CREATE TABLE erasures (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  total INTEGER NOT NULL
) STRICT;
INSERT INTO erasures (id, total) VALUES (1, 0);

CREATE TRIGGER message_erased AFTER DELETE ON messages BEGIN
  UPDATE erasures SET total = total + 1;
END;
CREATE TRIGGER text_erased AFTER UPDATE OF text ON messages WHEN new.text <> old.text BEGIN
  UPDATE erasures SET total = total + 1;
END;
`;
