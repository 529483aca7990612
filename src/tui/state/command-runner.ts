import { helpLines, helpRows } from '../dialogs/help.ts';
import { textOf } from '../edit/text-buffer.ts';
import type { CommandId } from '../input/commands.ts';
import { parseInput } from '../input/slash-commands.ts';
import { composerText } from '../views/layout.ts';
import {
  type AppState,
  mainOf,
  popDialog,
  pushDialog,
  QUIT_WINDOW_MS,
  type Step,
  step,
  topDialog,
  withMain,
  withNotice,
  withTopDialog,
} from './app-state.ts';
import { openChat, sendText } from './chat-reducer.ts';
import type { MainScreen } from './chat-state.ts';
import { clearComposer, complete, insertPaste, recallNewer, recallOlder } from './composer-reducer.ts';
import {
  chooseInList,
  confirmAdd,
  confirmSafety,
  moveInList,
  openAdd,
  openMenu,
  openSearch,
  openSwitcher,
} from './dialog-reducer.ts';
import type { Dialog } from './dialog-state.ts';
import { emptied } from './fields.ts';
import { moveField, moveVertically, submit, switchForm } from './login-reducer.ts';
import type { LoginScreen } from './login-state.ts';
import { answerRequest, compareKeys, openNeighbour, openNextUnread, stepBack } from './navigation.ts';
import { type ScrollBy, scrollOpenChat } from './scrolling.ts';
import { cursorIndex, menuChoices, shownContacts } from './selectors.ts';
import { closeAccount, requestQuit } from './session-reducer.ts';
import { runSlash } from './slash-runner.ts';

type Run = (state: AppState, key: string) => Step;

const LIST_PAGE = 8;

function inLogin(run: (state: AppState, login: LoginScreen) => Step): Run {
  return (state) =>
    state.screen.kind === 'login' && state.screen.busy === null ? run(state, state.screen) : step(state);
}

function inMain(run: (state: AppState, main: MainScreen, key: string) => Step): Run {
  return (state, key) => {
    const main = mainOf(state);
    return main === null ? step(state) : run(state, main, key);
  };
}

function changeMain(change: (main: MainScreen, state: AppState) => MainScreen): Run {
  return inMain((state, main) => step(withMain(state, change(main, state))));
}

function isKind<K extends Dialog['kind']>(dialog: Dialog | null, kind: K): dialog is Extract<Dialog, { kind: K }> {
  return dialog?.kind === kind;
}

function onDialog<K extends Dialog['kind']>(
  kind: K,
  run: (state: AppState, dialog: Extract<Dialog, { kind: K }>) => Step,
): Run {
  return (state) => {
    const dialog = topDialog(state);
    return isKind(dialog, kind) ? run(state, dialog) : step(state);
  };
}

function scroll(by: ScrollBy): Run {
  return changeMain((main, state) => scrollOpenChat(state, main, by));
}

function helpScroll(change: (scroll: number, page: number) => number): Run {
  return onDialog('help', (state, dialog) => {
    const shown = helpRows(state.rows);
    const last = Math.max(0, helpLines().length - shown);
    const scroll = change(dialog.scroll, Math.max(1, shown - 2));
    return step(withTopDialog(state, { ...dialog, scroll: Math.max(0, Math.min(last, scroll)) }));
  });
}

/** The cursor of the contact list, moved to a place among the shown ones. */
function moveCursor(place: (at: number, count: number) => number): Run {
  return changeMain((main) => {
    const shown = shownContacts(main);
    const at = Math.max(0, Math.min(shown.length - 1, place(cursorIndex(main), shown.length)));
    return { ...main, cursorName: shown[at]?.name ?? null };
  });
}

