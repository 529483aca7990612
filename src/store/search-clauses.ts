import type { SearchFilters } from '../session/vault-port.ts';
import type { Value } from './vault-database.ts';

/** A WHERE clause over `messages` (and `message_words` where `usesIndex`), with its values. */
export interface SearchClauses {
  readonly usesIndex: boolean;
  readonly where: string;
  readonly values: readonly Value[];
}

const LINK_STARTS = ['https', 'http'];

/**
 * Turns what is looked for into a query: every word must occur, the last one as a beginning. Each word is quoted, so
 * that none of FTS5's operators, columns or quotes is ever meant. The index knows letters and digits only; a word made
 * of emoji or punctuation is looked for in the text itself. Null where there is nothing to look for.
 */
export function searchClauses(
  text: string,
  { contactId, direction, since, until, has }: SearchFilters,
  tokenize: (word: string) => readonly string[],
): SearchClauses | null {
  // FTS5 reads its query up to a NUL.
  const words = text.split(/[\s\0]+/u).filter((word) => word !== '');
  if (words.length === 0 && [contactId, direction, since, until, has].every((filter) => filter === undefined))
    return null;
  const clauses: string[] = ['messages.held = 0'];
  const values: Value[] = [];
  const phrases: string[] = [];
  const add = (clause: string, ...given: readonly Value[]): void => {
    clauses.push(clause);
    values.push(...given);
  };
  for (const [index, word] of words.entries()) {
    if (tokenize(word).length > 0) phrases.push(index === words.length - 1 ? `${quoted(word)} *` : quoted(word));
    else add('instr(messages.text, ?) > 0', word);
  }
  // As the interface shows it: never later than it came, whatever the sender's clock says.
  const time = 'min(messages.sent_at, coalesce(messages.received_at, messages.sent_at))';
  if (direction !== undefined) add(`messages.direction = ? AND messages.kind <> 'system'`, direction);
  if (since !== undefined) add(`${time} >= ?`, since);
  if (until !== undefined) add(`${time} < ?`, until);
  for (const kind of has ?? []) {
    if (kind === 'link') {
      // The index narrows it to texts with the letters of a link's start; the text itself decides.
      phrases.push(`(${LINK_STARTS.map(quoted).join(' OR ')})`);
      add(
        `messages.kind <> 'system' AND (${LINK_STARTS.map(() => 'instr(lower(messages.text), ?) > 0').join(' OR ')})`,
      );
      values.push(...LINK_STARTS.map((start) => `${start}://`));
    } else {
      add('messages.kind = ? AND messages.message_id IN (SELECT message_id FROM attachment_facts)', kind);
    }
  }
  if (phrases.length > 0) {
    const inText = `{text} : (${phrases.join(' AND ')})`;
    add('message_words MATCH ?', contactId === undefined ? inText : `{contact_id} : "${contactId}" AND ${inText}`);
  } else if (contactId !== undefined) {
    add('messages.contact_id = ?', contactId);
  }
  return { usesIndex: phrases.length > 0, where: clauses.join(' AND '), values };
}

function quoted(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}
