import { requireSearch } from '../search-words.ts';
import type { AccountContext } from './account-context.ts';
import type { Message, SearchOptions } from './client.ts';
import { requireContact } from './contact-book.ts';
import { viewMessage } from './message-view.ts';
import type { SearchFilters } from './vault-port.ts';

/** The messages that hold all that was typed, newest first. A contact who is named must exist. */
export function searchMessages(
  context: AccountContext,
  text: string,
  options: SearchOptions & { readonly limit: number },
): readonly Message[] {
  const asked = requireSearch(text, context.clock.now());
  const ownName = context.vault.account.load().name;
  const isOwn = asked.from === 'me' || asked.from === ownName;
  const named = [options.with ?? null, asked.with, isOwn ? null : asked.from];
  const chats = new Set(named.flatMap((name) => (name === null ? [] : [requireContact(context, name).contactId])));
  const [contactId] = chats;
  if (chats.size > 1) return [];
  const filters: SearchFilters = {
    ...(contactId === undefined ? {} : { contactId }),
    ...(asked.from === null ? {} : { direction: isOwn ? 'out' : 'in' }),
    ...(asked.since === null ? {} : { since: asked.since }),
    ...(asked.until === null ? {} : { until: asked.until }),
    ...(asked.has.length === 0 ? {} : { has: asked.has }),
  };
  return context.vault.messages
    .search(asked.words.join(' '), { ...filters, limit: options.limit })
    .map((record) => viewMessage(context, record));
}