function enterInComposer(state: AppState, main: MainScreen): Step {
  const text = textOf(composerText(main));
  if (text.trim() === '') return step(state);
  const parsed = parseInput(text);
  switch (parsed.kind) {
    case 'command':
      return runSlash(state, parsed.call);
    case 'unknown':
      return step(withNotice(state, 'error', `no such command: /${parsed.word} · //${parsed.word} sends it as text`));
    case 'text':
      return sendText(state, main, parsed.text);
    default: {
      const never: never = parsed;
      return never;
    }
  }
}

/** Clears what is typed, else arms, else quits. */
function clearOrQuit(state: AppState): Step {
  const main = mainOf(state);
  const cleared = main === null ? null : clearComposer(main);
  if (cleared !== null) return step({ ...withMain(state, cleared), quitArmedAt: state.now });
  const armed = state.quitArmedAt !== null && state.now - state.quitArmedAt < QUIT_WINDOW_MS;
  if (armed) return requestQuit({ ...state, quitArmedAt: null, notice: null });
  return step({ ...withNotice(state, 'info', 'once more to quit', QUIT_WINDOW_MS), quitArmedAt: state.now });
}

const BUTTONS = { request: 3, confirm: 2 } as const;

function moveButton(by: 1 | -1): Run {
  return (state) => {
    const dialog = topDialog(state);
    if (dialog?.kind !== 'request' && dialog?.kind !== 'confirm') return step(state);
    const count = BUTTONS[dialog.kind];
    return step(withTopDialog(state, { ...dialog, selected: (dialog.selected + by + count) % count }));
  };
}

function answerTo(action: 'accept' | 'block'): Run {
  return onDialog('request', (state, { name }) => step(popDialog(state), { type: 'contact', action, name }));
}

const confirmYes = onDialog('confirm', (state, { question }) => {
  if (question.kind === 'quit') return step({ ...popDialog(state), exitCode: 0 });
  return step(popDialog(state), { type: 'contact', action: question.kind, name: question.name });
});

const closeTop: Run = (state) => step(popDialog(state));

function pressButton(state: AppState, key: string): Step {
  const dialog = topDialog(state);
  if (dialog?.kind === 'confirm') return dialog.selected === 0 ? confirmYes(state, key) : step(popDialog(state));
  if (dialog?.kind !== 'request') return step(state);
  const press = [answerTo('accept'), answerTo('block'), closeTop][dialog.selected];
  return press === undefined ? step(state) : press(state, key);
}

function chooseLine(state: AppState, key: string): Step {
  const dialog = topDialog(state);
  if (dialog?.kind !== 'menu') return chooseInList(state);
  const command = menuChoices(dialog)[dialog.selected];
  return command === undefined ? step(state) : runCommand(popDialog(state), command.id, key);
}

