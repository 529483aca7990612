import type { NamedEmoji } from './state/emoji-choice.ts';

/** GitHub's names, as people know them from elsewhere. A large table: read when it is first wanted. */
export async function namedEmoji(): Promise<readonly NamedEmoji[]> {
  const { gemoji } = await import('gemoji');
  return gemoji.map(({ emoji, names }) => ({ emoji, names }));
}
