import type { KeyBinding } from './keymap.ts';

/** Where a key means something. The state gives a list of these, the innermost first. */
export type KeyContext =
  | 'anywhere'
  | 'login'
  | 'main'
  | 'contacts'
  | 'composer'
  | 'composer-empty'
  | 'composer-line-end'
  | 'composer-recall'
  | 'selection'
  | 'dialog'
  | 'list-dialog'
  | 'search-dialog'
  | 'find-dialog'
  | 'help-dialog'
  | 'add-dialog'
  | 'link-dialog'
  | 'safety-dialog'
  | 'request-dialog'
  | 'confirm-dialog'
  | 'paste-dialog'
  | 'files-dialog'
  | 'files-unfiltered'
  | 'offer-dialog'
  | 'secret-dialog'
  | 'picture-dialog';

interface Extra {
  /** One word or two for the footer; commands without stay out of it. */
  readonly footer?: string;
  /** Whether the menu offers it. */
  readonly menu?: true;
}

/** One row: its keys, separated by spaces, where they mean it, and what it does. */
type Row = readonly [keys: string, contexts: KeyContext | readonly KeyContext[], help: string, extra?: Extra];

type Section<Id extends string> = readonly (KeyBinding<Id, KeyContext> & Extra)[];

function isContext(contexts: KeyContext | readonly KeyContext[]): contexts is KeyContext {
  return typeof contexts === 'string';
}

function section<Id extends string>(group: string, rows: Readonly<Record<Id, Row>>): Section<Id> {
  const bindings: (KeyBinding<Id, KeyContext> & Extra)[] = [];
  for (const id in rows) {
    const [keys, contexts, help, extra] = rows[id];
    bindings.push({
      id,
      keys: keys.split(' '),
      contexts: isContext(contexts) ? [contexts] : contexts,
      group,
      help,
      ...extra,
    });
  }
  return bindings;
}

/*
 * The one table of keys: it drives dispatch, the footer, the help, the menu and docs/keys.md. Editing keys inside a
 * text are readline's (edit/readline.ts). Whatever has an Alt key has another way as well.
 */

const CHATS = section('Chats', {
  contacts: ['f2', 'main', 'go to the contacts, and back', { footer: 'contacts', menu: true }],
  switcher: ['C-p', 'main', 'jump to a chat by some letters of its name', { footer: 'jump', menu: true }],
  'switcher-line-end': ['C-k', ['composer-line-end', 'contacts'], 'the same, when nothing follows the cursor'],
  'unread-next': ['f8 M-a', 'main', 'next chat with unread messages', { menu: true }],
  'chat-next': ['f7 M-down', 'main', 'next chat', { menu: true }],
  'chat-previous': ['f6 M-up', 'main', 'previous chat', { menu: true }],
  'chat-next-empty': ['tab', 'composer-empty', 'next chat, when nothing is typed'],
  'chat-previous-empty': ['S-tab', 'composer-empty', 'previous chat, when nothing is typed'],
  'chat-by-number': ['M-1 M-2 M-3 M-4 M-5 M-6 M-7 M-8 M-9', 'main', 'chat by its place in the list'],
  search: ['f3', 'main', 'search all messages', { footer: 'search', menu: true }],
});

const CONTACTS = section('Contacts', {
  'contacts-up': ['up', 'contacts', 'contact above'],
  'contacts-down': ['down', 'contacts', 'contact below'],
  'contacts-first': ['home pageup', 'contacts', 'first contact'],
  'contacts-last': ['end pagedown', 'contacts', 'last contact'],
  'contacts-open': ['enter tab', 'contacts', 'open this chat; letters filter the list', { footer: 'open' }],
  'contact-add': ['C-n', 'main', 'add a contact', { footer: 'add', menu: true }],
  verify: ['f4', 'main', 'compare safety numbers', { footer: 'verify', menu: true }],
  request: ['f5', 'main', 'answer a contact request', { menu: true }],
});

const READING = section('Reading', {
  'page-up': ['pageup', 'main', 'older messages', { footer: 'older', menu: true }],
  'page-down': ['pagedown', 'main', 'newer messages', { menu: true }],
  'row-up': ['C-up S-up', 'main', 'one row up'],
  'row-down': ['C-down S-down', 'main', 'one row down'],
  'scroll-top': ['C-pageup M-home', 'main', 'to the oldest message loaded', { menu: true }],
  'scroll-bottom': ['C-pagedown M-end', 'main', 'to the newest message', { menu: true }],
  back: ['escape', 'main', 'one step back: filter, list, answer or edit, chosen file, to the bottom'],
});

