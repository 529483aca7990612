/**
 * What changes something and came before its session had proven its sender's identity key: it waits for that proof. And what
 * is typed for a contact and not sent.
 */
export const SCHEMA_VERSION_5 = `
CREATE TABLE unproven_changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  contact_id INTEGER NOT NULL REFERENCES contacts (id),
  session_id BLOB NOT NULL,
  target BLOB,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX unproven_changes_of_session ON unproven_changes (session_id);
CREATE INDEX unproven_changes_of_contact ON unproven_changes (contact_id, target);

CREATE TABLE drafts (
  contact_id INTEGER PRIMARY KEY REFERENCES contacts (id),
  text TEXT NOT NULL
) STRICT;
`;
