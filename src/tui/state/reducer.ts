import type { Contact, ContactAction } from '../../session/client.ts';
import { applyKey, applyPaste } from '../edit/readline.ts';
import { textOf } from '../edit/text-buffer.ts';
import type { KeyEvent } from '../input/events.ts';
import { matchKey } from '../input/keymap.ts';
import type { Action } from './action.ts';
import {
  type AppState,
  andThen,
  mainOf,
  QUIT_WINDOW_MS,
  type Step,
  step,
  topDialog,
  withMain,
  withNotice,
  withPathNotice,
} from './app-state.ts';
import { pathFound } from './attaching.ts';
import { historyLoaded, openChat, refreshAfterGap, refreshPage, tendOpenChat } from './chat-reducer.ts';
import { contactOf, type MainScreen, wantContacts } from './chat-state.ts';
import { clicked, wheeled } from './clicks.ts';
import { runCommand } from './command-runner.ts';
import { pasteIntoComposer, typeIntoComposer } from './composer-reducer.ts';
import { ownLinkCame, pasteIntoDialog, typeIntoDialog, verificationCame } from './dialog-reducer.ts';
import { keepDrafts, withKeptDrafts } from './drafts.ts';
import { effectFailed } from './effect-failures.ts';
import { eventsHappened, withContacts } from './events-reducer.ts';
import { folderListed } from './file-browser.ts';
import { findAnswered } from './finding.ts';
import { isIdle, lockIdle } from './idle-lock.ts';
import { accountsListed, pasteIntoLogin, typeIntoLogin } from './login-reducer.ts';
import { deletionTold, erasureTold, savedAll } from './message-commands.ts';
import { fileSavedToOpen } from './opening.ts';
import { writtenOutside } from './outside-editor.ts';
import { clipboardCame } from './pasting.ts';
import { openPicture, pictureCame, tendPictureView } from './picture-view.ts';
import { previewCame, tendPreviews } from './previews.ts';
import { changeTold } from './reacting.ts';
import { searchAnswered } from './searching.ts';
import { passwordChanged } from './secrets.ts';
import { endSelection, selectedMessage } from './selection.ts';
import { keyContexts } from './selectors.ts';
import { messageTaken } from './sending.ts';
import { accountDeleted, accountOpened } from './session-reducer.ts';

const TYPED_AHEAD_MAX = 2000;

/** The next state, and what is to be done outside. Pure: the time comes with the action. */
export function reduce(state: AppState, action: Action, now: number): Step {
  const expired = expire({ ...state, now });
  // A key that comes too late, as after a suspended machine's sleep, does not get to see what was to be locked.
  if (isIdle(expired)) return andThen(lockIdle(expired), settle);
  const touched = isInput(action) ? { ...expired, inputAt: now } : expired;
  return andThen(act(touched, action), settle);
}

function isInput({ type }: Action): boolean {
  return type === 'key' || type === 'paste' || type === 'click' || type === 'wheel';
}

/** What only lasts for a while. */
function expire(state: AppState): AppState {
  const notice = state.notice !== null && state.notice.until <= state.now ? null : state.notice;
  const isOver = state.quitArmedAt !== null && state.now - state.quitArmedAt >= QUIT_WINDOW_MS;
  return { ...state, notice, quitArmedAt: isOver ? null : state.quitArmedAt };
}

/** What follows from a state, whatever led there. */
function settle(state: AppState): Step {
  const pictured = andThen(andThen(tendOpenChat(state), tendPreviews), tendPictureView);
  const kept = andThen(pictured, (tended) => keepDrafts(tended, tended.exitCode !== null));
  return andThen(kept, (tended) => {
    const main = mainOf(tended);
    if (main?.contactsSync !== 'wanted') return step(tended);
    return step(withMain(tended, { ...main, contactsSync: 'loading' }), { type: 'load-contacts' });
  });
}

