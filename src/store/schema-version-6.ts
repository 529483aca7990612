/** That this account was restored from a backup elsewhere, and this copy of it is out of use. */
export const SCHEMA_VERSION_6 = `
ALTER TABLE account ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0;
`;
