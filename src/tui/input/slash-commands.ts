/** The commands that are typed into the composer. */
export type SlashId =
  | 'help'
  | 'add'
  | 'link'
  | 'accept'
  | 'block'
  | 'unblock'
  | 'remove'
  | 'verify'
  | 'contacts'
  | 'chat'
  | 'close'
  | 'search'
  | 'mouse'
  | 'lock'
  | 'logout'
  | 'quit'
  | 'send-image'
  | 'send-file'
  | 'save'
  | 'save-all'
  | 'delete-history'
  | 'disappear'
  | 'cancel'
  | 'change-password'
  | 'delete-account';

export interface SlashCommand<Id extends string = SlashId> {
  readonly id: Id;
  readonly name: string;
  /** What follows it: a contact's name, words, or nothing. `?`: without it, the open chat's. */
  readonly argument: keyof typeof ARGUMENT_WORDS;
  readonly help: string;
  readonly aliases: readonly string[];
}

const ARGUMENT_WORDS = {
  none: '',
  name: ' NAME',
  'name?': ' [NAME]',
  'new-name': ' NAME',
  words: ' WORDS',
  'path?': ' [PATH]',
  'id?': ' [ID]',
  time: ' TIME|off',
  number: ' NUMBER',
  'number-words': ' NUMBER TEXT',
  'number-emoji': ' NUMBER EMOJI',
  switch: ' on|off',
} as const;

/** A command as people read it: `/verify [NAME]`. */
export function usageOf({ name, argument }: Pick<SlashCommand, 'name' | 'argument'>): string {
  return `/${name}${ARGUMENT_WORDS[argument]}`;
}

export const SLASH_COMMANDS: readonly SlashCommand[] = [
  { id: 'help', name: 'options', argument: 'none', help: 'keys and commands', aliases: ['help', '?'] },
  { id: 'add', name: 'add', argument: 'new-name', help: 'ask somebody to be a contact', aliases: [] },
  { id: 'link', name: 'link', argument: 'none', help: 'a link to you, and its QR code', aliases: [] },
  { id: 'accept', name: 'accept', argument: 'name?', help: 'accept a contact request', aliases: [] },
  { id: 'chat', name: 'chat', argument: 'name', help: 'open a chat', aliases: ['history'] },
  { id: 'close', name: 'close', argument: 'none', help: 'close this chat', aliases: ['quit-chat'] },
  { id: 'contacts', name: 'contacts', argument: 'none', help: 'go to the contacts', aliases: [] },
  { id: 'search', name: 'search', argument: 'words', help: 'search all messages', aliases: [] },
  { id: 'send-image', name: 'send-image', argument: 'path?', help: 'send a picture', aliases: [] },
  { id: 'send-file', name: 'send-file', argument: 'path?', help: 'send a file as it is', aliases: ['attach'] },
  { id: 'save', name: 'save', argument: 'id?', help: 'save a picture or file, else the newest', aliases: [] },
  { id: 'save-all', name: 'save-all', argument: 'name?', help: 'save all pictures and files of a chat', aliases: [] },
  {
    id: 'disappear',
    name: 'disappear',
    argument: 'time',
    help: 'messages vanish after being read, 5m, 1h, 1w',
    aliases: ['timer'],
  },
  { id: 'cancel', name: 'cancel', argument: 'none', help: 'stop the file on its way in this chat', aliases: [] },
  { id: 'delete-history', name: 'delete-history', argument: 'name?', help: 'erase a chat here', aliases: [] },
  { id: 'verify', name: 'verify', argument: 'name?', help: 'compare safety numbers', aliases: [] },
  { id: 'block', name: 'block', argument: 'name?', help: 'let nothing through any more', aliases: [] },
  { id: 'unblock', name: 'unblock', argument: 'name?', help: 'undo block', aliases: [] },
  { id: 'remove', name: 'remove', argument: 'name?', help: 'remove a contact and the chat', aliases: [] },
  { id: 'change-password', name: 'change-password', argument: 'none', help: 'change the password', aliases: [] },
  {
    id: 'delete-account',
    name: 'delete-account',
    argument: 'none',
    help: 'erase this account, here and at the relay',
    aliases: [],
  },
  { id: 'mouse', name: 'mouse', argument: 'none', help: 'let the mouse go, or take it again', aliases: [] },
  { id: 'lock', name: 'lock', argument: 'none', help: 'lock this account', aliases: [] },
  { id: 'logout', name: 'logout', argument: 'none', help: 'back to the choice of accounts', aliases: [] },
  { id: 'quit', name: 'quit', argument: 'none', help: 'end smchat', aliases: ['exit'] },
];

export interface SlashCall<Id extends string = SlashId> {
  readonly command: SlashCommand<Id>;
  /** The word that was typed. */
  readonly word: string;
  readonly argument: string;
}

export type ParsedInput<Id extends string = SlashId> =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly call: SlashCall<Id> }
  | { readonly kind: 'unknown'; readonly word: string };

/**
 * What Enter means in the composer: `/word argument`, the older `--word:argument`, or a text. `//` begins a text with
 * a slash; two dashes that are no command are a text too.
 */
export function parseInput(input: string): ParsedInput {
  return parseCommand(input, SLASH_COMMANDS);
}

/** The same with other commands than the composer's. */
export function parseCommand<Id extends string>(input: string, table: readonly SlashCommand<Id>[]): ParsedInput<Id> {
  const trimmed = input.trim();
  if (trimmed.startsWith('//')) return { kind: 'text', text: trimmed.slice(1) };
  const match = /^(\/|--)([^\s:]+)(?::|\s+|$)([\s\S]*)$/.exec(trimmed);
  if (match === null) return { kind: 'text', text: input };
  const word = match[2] ?? '';
  const lower = word.toLowerCase();
  const command = table.find(({ name, aliases }) => name === lower || aliases.includes(lower));
  if (command !== undefined) return { kind: 'command', call: { command, word, argument: (match[3] ?? '').trim() } };
  return match[1] === '/' ? { kind: 'unknown', word } : { kind: 'text', text: input };
}

/** Whether a text asks for the help: `/options` and its like work at every prompt. */
export function asksForHelp(input: string): boolean {
  const parsed = parseInput(input);
  return parsed.kind === 'command' && parsed.call.command.id === 'help';
}
