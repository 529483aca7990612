import { durationOf } from '../../duration.ts';
import { textOf } from '../edit/text-buffer.ts';
import type { Command, CommandId, Keymap } from '../input/commands.ts';
import { SLASH_COMMANDS, type SlashCall, type SlashCommand, type SlashId } from '../input/slash-commands.ts';
import { type AppState, mainOf, pushDialog, type Step, step } from './app-state.ts';
import type { MainScreen } from './chat-state.ts';
import type { AskDialog, MenuDialog } from './dialog-state.ts';
import { lineField } from './fields.ts';
import { fuzzyFilter } from './fuzzy.ts';

export type MenuChoice =
  | { readonly kind: 'key'; readonly command: Command }
  | { readonly kind: 'slash'; readonly command: SlashCommand };

/** Commands of the composer that a key in the menu does already. */
const BY_KEY: ReadonlySet<SlashId> = new Set([
  'help',
  'add',
  'chat',
  'contacts',
  'lock',
  'mouse',
  'search',
  'send-file',
  'verify',
]);
/** Keys of the selection that a menu is no way for. */
const MOVES: ReadonlySet<CommandId> = new Set([
  'selected-menu',
  'selected-up',
  'selected-down',
  'selected-page-up',
  'selected-page-down',
  'selected-first',
  'selected-last',
  'selection-end',
]);
const TIMES = ['5m', '1h', '1d', '1w', '4w', 'off'];

function wordsOf(choice: MenuChoice): string {
  return choice.kind === 'key' ? choice.command.help : `${choice.command.name} ${choice.command.help}`;
}

/** Everything that can be done, by key or by a typed command, best fitting what is typed. */
export function menuChoices(keymap: Keymap, dialog: MenuDialog): readonly MenuChoice[] {
  if (dialog.of === 'message') {
    const ofMessage = keymap.filter(({ contexts, id }) => contexts.includes('selection') && !MOVES.has(id));
    const choices = ofMessage.map((command): MenuChoice => ({ kind: 'key', command }));
    return fuzzyFilter(choices, textOf(dialog.input).trim(), wordsOf);
  }
  const keys = keymap.filter(({ menu }) => menu).map((command): MenuChoice => ({ kind: 'key', command }));
  const typed = SLASH_COMMANDS.filter(({ id }) => !BY_KEY.has(id)).map(
    (command): MenuChoice => ({ kind: 'slash', command }),
  );
  return fuzzyFilter([...keys, ...typed], textOf(dialog.input).trim(), wordsOf);
}

/** Whether a command says nothing yet of whom or what it is about. */
export function needsMore({ argument }: SlashCommand, main: MainScreen): boolean {
  switch (argument) {
    case 'name':
    case 'new-name':
    case 'words':
    case 'time':
    case 'number':
    case 'number-words':
    case 'number-emoji':
    case 'switch':
      return true;
    case 'name?':
      return main.openName === null;
    case 'none':
    case 'path?':
    case 'id?':
      return false;
    default: {
      const never: never = argument;
      return never;
    }
  }
}

/** Asks for what a command out of the menu still needs. */
export function openAsk(state: AppState, command: SlashCommand): Step {
  return step(pushDialog(state, { kind: 'ask', command, input: lineField(), selected: 0 }));
}

/** What can be taken there by the arrow keys. */
export function askChoices(main: MainScreen, { command, input }: AskDialog): readonly string[] {
  const typed = textOf(input).trim();
  switch (command.argument) {
    case 'name':
    case 'name?':
      return fuzzyFilter(
        main.contacts.map(({ name }) => name),
        typed,
        (name) => name,
      );
    case 'time':
      return TIMES.filter((time) => time.startsWith(typed));
    case 'switch':
      return ['on', 'off'];
    default:
      return [];
  }
}

/** The command with its argument: a time that was typed whole, else the line that is chosen, else what is typed. */
export function answeredAsk(state: AppState, dialog: AskDialog): SlashCall | null {
  const main = mainOf(state);
  if (main === null) return null;
  const typed = textOf(dialog.input).trim();
  const isTime = dialog.command.argument === 'time' && durationOf(typed) !== null;
  const argument = isTime ? typed : (askChoices(main, dialog)[dialog.selected] ?? typed);
  return argument === '' ? null : { command: dialog.command, word: dialog.command.name, argument };
}