const RUN: Readonly<Record<CommandId, Run>> = {
  'login-next': inLogin(submit),
  'login-switch': inLogin(switchForm),
  'field-next': inLogin((state, login) => moveField(state, login, 1)),
  'field-previous': inLogin((state, login) => moveField(state, login, -1)),
  'login-up': inLogin((state, login) => moveVertically(state, login, -1)),
  'login-down': inLogin((state, login) => moveVertically(state, login, 1)),
  'login-escape': clearOrQuit,
  switcher: openSwitcher,
  'switcher-line-end': openSwitcher,
  'unread-next': inMain(openNextUnread),
  'chat-next': inMain((state, main) => openNeighbour(state, main, 1)),
  'chat-previous': inMain((state, main) => openNeighbour(state, main, -1)),
  'chat-next-empty': inMain((state, main) => openNeighbour(state, main, 1)),
  'chat-previous-empty': inMain((state, main) => openNeighbour(state, main, -1)),
  'chat-by-number': inMain((state, main, key) => {
    const contact = main.contacts[Number(key.slice(-1)) - 1];
    return contact === undefined ? step(state) : openChat(state, contact.name);
  }),
  search: (state) => openSearch(state),
  contacts: changeMain((main) => ({ ...main, focus: main.focus === 'contacts' ? 'composer' : 'contacts' })),
  'contacts-up': moveCursor((at) => at - 1),
  'contacts-down': moveCursor((at) => at + 1),
  'contacts-first': moveCursor(() => 0),
  'contacts-last': moveCursor((_at, count) => count - 1),
  'contacts-open': inMain((state, main) => {
    const contact = shownContacts(main)[cursorIndex(main)];
    if (contact === undefined)
      return step(withMain(state, { ...main, focus: 'composer', filter: emptied(main.filter) }));
    return openChat(withMain(state, { ...main, filter: emptied(main.filter) }), contact.name);
  }),
  'contact-add': (state) => openAdd(state),
  verify: inMain(compareKeys),
  request: inMain(answerRequest),
  'page-up': scroll({ kind: 'pages', pages: -1 }),
  'page-down': scroll({ kind: 'pages', pages: 1 }),
  'row-up': scroll({ kind: 'rows', rows: -1 }),
  'row-down': scroll({ kind: 'rows', rows: 1 }),
  'scroll-top': scroll({ kind: 'top' }),
  'scroll-bottom': scroll({ kind: 'bottom' }),
  back: inMain(stepBack),
  send: inMain(enterInComposer),
  'new-line': inMain((state, main) => insertPaste(state, main, '\n')),
  complete: (state) => step(complete(state, 1)),
  'complete-back': (state) => step(complete(state, -1)),
  'recall-older': changeMain(recallOlder),
  'recall-newer': changeMain(recallNewer),
  'dialog-close': closeTop,
  'list-up': (state) => moveInList(state, -1),
  'list-down': (state) => moveInList(state, 1),
  'list-page-up': (state) => moveInList(state, -LIST_PAGE),
  'list-page-down': (state) => moveInList(state, LIST_PAGE),
  'list-choose': chooseLine,
  'help-up': helpScroll((at) => at - 1),
  'help-down': helpScroll((at) => at + 1),
  'help-page-up': helpScroll((at, page) => at - page),
  'help-page-down': helpScroll((at, page) => at + page),
  'help-top': helpScroll(() => 0),
  'help-bottom': helpScroll(() => Number.MAX_SAFE_INTEGER),
  'add-confirm': onDialog('add', confirmAdd),
  'safety-confirm': onDialog('safety', confirmSafety),
  'request-accept': answerTo('accept'),
  'request-block': answerTo('block'),
  'request-later': closeTop,
  'confirm-yes': confirmYes,
  'confirm-no': closeTop,
  'button-next': moveButton(1),
  'button-previous': moveButton(-1),
  'button-press': pressButton,
  'paste-send': onDialog('paste', (state, { text }) => {
    const main = mainOf(state);
    return main === null ? step(popDialog(state)) : sendPasted(popDialog(state), main, text);
  }),
  'paste-edit': onDialog('paste', (state, { text }) => {
    const main = mainOf(state);
    return main === null ? step(popDialog(state)) : insertPaste(popDialog(state), main, text);
  }),
  help: (state) =>
    topDialog(state)?.kind === 'help' ? step(state) : step(pushDialog(state, { kind: 'help', scroll: 0 })),
  menu: openMenu,
  lock: (state) => closeAccount(state),
  redraw: (state) => step(state, { type: 'redraw' }),
  suspend: (state) => step(state, { type: 'suspend' }),
  'clear-or-quit': clearOrQuit,
};

/** A pasted text goes out together with what is typed around it; where it cannot, it waits in the composer. */
function sendPasted(state: AppState, main: MainScreen, text: string): Step {
  const inserted = insertPaste(state, main, text.replace(/\n+$/, ''));
  const changed = mainOf(inserted.state);
  if (changed === null || changed === main) return inserted;
  return sendText(inserted.state, changed, textOf(composerText(changed)));
}

/** What a command does. The type demands an entry for every row of the table. */
export function runCommand(state: AppState, id: CommandId, key: string): Step {
  return RUN[id](state, key);
}
