import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The session's pure decisions; the rest of that folder moves data between ports. */
const DECISIONS = [
  'attachment-body',
  'attachment-descriptor',
  'back-off',
  'emoji',
  'file-mime',
  'incoming-changes',
  'message-body',
  'message-status',
  'names',
  'prekey-supply',
  'saved-name',
  'sequence',
  'session-book',
];

/** The files whose mutants count: all of src/crypto, and the session's decisions. */
export function mutatedSources(words: readonly string[]): readonly string[] {
  const crypto = readdirSync(join('src', 'crypto')).map((name) => `src/crypto/${name}`);
  const decisions = new Set(DECISIONS.map((name) => `${name}.ts`));
  const session = readdirSync(join('src', 'session'))
    .filter((name) => decisions.has(name))
    .map((name) => `src/session/${name}`);
  return [...crypto, ...session]
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort();
}

/** Where tests of those files are; end-to-end tests run the built programs, which hold no mutants. */
const TEST_FOLDERS = ['test/crypto/', 'test/session/', 'test/fuzz/'];

export function candidateTests(): readonly string[] {
  return readdirSync('test', { recursive: true })
    .map((name) => `test/${String(name).replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.test.ts') && TEST_FOLDERS.some((folder) => name.startsWith(folder)))
    .sort();
}
