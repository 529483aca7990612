import { fuzzyFilter } from './fuzzy.ts';

/** An emoji with the names that people type for it, the usual one first. */
export interface NamedEmoji {
  readonly emoji: string;
  readonly names: readonly string[];
}

/** What is offered before anything is typed. */
const USUAL: readonly NamedEmoji[] = [
  { emoji: '👍', names: ['thumbs up'] },
  { emoji: '❤️', names: ['heart'] },
  { emoji: '😂', names: ['joy'] },
  { emoji: '😮', names: ['astonished'] },
  { emoji: '😢', names: ['sad'] },
  { emoji: '🙏', names: ['thank you'] },
  { emoji: '🎉', names: ['tada'] },
  { emoji: '👀', names: ['eyes'] },
];
const CHOICES_MAX = 50;

/** What an emoji is chosen from: the usual ones, or those whose names fit; an emoji that was typed itself. */
export function emojiChoices(all: readonly NamedEmoji[] | null, typed: string): readonly NamedEmoji[] {
  const words = typed.trim().replace(/^:|:$/g, '').toLowerCase();
  if (words === '') return USUAL;
  const known = all ?? USUAL;
  const itself = known.find(({ emoji }) => emoji === words);
  if (itself !== undefined) return [itself];
  if (/^\P{ASCII}+$/u.test(words)) return [{ emoji: words, names: [] }];
  const byName = known.flatMap((emoji) => emoji.names.map((name) => ({ emoji, name })));
  const fitting = fuzzyFilter(byName, words.replaceAll(' ', '_'), ({ name }) => name.replaceAll(' ', '_'));
  return [...new Set(fitting.map(({ emoji }) => emoji))].slice(0, CHOICES_MAX);
}
