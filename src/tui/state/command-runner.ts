import { helpLines, helpRows } from '../dialogs/help.ts';
import type { CommandId } from '../input/commands.ts';
import { jumpBack, jumpToAnswered } from './answers.ts';
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
import { attach } from './attaching.ts';
import { openChat } from './chat-reducer.ts';
import type { MainScreen } from './chat-state.ts';
import { clearComposer, complete, insertPaste } from './composer-reducer.ts';
import { enterInComposer, sendPasted } from './composer-sending.ts';
import { editLast, startEdit, startReply } from './composing.ts';
import {
  answerOfferWith,
  answerTo,
  closeTop,
  confirmYes,
  moveButton,
  onDialog,
  pressButton,
  type Run,
} from './dialog-buttons.ts';
import {
  chooseInList,
  confirmAdd,
  confirmSafety,
  copyLink,
  moveInList,
  openAdd,
  openMenu,
  openMessageMenu,
  openSwitcher,
  withoutHelpWord,
} from './dialog-reducer.ts';
import type { MenuDialog } from './dialog-state.ts';
import { emptied } from './fields.ts';
import { chooseEntry, goUp, toggleHidden } from './file-browser.ts';
import { confirmFind, goToHit, openFind } from './finding.ts';
import { moveField, moveVertically, submit, switchForm } from './login-reducer.ts';
import type { LoginScreen } from './login-state.ts';
import { copyMessage, deleteMessage, onSelected, openInfo, openMessage, saveMessage } from './message-commands.ts';
import { toggleMouse } from './mouse.ts';
import { answerRequest, compareKeys, openNeighbour, openNextUnread, stepBack } from './navigation.ts';
import { chooseLink, openOutside } from './opening.ts';
import { writeOutside } from './outside-editor.ts';
import { answeredAsk, menuChoices, needsMore, openAsk } from './palette.ts';
import { pasteClipboard } from './pasting.ts';
import { chooseReaction, openReact } from './reacting.ts';
import { chooseRecalled, openRecall, recallNewer, recallOlder } from './recall.ts';
import { type ScrollBy, scrollOpenChat } from './scrolling.ts';
import { narrowSearch, openSearch } from './searching.ts';
import { moveSecretField, submitSecret } from './secrets.ts';
import { endSelection, moveSelection, startSelection } from './selection.ts';
import { cursorIndex, shownContacts } from './selectors.ts';
import { closeAccount, requestQuit } from './session-reducer.ts';
import { runSlash } from './slash-runner.ts';
import { cancelTransfer } from './transfers.ts';

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

function scroll(by: ScrollBy): Run {
  return changeMain((main, state) => scrollOpenChat(state, main, by));
}

