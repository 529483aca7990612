import { replaceRange, type TextBuffer, textAfterCursor, textBeforeCursor } from '../edit/text-buffer.ts';
import { SLASH_COMMANDS, type SlashCommand } from '../input/slash-commands.ts';
import { composerText } from '../views/layout.ts';
import type { AppState } from './app-state.ts';
import type { MainScreen } from './chat-state.ts';
import type { NamedEmoji } from './emoji-choice.ts';

/** What may come in place of what stands between `start` and the cursor. */
interface Place {
  readonly start: number;
  readonly text: string;
}

export type Completion = Place &
  (
    | { readonly kind: 'command'; readonly command: SlashCommand }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'emoji'; readonly emoji: string; readonly name: string }
  );

/** A walk through the completions by Tab; over as soon as the composer holds anything but `after`. */
export interface Cycling {
  readonly before: TextBuffer;
  readonly after: TextBuffer;
  readonly choices: readonly Completion[];
  readonly at: number;
}

const EMOJI_MAX = 60;
/** After a space, or after something that no word, time or address goes on from. */
const EMOJI_TYPED = /(?<![\p{L}\p{N}_:/])(:[a-z0-9_+-]{2,})$/iu;
const EMOJI_WHOLE = /(?<![\p{L}\p{N}_:/])(:([a-z0-9_+-]+):)$/iu;
const NAME_TYPED = /(?<![^\s(])(@[a-z0-9_]*)$/iu;

/** What Tab could make of the composer's text: commands after `/`, names, emoji after `:`. */
export function completionsFor(main: MainScreen, emoji: AppState['emoji']): readonly Completion[] {
  const buffer = composerText(main);
  const before = textBeforeCursor(buffer);
  const isCommand = before.startsWith('/') && !before.startsWith('//') && textAfterCursor(buffer) === '';
  const ofCommand = isCommand ? commandCompletions(main, before) : [];
  if (ofCommand.length > 0) return ofCommand;
  const [, name] = NAME_TYPED.exec(before) ?? [];
  if (name !== undefined) return nameCompletions(main, name.slice(1).toLowerCase(), buffer.cursor - name.length, '@');
  const typed = emojiTyped(before);
  return typed === null || emoji === null ? [] : emojiCompletions(emoji, typed, buffer.cursor - typed.length);
}

function emojiTyped(before: string): string | null {
  return EMOJI_TYPED.exec(before)?.[1] ?? null;
}

/** Whether the table of emoji is wanted for what is typed. */
export function wantsEmoji(main: MainScreen): boolean {
  return emojiTyped(textBeforeCursor(composerText(main))) !== null;
}

function commandCompletions(main: MainScreen, before: string): readonly Completion[] {
  const [word = '', ...rest] = before.slice(1).split(' ');
  if (rest.length === 0) {
    return SLASH_COMMANDS.filter((command) => matches(command, word)).map((command) => ({
      kind: 'command',
      command,
      start: 0,
      text: `/${command.name.startsWith(word) ? command.name : (aliasOf(command, word) ?? command.name)}${command.argument === 'none' ? '' : ' '}`,
    }));
  }
  const command = SLASH_COMMANDS.find(({ name, aliases }) => name === word || aliases.includes(word));
  if (rest.length > 1 || (command?.argument !== 'name' && command?.argument !== 'name?')) return [];
  return nameCompletions(main, rest[0] ?? '', word.length + 2, '');
}

function nameCompletions(main: MainScreen, typed: string, start: number, mark: '@' | ''): readonly Completion[] {
  return main.contacts
    .filter(({ name }) => name.startsWith(typed))
    .map(({ name }) => ({ kind: 'name', name, start, text: `${mark}${name}` }));
}

/** Those that begin as typed, then those that hold it, the shortest names first; each emoji once. */
function emojiCompletions(all: readonly NamedEmoji[], typed: string, start: number): readonly Completion[] {
  const wanted = typed.slice(1).toLowerCase();
  const named = all.flatMap(({ emoji, names }) => names.map((name) => ({ emoji, name })));
  const fitting = named
    .filter(({ name }) => name.includes(wanted))
    .sort(
      (a, b) => Number(b.name.startsWith(wanted)) - Number(a.name.startsWith(wanted)) || a.name.length - b.name.length,
    );
  const once = new Map<string, string>();
  for (const { emoji, name } of fitting) if (!once.has(emoji)) once.set(emoji, name);
  return [...once].slice(0, EMOJI_MAX).map(([emoji, name]) => ({ kind: 'emoji', emoji, name, start, text: emoji }));
}

function aliasOf(command: SlashCommand, word: string): string | undefined {
  return command.aliases.find((alias) => alias.startsWith(word));
}

function matches(command: SlashCommand, word: string): boolean {
  return command.name.startsWith(word) || aliasOf(command, word) !== undefined;
}

export function completed(buffer: TextBuffer, { start, text }: Place): TextBuffer {
  return replaceRange(buffer, start, buffer.cursor, text);
}

/** The walk that is under way; null where something else was typed since. */
export function cyclingIn(main: MainScreen): Cycling | null {
  return main.cycling?.after === composerText(main) ? main.cycling : null;
}

/** A name between two colons, typed to its end, as its emoji; null where there is none of that name. */
export function emojiWritten(buffer: TextBuffer, emoji: AppState['emoji']): TextBuffer | null {
  const [, whole, name = ''] = EMOJI_WHOLE.exec(textBeforeCursor(buffer)) ?? [];
  const found = whole === undefined ? undefined : emoji?.find(({ names }) => names.includes(name.toLowerCase()));
  if (whole === undefined || found === undefined) return null;
  return completed(buffer, { start: buffer.cursor - whole.length, text: found.emoji });
}
