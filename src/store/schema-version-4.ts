/** Which messages came before their sender had proven its identity key. What came before this format is not known: no mark. */
export const SCHEMA_VERSION_4 = `
ALTER TABLE messages ADD COLUMN unproven INTEGER NOT NULL DEFAULT 0;
`;