const MESSAGES = section('One message', {
  'select-message': ['C-space f12 M-s', 'main', 'select a message', { footer: 'select', menu: true }],
  'selected-open': ['enter', 'selection', 'open its picture or file; a text’s menu', { footer: 'open' }],
  'selected-up': ['up k', 'selection', 'message above'],
  'selected-down': ['down j', 'selection', 'message below'],
  'selected-page-up': ['pageup', 'selection', 'a page up'],
  'selected-page-down': ['pagedown', 'selection', 'a page down'],
  'selected-first': ['home g', 'selection', 'the oldest message loaded'],
  'selected-last': ['end G', 'selection', 'the newest message'],
  'selected-save': ['s', 'selection', 'save its picture or file', { footer: 'save' }],
  'selected-view': ['o', 'selection', 'open its link, or save its file and open it, outside'],
  'selected-copy': ['y', 'selection', 'copy its text', { footer: 'copy' }],
  'selected-delete': ['d delete', 'selection', 'delete it here', { footer: 'delete' }],
  'selected-delete-for-all': ['D', 'selection', 'delete an own one for all', { footer: 'for all' }],
  'selected-reply': ['r', 'selection', 'answer it', { footer: 'reply' }],
  'selected-edit': ['e', 'selection', 'change an own one', { footer: 'edit' }],
  'selected-react': ['+', 'selection', 'react with an emoji', { footer: 'react' }],
  'selected-info': ['i', 'selection', 'all that is known about it'],
  'selected-answered': ['u', 'selection', 'to the message that it answers'],
  'selected-back': ['b', 'selection', 'back from there'],
  'selected-find': ['/', 'selection', 'find words in this chat'],
  'selected-find-older': ['n', 'selection', 'the one found above'],
  'selected-find-newer': ['N', 'selection', 'the one found below'],
  'selected-cancel': ['x', 'selection', 'stop its file on the way'],
  'selected-menu': ['m', 'selection', 'all that can be done with it, in a menu'],
  'selected-help': ['?', 'selection', 'these keys'],
  'selection-end': ['escape C-c q', 'selection', 'back to writing', { footer: 'back' }],
});

const WRITING = section('Writing', {
  send: ['enter', 'composer', 'send, or run a /command', { footer: 'send' }],
  'new-line': ['C-j M-enter S-enter', 'composer', 'new line'],
  attach: ['C-o', 'main', 'send a picture or file', { footer: 'attach', menu: true }],
  'paste-clipboard': ['C-v', 'composer', 'paste a picture or text that was copied elsewhere', { menu: true }],
  'write-outside': ['M-e C-x', 'composer', 'write in your own editor, $VISUAL or $EDITOR', { menu: true }],
  complete: ['tab', 'composer', 'complete a /command, a name or a path'],
  'complete-back': ['S-tab', 'composer', 'complete, the other way round'],
  'edit-last': ['up', 'composer-empty', 'change the last own message, when nothing is typed'],
  'recall-search': ['C-r', 'composer', 'search what was sent from here'],
  'recall-older': ['up', 'composer-recall', 'what was sent before that'],
  'recall-newer': ['down', 'composer-recall', 'what was sent after that'],
});

const DIALOGS = section('Dialogs', {
  'dialog-close': ['escape C-c', 'dialog', 'close', { footer: 'close' }],
  'list-up': ['up', 'list-dialog', 'line above'],
  'list-down': ['down tab', 'list-dialog', 'line below'],
  'list-page-up': ['pageup', 'list-dialog', 'some lines up'],
  'list-page-down': ['pagedown', 'list-dialog', 'some lines down'],
  'list-choose': ['enter', 'list-dialog', 'take this line', { footer: 'choose' }],
  'search-here': ['f3', 'search-dialog', 'search the open chat only, or all again', { footer: 'this chat' }],
  'find-confirm': ['enter', 'find-dialog', 'find it, newest first; n and N go on', { footer: 'find' }],
  'help-up': ['up k', 'help-dialog', 'scroll up'],
  'help-down': ['down j enter', 'help-dialog', 'scroll down', { footer: 'scroll' }],
  'help-page-up': ['pageup', 'help-dialog', 'a page up'],
  'help-page-down': ['pagedown space', 'help-dialog', 'a page down'],
  'help-top': ['home', 'help-dialog', 'to the top'],
  'help-bottom': ['end', 'help-dialog', 'to the end'],
  'add-confirm': ['enter', 'add-dialog', 'ask this contact', { footer: 'ask' }],
  'link-copy': ['y enter', 'link-dialog', 'copy the link to this account', { footer: 'copy' }],
  'safety-confirm': ['enter', 'safety-dialog', 'the digits were compared', { footer: 'confirm' }],
  'request-accept': ['a', 'request-dialog', 'accept the request', { footer: 'accept' }],
  'request-block': ['b', 'request-dialog', 'block this person', { footer: 'block' }],
  'request-later': ['l', 'request-dialog', 'decide later', { footer: 'later' }],
  'confirm-yes': ['y', 'confirm-dialog', 'yes', { footer: 'yes' }],
  'confirm-no': ['n', 'confirm-dialog', 'no', { footer: 'no' }],
  'button-next': ['right tab', ['request-dialog', 'confirm-dialog', 'offer-dialog'], 'next button'],
  'button-previous': ['left S-tab', ['request-dialog', 'confirm-dialog', 'offer-dialog'], 'previous button'],
  'button-press': ['enter', ['request-dialog', 'confirm-dialog', 'offer-dialog'], 'press the button'],
  'paste-send': ['enter', 'paste-dialog', 'send the pasted text', { footer: 'send' }],
  'paste-edit': ['e', 'paste-dialog', 'put it into the composer', { footer: 'edit' }],
  'files-choose': [
    'enter',
    'files-dialog',
    'into this folder, or take this file; letters filter',
    { footer: 'choose' },
  ],
  'files-up': ['backspace C-h left', 'files-unfiltered', 'the folder above', { footer: 'up' }],
  'files-hidden': ['f2', 'files-dialog', 'show hidden files, or not', { footer: 'hidden' }],
  'offer-picture': ['p', 'offer-dialog', 'send it as a picture', { footer: 'picture' }],
  'offer-file': ['f', 'offer-dialog', 'send it as a file', { footer: 'file' }],
  'offer-text': ['t', 'offer-dialog', 'the path is meant as text', { footer: 'text' }],
  'picture-save': ['s', 'picture-dialog', 'save this picture', { footer: 'save' }],
  'secret-confirm': ['enter', 'secret-dialog', 'go on to the next field, or confirm', { footer: 'confirm' }],
  'secret-next': ['tab down', 'secret-dialog', 'next field'],
  'secret-previous': ['S-tab up', 'secret-dialog', 'previous field'],
});

