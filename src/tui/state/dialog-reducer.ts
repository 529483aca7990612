import type { Verification } from '../../session/client.ts';
import { applyKey, applyPaste } from '../edit/readline.ts';
import { type TextBuffer, textOf } from '../edit/text-buffer.ts';
import type { KeyEvent } from '../input/events.ts';
import { asksForHelp, parseInput } from '../input/slash-commands.ts';
import type { Failure } from './action.ts';
import {
  type AppState,
  findDialog,
  mainOf,
  popDialog,
  pushDialog,
  replaceDialog,
  type Step,
  step,
  topDialog,
  withNotice,
  withTopDialog,
} from './app-state.ts';
import { jumpToMessage, openChat } from './chat-reducer.ts';
import { contactOf } from './chat-state.ts';
import type { AddDialog, Dialog, LinkDialog, SafetyDialog } from './dialog-state.ts';
import { emptied, lineField } from './fields.ts';
import { shownEntries } from './file-browser.ts';
import { isPossibleName } from './login-reducer.ts';
import { askChoices, menuChoices } from './palette.ts';
import { reactionChoices } from './reacting.ts';
import { recallChoices } from './recall.ts';
import { askSearch } from './searching.ts';
import { switcherChoices } from './selectors.ts';

export function openAdd(state: AppState, name = ''): Step {
  return step(pushDialog(state, { kind: 'add', input: lineField(name), isBusy: false, error: null }));
}

/** The link to one's own account. */
export function openLink(state: AppState): Step {
  return step(pushDialog(state, { kind: 'link', link: null }), { type: 'own-link' });
}

export function ownLinkCame(state: AppState, link: string): Step {
  const dialog = findDialog(state, 'link');
  return step(dialog === null ? state : replaceDialog(state, dialog, { ...dialog, link }));
}

export function copyLink(state: AppState, { link }: LinkDialog): Step {
  if (link === null) return step(state);
  return step(withNotice(state, 'success', 'copied, where the terminal allows it'), { type: 'copy', text: link });
}

export function openSwitcher(state: AppState): Step {
  return step(pushDialog(state, { kind: 'switcher', input: lineField(), selected: 0 }));
}

export function openMenu(state: AppState): Step {
  return step(pushDialog(state, { kind: 'menu', of: 'all', input: lineField(), selected: 0 }));
}

/** What can be done with the selected message, with the keys that do it at once. */
export function openMessageMenu(state: AppState): Step {
  return step(pushDialog(state, { kind: 'menu', of: 'message', input: lineField(), selected: 0 }));
}

export function openSafety(state: AppState, name: string): Step {
  const dialog: SafetyDialog = {
    kind: 'safety',
    name,
    verification: null,
    input: lineField(),
    isBusy: false,
    error: null,
  };
  return step(pushDialog(state, dialog), { type: 'verify', name });
}

export function verificationCame(state: AppState, verification: Verification): Step {
  const dialog = findDialog(state, 'safety');
  if (dialog?.name !== verification.name) return step(state);
  const confirmed = dialog.isBusy && verification.verified;
  const next = replaceDialog(state, dialog, { ...dialog, verification, isBusy: false, error: null });
  return step(confirmed ? withNotice(next, 'success', `${dialog.name} is verified`) : next);
}

export function safetyFailed(state: AppState, name: string, failure: Failure): Step {
  const dialog = findDialog(state, 'safety');
  if (dialog?.name !== name) return step(withNotice(state, 'error', failure.sentence));
  return step(replaceDialog(state, dialog, { ...dialog, isBusy: false, error: failure.sentence }));
}

/** The last group of the number, typed as it was read out elsewhere, says that somebody compared. */
export function confirmSafety(state: AppState, dialog: SafetyDialog): Step {
  const { verification, name } = dialog;
  if (verification === null || dialog.isBusy) return step(state);
  if (verification.verified && !verification.changed) return step(popDialog(state));
  const typed = textOf(dialog.input).replace(/\s/g, '');
  if (typed === '') return step(popDialog(state));
  const digits = verification.safety_number.replace(/\D/g, '');
  if (typed !== digits.slice(-5) && typed !== digits) {
    return step(
      withTopDialog(state, {
        ...dialog,
        error: 'these are not the last five digits: do not trust this key until it is clear why',
      }),
    );
  }
  const busy = withTopDialog(state, { ...dialog, input: emptied(dialog.input), isBusy: true, error: null });
  const number = verification.safety_number;
  return step(busy, verification.changed ? { type: 'trust', name, number } : { type: 'confirm-number', name, number });
}

/** Whom somebody means who types `/add ben`, `@ben` or `Ben` where only a name is asked for. */
function whoIsMeant(text: string): string {
  const parsed = parseInput(text);
  const typed = parsed.kind === 'command' && parsed.call.command.id === 'add' ? parsed.call.argument : text;
  const bare = typed.trim().replace(/^@/, '');
  // A link's key has capitals that count.
  return /[:@]/.test(bare) ? bare : bare.toLowerCase();
}