function act(state: AppState, action: Action): Step {
  const main = mainOf(state);
  switch (action.type) {
    case 'key':
      return keyPressed(state, action.key);
    case 'paste':
      return pasted(state, action.text);
    case 'focus':
      return step({ ...state, focused: action.focused });
    case 'resize':
      return step({ ...state, rows: action.rows, cols: action.cols });
    case 'wheel':
      return wheeled(state, action.rows);
    case 'click':
      return clicked(state, action.target);
    case 'tick':
      return step(state);
    case 'events':
      return followGaps(eventsHappened(state, action.events), action);
    case 'accounts':
      return state.screen.kind === 'login' ? accountsListed(state, state.screen, action.accounts) : step(state);
    case 'opened':
      return typeAhead(accountOpened(state, action));
    case 'contacts':
      return main === null ? step(state) : contactsCame(state, main, action.contacts);
    case 'history':
      return main === null ? step(state) : historyLoaded(state, main, action);
    case 'sent':
      return main === null ? step(state) : sent(state, main, action);
    case 'contact-done':
      return main === null ? step(state) : contactDone(state, main, action.effect.action, action.effect.name);
    case 'address-added':
      return main === null ? step(state) : contactDone(state, main, 'add', action.name);
    case 'own-link':
      return ownLinkCame(state, action.link);
    case 'found':
      return searchAnswered(state, action.words, action.messages);
    case 'found-here':
      return findAnswered(state, action);
    case 'verification':
      return main === null ? step(state) : verificationCame(withMain(state, wantContacts(main)), action.verification);
    case 'trusted':
      return main === null ? step(state) : trusted(state, main, action.name);
    case 'deleted':
      return deletionTold(state, action);
    case 'changed':
      return changeTold(state, action);
    case 'emoji':
      return step({ ...state, emoji: action.emoji });
    case 'history-erased':
      return erasureTold(state, action.name, action.deleted);
    case 'saved':
      return step(withPathNotice(state, 'success', 'saved:', action.path));
    case 'saved-to-open':
      return fileSavedToOpen(state, action.path);
    case 'saved-all':
      return savedAll(state, action);
    case 'password-changed':
      return passwordChanged(state);
    case 'account-deleted':
      return accountDeleted(state);
    case 'folder-listed':
      return folderListed(state, action);
    case 'path-found':
      return main === null ? step(state) : pathFound(state, main, action);
    case 'open-picture':
      return openPicture(state, action.id);
    case 'preview':
      return step(main === null ? state : withMain(state, previewCame(main, action.wish, action.preview)));
    case 'picture':
      return step(pictureCame(state, action.id, action.room, action.shown));
    case 'written-outside':
      return writtenOutside(state, action);
    case 'clipboard':
      return clipboardCame(state, action);
    case 'closed':
      return step(state);
    case 'failed':
      return effectFailed(state, action);
    default: {
      const never: never = action;
      return never;
    }
  }
}

/** A key: the table's command in the innermost context that knows it, else a letter in whatever is typed into. */
function keyPressed(state: AppState, key: KeyEvent): Step {
  const isBusy = state.screen.kind === 'login' && state.screen.busy !== null && state.dialogs.length === 0;
  if (isBusy && key.key !== 'C-c' && key.key !== 'C-l') {
    return step({ ...state, typedAhead: [...state.typedAhead, key].slice(0, TYPED_AHEAD_MAX) });
  }
  const command = matchKey(state.keymap, keyContexts(state), key.key);
  const run = command === null ? typed(state, key) : runCommand(state, command, key.key);
  const disarms = command !== 'clear-or-quit' && command !== 'login-escape';
  return disarms && run.state.quitArmedAt !== null ? { ...run, state: { ...run.state, quitArmedAt: null } } : run;
}

function typed(state: AppState, key: KeyEvent): Step {
  const dialog = topDialog(state);
  if (dialog !== null) return typeIntoDialog(state, dialog, key);
  if (state.screen.kind === 'login') return step(typeIntoLogin(state, state.screen, key));
  const main = state.screen;
  if (selectedMessage(main) !== null) return step(state);
  if (main.focus === 'composer') return typeIntoComposer(state, main, key);
  // Commands can be typed over the list too: no name begins like one.
  if ((key.key === '/' || key.key === '-') && textOf(main.filter) === '') {
    return typeIntoComposer(withMain(state, { ...main, focus: 'composer' }), { ...main, focus: 'composer' }, key);
  }
  const filter = applyKey(main.filter, key, { multiline: false });
  return step(filter === null ? state : withMain(state, { ...main, filter, cursorName: null }));
}

