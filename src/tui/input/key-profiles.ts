import type { Profile } from '../settings/settings.ts';
import { COMMANDS, type Command, type CommandId, type Keymap } from './commands.ts';

/** The keys of some commands, separated by spaces, in place of the table's. */
type Overlay = Readonly<Partial<Record<CommandId, string>>>;

/**
 * Escape leaves the writing, as it leaves vim's insert mode: then j, k, g, G move, i writes again. What Escape does
 * otherwise (back out of an answer, a filter, the history) is Ctrl-G's.
 */
const VIM: Overlay = {
  'select-message': 'escape C-space f12 M-s',
  back: 'C-g',
  'selection-end': 'i a escape C-c q',
  'selected-info': 'I',
  'selected-page-up': 'pageup C-b C-u',
  'selected-page-down': 'pagedown C-f C-d',
  'selected-open': 'enter l',
  'contacts-up': 'up C-k',
  'contacts-down': 'down C-j',
  'switcher-line-end': '',
  'list-up': 'up C-k',
  'list-down': 'down tab C-j',
  'help-page-up': 'pageup C-b C-u',
  'help-page-down': 'pagedown space C-f C-d',
  'help-top': 'home g',
  'help-bottom': 'end G',
};

/** Without Alt, without what multiplexers and readline want: everything else by the menu and the typed commands. */
const MINIMAL_KEEPS: ReadonlySet<CommandId> = new Set([
  'contacts',
  'switcher',
  'page-up',
  'page-down',
  'back',
  'send',
  'new-line',
  'complete',
  'complete-back',
  'select-message',
  'help',
  'menu',
  'redraw',
  'clear-or-quit',
]);
const MINIMAL: Overlay = { 'new-line': 'C-j', 'select-message': 'f12' };

function laid(table: Keymap, overlay: Overlay): Keymap {
  return table.map((command) => {
    const keys = overlay[command.id];
    return keys === undefined ? command : { ...command, keys: keys.split(' ').filter((key) => key !== '') };
  });
}

/** Commands of dialogs, of the selection and of the login have no other way than their keys. */
function isReachedOtherwise({ id, contexts, menu }: Command): boolean {
  const inMain = contexts.some(
    (context) => context === 'main' || context === 'anywhere' || context.startsWith('composer'),
  );
  return (inMain || menu === true) && !MINIMAL_KEEPS.has(id);
}

/** The keys of each profile. */
export const PROFILE_KEYS: Readonly<Record<Profile, Keymap>> = {
  default: COMMANDS,
  vim: laid(COMMANDS, VIM),
  minimal: laid(
    COMMANDS.map((command) => (isReachedOtherwise(command) ? { ...command, keys: [] } : command)),
    MINIMAL,
  ),
};
