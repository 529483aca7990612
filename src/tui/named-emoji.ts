import type { NamedEmoji } from './state/emoji-choice.ts';

let table: Promise<readonly NamedEmoji[]> | null = null;

/** GitHub's names, as people know them from elsewhere. A large table: read when it is first wanted. */
export function namedEmoji(): Promise<readonly NamedEmoji[]> {
  table ??= import('gemoji').then(({ gemoji }) => gemoji.map(({ emoji, names }) => ({ emoji, names })));
  return table;
}
