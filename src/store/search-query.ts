import type { Value } from './vault-database.ts';

/** A WHERE clause over `messages` (and `message_words` where `usesIndex`), with its values. */
export interface SearchQuery {
  readonly usesIndex: boolean;
  readonly where: string;
  readonly values: readonly Value[];
}

/**
 * Turns what a user typed into a query: every word must occur, the last one as a beginning. Each word is quoted, so
 * that none of FTS5's operators, columns or quotes is ever meant. The index knows letters and digits only; a word made
 * of emoji or punctuation is looked for in the text itself. Null where there is no word at all.
 */
export function searchQuery(
  words: string,
  contactId: number | undefined,
  tokenize: (word: string) => readonly string[],
): SearchQuery | null {
  // FTS5 reads its query up to a NUL.
  const all = words.split(/[\s\0]+/u).filter((word) => word !== '');
  if (all.length === 0) return null;
  const clauses: string[] = ['messages.held = 0'];
  const values: Value[] = [];
  const phrases: string[] = [];
  for (const [index, word] of all.entries()) {
    if (tokenize(word).length > 0) {
      phrases.push(index === all.length - 1 ? `${quoted(word)} *` : quoted(word));
    } else {
      clauses.push('instr(messages.text, ?) > 0');
      values.push(word);
    }
  }
  if (phrases.length > 0) {
    const inText = `{text} : (${phrases.join(' ')})`;
    clauses.push('message_words MATCH ?');
    values.push(contactId === undefined ? inText : `{contact_id} : "${contactId}" AND ${inText}`);
  } else if (contactId !== undefined) {
    clauses.push('messages.contact_id = ?');
    values.push(contactId);
  }
  return { usesIndex: phrases.length > 0, where: clauses.join(' AND '), values };
}

function quoted(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}
