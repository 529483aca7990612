import { durationOf } from '../../duration.ts';
import type { SlashCall, SlashId } from '../input/slash-commands.ts';
import { composerText } from '../views/layout.ts';
import { type AppState, mainOf, pushDialog, type Step, step, withMain, withNotice } from './app-state.ts';
import { attach } from './attaching.ts';
import { closeChat, openChat } from './chat-reducer.ts';
import { contactOf, type MainScreen } from './chat-state.ts';
import { withComposer } from './composer-reducer.ts';
import { confirmAdd, openAdd, openLink, openSafety } from './dialog-reducer.ts';
import type { AddDialog } from './dialog-state.ts';
import { emptied } from './fields.ts';
import { isPossibleName } from './login-reducer.ts';
import { saveNamed } from './message-commands.ts';
import { toggleMouse } from './mouse.ts';
import { openSearch } from './searching.ts';
import { askSecret } from './secrets.ts';
import { closeAccount, requestQuit } from './session-reducer.ts';
import { cancelNewest } from './transfers.ts';

type Run = (state: AppState, main: MainScreen, argument: string, word: string) => Step;

/** A command's contact: the one named, else the open chat's. */
function named(main: MainScreen, argument: string): string | null {
  const name = argument.replace(/^@/, '').toLowerCase();
  return name === '' ? main.openName : name;
}

/** Runs with a contact that exists; else says what is missing. */
function withContact(run: (state: AppState, main: MainScreen, name: string) => Step): Run {
  return (state, main, argument, word) => {
    const name = named(main, argument);
    if (name === null) return step(withNotice(state, 'info', `say whom: /${word} NAME`));
    if (contactOf(main, name) === null)
      return step(withNotice(state, 'error', `nobody called ${name} here; /add ${name} asks them`));
    return run(state, main, name);
  };
}

const RUN: Readonly<Record<SlashId, Run>> = {
  help: (state) => step(pushDialog(state, { kind: 'help', scroll: 0 })),
  add: (state, main, argument) => addContact(state, main, argument),
  link: (state) => openLink(state),
  chat: (state, main, argument) => {
    const name = named(main, argument);
    if (name === null) return step(withNotice(state, 'info', 'say whom: /chat NAME'));
    return contactOf(main, name) === null ? addContact(state, main, name, false) : openChat(state, name);
  },
  accept: withContact((state, main, name) => {
    if (contactOf(main, name)?.state !== 'incoming') return step(withNotice(state, 'info', `${name} has not asked`));
    return step(state, { type: 'contact', action: 'accept', name });
  }),
  block: withContact((state, _main, name) =>
    step(pushDialog(state, { kind: 'confirm', question: { kind: 'block', name }, selected: 1 })),
  ),
  unblock: withContact((state, _main, name) => step(state, { type: 'contact', action: 'unblock', name })),
  remove: withContact((state, _main, name) =>
    step(pushDialog(state, { kind: 'confirm', question: { kind: 'remove', name }, selected: 1 })),
  ),
  verify: withContact((state, _main, name) => openSafety(state, name)),
  contacts: (state, main) => step(withMain(state, { ...main, focus: 'contacts' })),
  close: (state, main) =>
    step(withMain(state, { ...closeChat(main), focus: main.contacts.length === 0 ? 'composer' : 'contacts' })),
  search: (state, _main, argument) => openSearch(state, argument),
  lock: (state) => closeAccount(state),
  logout: (state) => closeAccount(state),
  mouse: (state) => toggleMouse(state),
  quit: (state) => requestQuit(state),
  'send-image': (state, main, argument) => attach(state, main, 'image', argument),
  'send-file': (state, main, argument) => attach(state, main, 'file', argument),
  save: saveNamed,
  'save-all': withContact((state, _main, name) =>
    step(withNotice(state, 'info', `saving the files of the chat with ${name}…`), { type: 'save-all', name }),
  ),
  cancel: cancelNewest,
  'delete-history': withContact((state, _main, name) =>
    step(pushDialog(state, { kind: 'confirm', question: { kind: 'delete-history', name }, selected: 1 })),
  ),
  disappear: (state, main, argument) => setTimer(state, main, argument),
  'change-password': (state) => askSecret(state, 'change-password'),
  'delete-account': (state) => askSecret(state, 'delete-account'),
};

/** Messages of the open chat vanish so long after being read, on both sides. */
function setTimer(state: AppState, main: MainScreen, argument: string): Step {
  if (main.openName === null) return step(withNotice(state, 'info', 'open a chat first'));
  const seconds = durationOf(argument.trim().toLowerCase());
  if (seconds === null) return step(withNotice(state, 'info', 'say how long: /disappear 30s, 5m, 2h, 1d, 4w, or off'));
  return step(state, { type: 'disappear', name: main.openName, seconds });
}

/** The dialog that asks somebody, filled in; a name that is complete is asked at once. */
function addContact(state: AppState, main: MainScreen, argument: string, asksAtOnce = true): Step {
  // A link's key has capitals that count.
  const name = /[:@]./.test(argument.slice(1)) ? argument : argument.replace(/^@/, '').toLowerCase();
  const opened = openAdd(state, name);
  if (!asksAtOnce || name === '') return opened;
  if (isPossibleName(name) && contactOf(main, name) !== null) return openChat(state, name);
  const dialog = opened.state.dialogs.at(-1);
  return dialog?.kind === 'add' ? confirmAdd(opened.state, dialog satisfies AddDialog) : opened;
}

/** Runs a command out of the composer, which is empty afterwards; out of the menu it keeps what is typed. */
export function runSlash(state: AppState, call: SlashCall, typed: 'clears' | 'keeps' = 'clears'): Step {
  const main = mainOf(state);
  if (main === null) return step(state);
  if (typed === 'keeps') return RUN[call.command.id](state, main, call.argument, call.word);
  const cleared = withComposer(main, emptied(composerText(main)));
  return RUN[call.command.id](withMain(state, cleared), cleared, call.argument, call.word);
}