function helpScroll(change: (scroll: number, page: number) => number): Run {
  return onDialog('help', (state, dialog) => {
    const shown = helpRows(state.keymap, state.rows);
    const last = Math.max(0, helpLines(state.keymap).length - shown);
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

/** Clears what is typed, else arms, else quits. */
function clearOrQuit(state: AppState): Step {
  const main = mainOf(state);
  const cleared = main === null ? null : clearComposer(main);
  if (cleared !== null) return step({ ...withMain(state, cleared), quitArmedAt: state.now });
  const armed = state.quitArmedAt !== null && state.now - state.quitArmedAt < QUIT_WINDOW_MS;
  if (armed) return requestQuit({ ...state, quitArmedAt: null, notice: null });
  return step({ ...withNotice(state, 'info', 'once more to quit', QUIT_WINDOW_MS), quitArmedAt: state.now });
}

const openHelp: Run = (state) =>
  topDialog(state)?.kind === 'help' ? step(state) : step(pushDialog(state, { kind: 'help', scroll: 0 }));

function chooseLine(state: AppState, key: string): Step {
  const dialog = topDialog(state);
  if (dialog?.kind === 'react') return chooseReaction(state, dialog);
  if (dialog?.kind === 'recall') return chooseRecalled(state, dialog);
  if (dialog?.kind === 'links') return chooseLink(state, dialog);
  if (dialog?.kind === 'ask') {
    const call = answeredAsk(state, dialog);
    return call === null ? step(state) : runSlash(popDialog(state), call, 'keeps');
  }
  return dialog?.kind === 'menu' ? chooseInMenu(popDialog(state), dialog, key) : chooseInList(state);
}

/** A command out of the menu runs, or first asks for what it needs. */
function chooseInMenu(state: AppState, dialog: MenuDialog, key: string): Step {
  const choice = menuChoices(state.keymap, dialog)[dialog.selected];
  const main = mainOf(state);
  if (choice === undefined || main === null) return step(state);
  if (choice.kind === 'key') return runCommand(state, choice.command.id, key);
  const { command } = choice;
  return needsMore(command, main)
    ? openAsk(state, command)
    : runSlash(state, { command, word: command.name, argument: '' }, 'keeps');
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
    const at = state.keymap.find(({ id }) => id === 'chat-by-number')?.keys.indexOf(key) ?? -1;
    const contact = main.contacts[at];
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
  'select-message': inMain(startSelection),
  'selected-open': inMain(onSelected(openMessage)),
  'selected-up': inMain((state, main) => moveSelection(state, main, 'up')),
  'selected-down': inMain((state, main) => moveSelection(state, main, 'down')),
  'selected-page-up': inMain((state, main) => moveSelection(state, main, 'page-up')),
  'selected-page-down': inMain((state, main) => moveSelection(state, main, 'page-down')),
  'selected-first': inMain((state, main) => moveSelection(state, main, 'first')),
  'selected-last': inMain((state, main) => moveSelection(state, main, 'last')),
  'selected-save': inMain(onSelected(saveMessage)),
  'selected-view': inMain(onSelected(openOutside)),
  'selected-copy': inMain(onSelected(copyMessage)),
  'selected-delete': inMain(onSelected(deleteMessage(false))),
  'selected-delete-for-all': inMain(onSelected(deleteMessage(true))),
  'selected-reply': inMain(onSelected(startReply)),
  'selected-edit': inMain(onSelected(startEdit)),
  'selected-react': inMain(onSelected(openReact)),
  'selected-info': inMain(onSelected(openInfo)),
  'selected-answered': inMain(onSelected(jumpToAnswered)),
  'selected-back': inMain(jumpBack),
  'selected-find': inMain(openFind),
  'selected-find-older': inMain((state, main) => goToHit(state, main, 'older')),
  'selected-find-newer': inMain((state, main) => goToHit(state, main, 'newer')),
  'selected-cancel': inMain(onSelected(cancelTransfer)),
  'selected-menu': openMessageMenu,
  'selected-help': openHelp,
  'selection-end': changeMain(endSelection),
  send: inMain(enterInComposer),
  'new-line': inMain((state, main) => insertPaste(state, main, '\n')),
  attach: inMain((state, main) => attach(state, main, 'any', '')),
  'paste-clipboard': inMain(pasteClipboard),
  'write-outside': inMain(writeOutside),
  complete: (state) => complete(state, 1),
  'complete-back': (state) => complete(state, -1),
  'edit-last': inMain(editLast),
  'recall-search': inMain(openRecall),
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
  'link-copy': onDialog('link', copyLink),
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
  'search-here': onDialog('search', narrowSearch),
  'find-confirm': onDialog('find', confirmFind),
  'files-choose': onDialog('files', chooseEntry),
  'files-up': onDialog('files', goUp),
  'files-hidden': onDialog('files', toggleHidden),
  'offer-picture': answerOfferWith('image'),
  'offer-file': answerOfferWith('file'),
  'offer-text': answerOfferWith('text'),
  'picture-save': onDialog('picture', (state, { id, name }) =>
    step(withNotice(state, 'info', `saving ${name}…`), { type: 'save', id }),
  ),
  'secret-confirm': onDialog('secret', submitSecret),
  'secret-next': onDialog('secret', (state, dialog) => moveSecretField(state, dialog, 1)),
  'secret-previous': onDialog('secret', (state, dialog) => moveSecretField(state, dialog, -1)),
  help: openHelp,
  menu: (state) => openMenu(state),
  lock: (state) => closeAccount(state),
  mouse: toggleMouse,
  redraw: (state) => step(state, { type: 'redraw' }),
  suspend: (state) => step(state, { type: 'suspend' }),
  'clear-or-quit': clearOrQuit,
};

/** These take what is typed in a dialog: `/options` in there is a wish for help, as everywhere. */
const TAKES_INPUT: ReadonlySet<CommandId> = new Set([
  'list-choose',
  'find-confirm',
  'add-confirm',
  'safety-confirm',
  'files-choose',
  'secret-confirm',
]);

/** What a command does. The type demands an entry for every row of the table. */
export function runCommand(state: AppState, id: CommandId, key: string): Step {
  const cleared = TAKES_INPUT.has(id) ? withoutHelpWord(state) : null;
  return cleared === null ? RUN[id](state, key) : openHelp(cleared, key);
}