function pasted(state: AppState, text: string): Step {
  const dialog = topDialog(state);
  if (dialog !== null) return pasteIntoDialog(state, dialog, text);
  if (state.screen.kind === 'login')
    return step(state.screen.busy === null ? pasteIntoLogin(state, state.screen, text) : state);
  const main = state.screen;
  if (main.focus === 'composer') return pasteIntoComposer(state, endSelection(main), text);
  return step(withMain(state, { ...main, filter: applyPaste(main.filter, text.trim(), { multiline: false }) }));
}

/** Keys typed while the password was being worked on. */
function typeAhead(opened: Step): Step {
  const keys = opened.state.typedAhead;
  const start: Step = { ...opened, state: { ...opened.state, typedAhead: [] } };
  return keys.reduce<Step>((so, key) => andThen(so, (state) => keyPressed(state, key)), start);
}

function followGaps(happened: Step, action: Extract<Action, { type: 'events' }>): Step {
  return andThen(happened, (state) => {
    const main = mainOf(state);
    if (main === null) return step(state);
    const names = new Set(action.events.flatMap((event) => (event.event === 'message' ? [event.chat] : [])));
    return step(state, ...[...names].flatMap((name) => refreshAfterGap(main, name)));
  });
}

/** What came without words is known here by its file's name, if it came while one looked. */
function withFileName(contact: Contact, before: Contact | null): Contact {
  const isKnown = contact.last_text === '' && before?.last_at === contact.last_at && before?.last_text !== undefined;
  return isKnown ? { ...contact, last_text: before.last_text } : contact;
}

function contactsCame(state: AppState, main: MainScreen, contacts: MainScreen['contacts']): Step {
  const sync = main.contactsSync === 'stale' ? 'wanted' : 'idle';
  // What is in sight is read, even where the answer was made a moment before that was told.
  const named = contacts.map((contact) => withFileName(contact, contactOf(main, contact.name)));
  const drafted = main.contactsLoaded ? main : withKeptDrafts(main, contacts);
  const sighted = withContacts({ ...drafted, contactsSync: sync, contactsLoaded: true }, named);
  const begins =
    main.contacts.length === 0 && contacts.length > 0 && main.openName === null && textOf(main.commandLine) === '';
  const next = begins
    ? { ...sighted, focus: 'contacts' as const, cursorName: sighted.contacts[0]?.name ?? null }
    : sighted;
  const { chat } = state.config;
  const opens = begins && !main.contactsLoaded && chat !== undefined && contactOf(next, chat) !== null;
  return opens ? openChat(withMain(state, next), chat) : step(withMain(state, next));
}

function contactDone(state: AppState, main: MainScreen, action: ContactAction, name: string): Step {
  const wanted = withMain(state, wantContacts(main));
  switch (action) {
    case 'add': {
      const dialogs = wanted.dialogs.filter((dialog) => dialog.kind !== 'add');
      const contacts =
        contactOf(main, name) === null
          ? [...main.contacts, { name, state: 'requested' as const, verified: false, unread: 0 }]
          : main.contacts;
      const opened = openChat({ ...wanted, dialogs, screen: withContacts(wantContacts(main), contacts) }, name);
      return { ...opened, state: withNotice(opened.state, 'success', `asked ${name}`) };
    }
    case 'accept':
      return step(withNotice(wanted, 'success', `${name} is a contact now`));
    case 'block':
      return step(withNotice(wanted, 'info', `${name} is blocked`));
    case 'unblock':
      return step(withNotice(wanted, 'info', `${name} is no longer blocked`));
    case 'remove':
      return step(withNotice(wanted, 'info', `${name} is removed`));
    default: {
      const never: never = action;
      return never;
    }
  }
}

/** Of a picture that was sent, only the vault knows its size: its message is asked for anew. */
function sent(state: AppState, main: MainScreen, { effect, result }: Extract<Action, { type: 'sent' }>): Step {
  const taken = withMain(state, messageTaken(wantContacts(main), effect.name, effect.localId, result));
  return step(taken, ...(effect.file === null ? [] : refreshPage(main, effect.name)));
}

function trusted(state: AppState, main: MainScreen, name: string): Step {
  const told = withNotice(withMain(state, wantContacts(main)), 'success', `${name}’s new key is accepted`);
  return step(told, { type: 'verify', name });
}
