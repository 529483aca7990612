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

/**
 * The test files that may notice a mutant. The cryptography has to be held by its own tests; the session's decisions by
 * those of their folder. End-to-end tests run the built programs, which hold no mutants.
 */
export function candidateTests(sources: readonly string[]): readonly string[] {
  const folders = [
    'test/crypto/',
    ...(sources.some((file) => file.startsWith('src/session/')) ? ['test/session/'] : []),
  ];
  return readdirSync('test', { recursive: true })
    .map((name) => `test/${String(name).replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.test.ts') && folders.some((folder) => name.startsWith(folder)))
    .sort();
}