export function confirmAdd(state: AppState, typed: AddDialog): Step {
  const main = mainOf(state);
  if (main === null || typed.isBusy) return step(state);
  const name = whoIsMeant(textOf(typed.input));
  const dialog: AddDialog = { ...typed, input: emptied(typed.input, name) };
  const refuse = (error: string): Step => step(withTopDialog(state, { ...typed, error }));
  if (name === '') return refuse('type a name first');
  if (/[:@]/.test(name)) {
    return step(withTopDialog(state, { ...dialog, isBusy: true, error: null }), { type: 'add-address', address: name });
  }
  if (!isPossibleName(name)) return refuse('names are 2 to 32 of a-z, 0-9 and _');
  if (name === main.account) return refuse('that is you');
  if (contactOf(main, name) !== null) return openChat(popDialog(state), name);
  return step(withTopDialog(state, { ...dialog, isBusy: true, error: null }), { type: 'contact', action: 'add', name });
}

export function addFailed(state: AppState, name: string, failure: Failure): Step {
  const dialog = findDialog(state, 'add');
  if (dialog === null || textOf(dialog.input).trim() !== name)
    return step(withNotice(state, 'error', failure.sentence));
  return step(replaceDialog(state, dialog, { ...dialog, isBusy: false, error: failure.sentence }));
}

/** A dialog's own text field, where it has one. */
function inputOf(dialog: Dialog): TextBuffer | null {
  if (dialog.kind === 'secret') return dialog.isBusy ? null : (dialog.inputs[dialog.field] ?? null);
  return 'input' in dialog ? dialog.input : null;
}

/** The state without the word that asks for help in the topmost dialog's field; null where there is none. */
export function withoutHelpWord(state: AppState): AppState | null {
  const dialog = topDialog(state);
  const input = dialog === null ? null : inputOf(dialog);
  if (dialog === null || input === null || !asksForHelp(textOf(input))) return null;
  return edited(state, dialog, emptied(input)).state;
}

function edited(state: AppState, dialog: Dialog, input: TextBuffer): Step {
  switch (dialog.kind) {
    case 'add':
      return step(withTopDialog(state, { ...dialog, input, error: null }));
    case 'find':
      return step(withTopDialog(state, { ...dialog, input, error: null }));
    case 'safety':
      return step(withTopDialog(state, { ...dialog, input, error: null }));
    case 'switcher':
    case 'menu':
    case 'ask':
    case 'react':
    case 'recall':
      return step(withTopDialog(state, { ...dialog, input, selected: 0 }));
    case 'files':
      return step(withTopDialog(state, { ...dialog, input, selected: 0, error: null }));
    case 'secret':
      return step(withTopDialog(state, { ...dialog, inputs: dialog.inputs.with(dialog.field, input), error: null }));
    case 'search': {
      const changed = { ...dialog, input };
      return askSearch(withTopDialog(state, changed), changed);
    }
    default:
      return step(state);
  }
}

export function typeIntoDialog(state: AppState, dialog: Dialog, key: KeyEvent): Step {
  const before = inputOf(dialog);
  const after = before === null ? null : applyKey(before, key, { multiline: false });
  return after === null || after === before ? step(state) : edited(state, dialog, after);
}

export function pasteIntoDialog(state: AppState, dialog: Dialog, text: string): Step {
  const before = inputOf(dialog);
  return before === null ? step(state) : edited(state, dialog, applyPaste(before, text.trim(), { multiline: false }));
}

function lengthOf(state: AppState, dialog: Dialog): number {
  const main = mainOf(state);
  if (dialog.kind === 'switcher') return main === null ? 0 : switcherChoices(main, dialog).length;
  if (dialog.kind === 'menu') return menuChoices(state.keymap, dialog).length;
  if (dialog.kind === 'ask') return main === null ? 0 : askChoices(main, dialog).length;
  if (dialog.kind === 'links') return dialog.links.length;
  if (dialog.kind === 'recall') return main === null ? 0 : recallChoices(main, dialog).length;
  if (dialog.kind === 'react') return reactionChoices(state, dialog).length;
  if (dialog.kind === 'files') return shownEntries(dialog).length;
  return dialog.kind === 'search' ? (dialog.results?.length ?? 0) : 0;
}

export function moveInList(state: AppState, by: number): Step {
  const dialog = topDialog(state);
  if (dialog === null || !('selected' in dialog)) return step(state);
  const selected = Math.max(0, Math.min(lengthOf(state, dialog) - 1, dialog.selected + by));
  return step(withTopDialog(state, { ...dialog, selected }));
}

/** Enter in the switcher or the search; the menu's choice is run by the caller. */
export function chooseInList(state: AppState): Step {
  const dialog = topDialog(state);
  const main = mainOf(state);
  if (main === null) return step(state);
  if (dialog?.kind === 'switcher') {
    const choice = switcherChoices(main, dialog)[dialog.selected];
    if (choice === undefined) return step(state);
    return choice.kind === 'chat'
      ? openChat(popDialog(state), choice.contact.name)
      : openAdd(popDialog(state), choice.name);
  }
  if (dialog?.kind === 'search') {
    const message = dialog.results?.[dialog.selected];
    return message === undefined ? step(state) : jumpToMessage(popDialog(state), message);
  }
  return step(state);
}
