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
  | 'dialog'
  | 'list-dialog'
  | 'help-dialog'
  | 'add-dialog'
  | 'safety-dialog'
  | 'request-dialog'
  | 'confirm-dialog'
  | 'paste-dialog';

interface CommandRow extends KeyBinding<string, KeyContext> {
  /** One word or two for the footer; commands without stay out of it. */
  readonly footer?: string;
  /** Whether the menu offers it. */
  readonly menu?: true;
}

const MANY = {
  start: 'Start',
  chats: 'Chats',
  reading: 'Reading',
  writing: 'Writing',
  contacts: 'Contacts',
  dialogs: 'Dialogs',
  always: 'Everywhere',
} as const;

/**
 * The one table of keys: it drives dispatch, the footer, the help, the menu and docs/keys.md. Editing keys inside a
 * text are readline's (edit/readline.ts). Whatever has an Alt key has another way as well.
 */
const ROWS = [
  // Starting
  {
    id: 'login-next',
    keys: ['enter'],
    contexts: ['login'],
    group: MANY.start,
    help: 'go on: next field, unlock, register',
    footer: 'go on',
  },
  {
    id: 'login-switch',
    keys: ['f2', 'C-n'],
    contexts: ['login'],
    group: MANY.start,
    help: 'change between unlocking and registering',
    footer: 'unlock or register',
  },
  { id: 'field-next', keys: ['tab'], contexts: ['login'], group: MANY.start, help: 'next field', footer: 'next field' },
  { id: 'field-previous', keys: ['S-tab'], contexts: ['login'], group: MANY.start, help: 'previous field' },
  { id: 'login-up', keys: ['up'], contexts: ['login'], group: MANY.start, help: 'account above, or field above' },
  { id: 'login-down', keys: ['down'], contexts: ['login'], group: MANY.start, help: 'account below, or field below' },

  // Chats
  {
    id: 'switcher',
    keys: ['C-p'],
    contexts: ['main'],
    group: MANY.chats,
    help: 'jump to a chat by some letters of its name',
    footer: 'jump',
    menu: true,
  },
  {
    id: 'switcher-line-end',
    keys: ['C-k'],
    contexts: ['composer-line-end', 'contacts'],
    group: MANY.chats,
    help: 'the same, when nothing follows the cursor',
  },
  {
    id: 'unread-next',
    keys: ['f8', 'M-a'],
    contexts: ['main'],
    group: MANY.chats,
    help: 'next chat with unread messages',
    menu: true,
  },
  { id: 'chat-next', keys: ['f7', 'M-down'], contexts: ['main'], group: MANY.chats, help: 'next chat', menu: true },
  {
    id: 'chat-previous',
    keys: ['f6', 'M-up'],
    contexts: ['main'],
    group: MANY.chats,
    help: 'previous chat',
    menu: true,
  },
  {
    id: 'chat-next-empty',
    keys: ['tab'],
    contexts: ['composer-empty'],
    group: MANY.chats,
    help: 'next chat, when nothing is typed',
  },
  {
    id: 'chat-previous-empty',
    keys: ['S-tab'],
    contexts: ['composer-empty'],
    group: MANY.chats,
    help: 'previous chat, when nothing is typed',
  },
  {
    id: 'chat-by-number',
    keys: ['M-1', 'M-2', 'M-3', 'M-4', 'M-5', 'M-6', 'M-7', 'M-8', 'M-9'],
    contexts: ['main'],
    group: MANY.chats,
    help: 'chat by its place in the list',
  },
  {
    id: 'search',
    keys: ['f3'],
    contexts: ['main'],
    group: MANY.chats,
    help: 'search all messages',
    footer: 'search',
    menu: true,
  },

  // Contacts
  {
    id: 'contacts',
    keys: ['f2'],
    contexts: ['main'],
    group: MANY.contacts,
    help: 'go to the contacts, and back',
    footer: 'contacts',
    menu: true,
  },
  { id: 'contacts-up', keys: ['up'], contexts: ['contacts'], group: MANY.contacts, help: 'contact above' },
  { id: 'contacts-down', keys: ['down'], contexts: ['contacts'], group: MANY.contacts, help: 'contact below' },
  {
    id: 'contacts-first',
    keys: ['home', 'pageup'],
    contexts: ['contacts'],
    group: MANY.contacts,
    help: 'first contact',
  },
  {
    id: 'contacts-last',
    keys: ['end', 'pagedown'],
    contexts: ['contacts'],
    group: MANY.contacts,
    help: 'last contact',
  },
  {
    id: 'contacts-open',
    keys: ['enter', 'tab'],
    contexts: ['contacts'],
    group: MANY.contacts,
    help: 'open this chat; letters filter the list',
    footer: 'open',
  },
  {
    id: 'contact-add',
    keys: ['C-n'],
    contexts: ['main'],
    group: MANY.contacts,
    help: 'add a contact',
    footer: 'add',
    menu: true,
  },
  {
    id: 'verify',
    keys: ['f4'],
    contexts: ['main'],
    group: MANY.contacts,
    help: 'compare safety numbers',
    footer: 'verify',
    menu: true,
  },
  {
    id: 'request',
    keys: ['f5'],
    contexts: ['main'],
    group: MANY.contacts,
    help: 'answer a contact request',
    menu: true,
  },

  // Reading
  {
    id: 'page-up',
    keys: ['pageup'],
    contexts: ['main'],
    group: MANY.reading,
    help: 'older messages',
    footer: 'older',
    menu: true,
  },
  { id: 'page-down', keys: ['pagedown'], contexts: ['main'], group: MANY.reading, help: 'newer messages', menu: true },
  { id: 'row-up', keys: ['C-up', 'S-up'], contexts: ['main'], group: MANY.reading, help: 'one row up' },
  { id: 'row-down', keys: ['C-down', 'S-down'], contexts: ['main'], group: MANY.reading, help: 'one row down' },
  {
    id: 'scroll-top',
    keys: ['C-pageup', 'M-home'],
    contexts: ['main'],
    group: MANY.reading,
    help: 'to the oldest message loaded',
    menu: true,
  },
  {
    id: 'scroll-bottom',
    keys: ['C-pagedown', 'M-end'],
    contexts: ['main'],
    group: MANY.reading,
    help: 'to the newest message',
    menu: true,
  },
  {
    id: 'back',
    keys: ['escape'],
    contexts: ['main'],
    group: MANY.reading,
    help: 'one step back: filter, list, to the bottom',
  },

  // Writing
  {
    id: 'send',
    keys: ['enter'],
    contexts: ['composer'],
    group: MANY.writing,
    help: 'send, or run a /command',
    footer: 'send',
  },
  {
    id: 'new-line',
    keys: ['C-j', 'M-enter', 'S-enter'],
    contexts: ['composer'],
    group: MANY.writing,
    help: 'new line',
  },
  { id: 'complete', keys: ['tab'], contexts: ['composer'], group: MANY.writing, help: 'complete a /command or a name' },
  {
    id: 'complete-back',
    keys: ['S-tab'],
    contexts: ['composer'],
    group: MANY.writing,
    help: 'complete, the other way round',
  },
  {
    id: 'recall-older',
    keys: ['up'],
    contexts: ['composer-empty', 'composer-recall'],
    group: MANY.writing,
    help: 'what was sent before, when nothing is typed',
  },
  {
    id: 'recall-newer',
    keys: ['down'],
    contexts: ['composer-recall'],
    group: MANY.writing,
    help: 'what was sent after that',
  },

  // Dialogs
  {
    id: 'dialog-close',
    keys: ['escape', 'C-c'],
    contexts: ['dialog'],
    group: MANY.dialogs,
    help: 'close',
    footer: 'close',
  },
  { id: 'list-up', keys: ['up'], contexts: ['list-dialog'], group: MANY.dialogs, help: 'line above' },
  { id: 'list-down', keys: ['down', 'tab'], contexts: ['list-dialog'], group: MANY.dialogs, help: 'line below' },
  { id: 'list-page-up', keys: ['pageup'], contexts: ['list-dialog'], group: MANY.dialogs, help: 'some lines up' },
  { id: 'list-page-down', keys: ['pagedown'], contexts: ['list-dialog'], group: MANY.dialogs, help: 'some lines down' },
  {
    id: 'list-choose',
    keys: ['enter'],
    contexts: ['list-dialog'],
    group: MANY.dialogs,
    help: 'take this line',
    footer: 'choose',
  },
  { id: 'help-up', keys: ['up', 'k'], contexts: ['help-dialog'], group: MANY.dialogs, help: 'scroll up' },
  {
    id: 'help-down',
    keys: ['down', 'j', 'enter'],
    contexts: ['help-dialog'],
    group: MANY.dialogs,
    help: 'scroll down',
    footer: 'scroll',
  },
  { id: 'help-page-up', keys: ['pageup'], contexts: ['help-dialog'], group: MANY.dialogs, help: 'a page up' },
  {
    id: 'help-page-down',
    keys: ['pagedown', 'space'],
    contexts: ['help-dialog'],
    group: MANY.dialogs,
    help: 'a page down',
  },
  { id: 'help-top', keys: ['home'], contexts: ['help-dialog'], group: MANY.dialogs, help: 'to the top' },
  { id: 'help-bottom', keys: ['end'], contexts: ['help-dialog'], group: MANY.dialogs, help: 'to the end' },
  {
    id: 'add-confirm',
    keys: ['enter'],
    contexts: ['add-dialog'],
    group: MANY.dialogs,
    help: 'ask this contact',
    footer: 'ask',
  },
  {
    id: 'safety-confirm',
    keys: ['enter'],
    contexts: ['safety-dialog'],
    group: MANY.dialogs,
    help: 'the digits were compared',
    footer: 'confirm',
  },
  {
    id: 'request-accept',
    keys: ['a'],
    contexts: ['request-dialog'],
    group: MANY.dialogs,
    help: 'accept the request',
    footer: 'accept',
  },
  {
    id: 'request-block',
    keys: ['b'],
    contexts: ['request-dialog'],
    group: MANY.dialogs,
    help: 'block this person',
    footer: 'block',
  },
  {
    id: 'request-later',
    keys: ['l'],
    contexts: ['request-dialog'],
    group: MANY.dialogs,
    help: 'decide later',
    footer: 'later',
  },
  { id: 'confirm-yes', keys: ['y'], contexts: ['confirm-dialog'], group: MANY.dialogs, help: 'yes', footer: 'yes' },
  { id: 'confirm-no', keys: ['n'], contexts: ['confirm-dialog'], group: MANY.dialogs, help: 'no', footer: 'no' },
  {
    id: 'button-next',
    keys: ['right', 'tab'],
    contexts: ['request-dialog', 'confirm-dialog'],
    group: MANY.dialogs,
    help: 'next button',
  },
  {
    id: 'button-previous',
    keys: ['left', 'S-tab'],
    contexts: ['request-dialog', 'confirm-dialog'],
    group: MANY.dialogs,
    help: 'previous button',
  },
  {
    id: 'button-press',
    keys: ['enter'],
    contexts: ['request-dialog', 'confirm-dialog'],
    group: MANY.dialogs,
    help: 'press the button',
  },
  {
    id: 'paste-send',
    keys: ['enter'],
    contexts: ['paste-dialog'],
    group: MANY.dialogs,
    help: 'send the pasted text',
    footer: 'send',
  },
  {
    id: 'paste-edit',
    keys: ['e'],
    contexts: ['paste-dialog'],
    group: MANY.dialogs,
    help: 'put it into the composer',
    footer: 'edit',
  },

  // Everywhere
  {
    id: 'help',
    keys: ['f1'],
    contexts: ['anywhere'],
    group: MANY.always,
    help: 'this help (also /help, /options)',
    footer: 'help',
    menu: true,
  },
  { id: 'menu', keys: ['f10'], contexts: ['main'], group: MANY.always, help: 'all commands in a menu', footer: 'menu' },
  { id: 'lock', keys: ['f9', 'M-l'], contexts: ['main'], group: MANY.always, help: 'lock this account', menu: true },
  {
    id: 'redraw',
    keys: ['C-l'],
    contexts: ['anywhere'],
    group: MANY.always,
    help: 'draw the screen again',
    menu: true,
  },
  { id: 'suspend', keys: ['C-z'], contexts: ['anywhere'], group: MANY.always, help: 'stop; the shell’s fg comes back' },
  {
    id: 'clear-or-quit',
    keys: ['C-c'],
    contexts: ['anywhere'],
    group: MANY.always,
    help: 'clear what is typed; twice: quit',
    footer: 'quit',
  },
  { id: 'login-escape', keys: ['escape'], contexts: ['login'], group: MANY.start, help: 'twice: quit' },
] as const satisfies readonly CommandRow[];

export type CommandId = (typeof ROWS)[number]['id'];

export interface Command extends KeyBinding<CommandId, KeyContext> {
  readonly footer?: string;
  readonly menu?: true;
}

export const COMMANDS: readonly Command[] = ROWS;
export const COMMAND_GROUPS: readonly string[] = Object.values(MANY);

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