const ALWAYS = section('Everywhere', {
  help: ['f1', 'anywhere', 'this help (also /help, /options)', { footer: 'help', menu: true }],
  menu: ['f10', 'main', 'all commands in a menu', { footer: 'menu' }],
  lock: ['f9 M-l', 'main', 'lock this account', { menu: true }],
  mouse: ['f11 M-m', 'anywhere', 'let the mouse go, or take it again', { menu: true }],
  redraw: ['C-l', 'anywhere', 'draw the screen again', { menu: true }],
  suspend: ['C-z', 'anywhere', 'stop; the shell’s fg comes back'],
  'clear-or-quit': ['C-c', 'anywhere', 'clear what is typed; twice: quit', { footer: 'quit' }],
});

const START = section('Before an account is open', {
  'login-next': ['enter', 'login', 'go on: next field, unlock, register', { footer: 'go on' }],
  'login-switch': ['f2 C-n', 'login', 'change between unlocking and registering', { footer: 'unlock or register' }],
  'field-next': ['tab', 'login', 'next field', { footer: 'next field' }],
  'field-previous': ['S-tab', 'login', 'previous field'],
  'login-up': ['up', 'login', 'account above, or field above'],
  'login-down': ['down', 'login', 'account below, or field below'],
  'login-escape': ['escape', 'login', 'twice: quit'],
});

const SECTIONS = [CHATS, CONTACTS, READING, MESSAGES, WRITING, DIALOGS, ALWAYS, START] as const;

export type CommandId = (typeof SECTIONS)[number][number]['id'];
export type Command = KeyBinding<CommandId, KeyContext> & Extra;

/** The table with the keys that hold: those of a profile, and what a person chose. */
export type Keymap = readonly Command[];

export const COMMANDS: Keymap = SECTIONS.flat();
export const COMMAND_GROUPS: readonly string[] = SECTIONS.map(([first]) => first?.group ?? '');

/** Readline's keys, for the help: they mean the same in every text. */
export const EDITING_KEYS: readonly { readonly keys: readonly string[]; readonly help: string }[] = [
  { keys: ['C-a', 'home'], help: 'to the start of the line' },
  { keys: ['C-e', 'end'], help: 'to the end of the line' },
  { keys: ['C-b', 'left'], help: 'one character back' },
  { keys: ['C-f', 'right'], help: 'one character on' },
  { keys: ['C-left', 'M-b'], help: 'one word back' },
  { keys: ['C-right', 'M-f'], help: 'one word on' },
  { keys: ['C-home'], help: 'to the start of the text' },
  { keys: ['C-end'], help: 'to the end of the text' },
  { keys: ['C-w'], help: 'cut the word before the cursor' },
  { keys: ['C-delete', 'M-d'], help: 'cut the word behind the cursor' },
  { keys: ['C-u'], help: 'cut to the start of the line' },
  { keys: ['C-k'], help: 'cut to the end of the line' },
  { keys: ['C-y'], help: 'put back what was cut' },
  { keys: ['C-t'], help: 'swap two characters' },
  { keys: ['C-_'], help: 'undo' },
];
