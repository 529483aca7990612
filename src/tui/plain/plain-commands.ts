import { SLASH_COMMANDS, type SlashCommand, type SlashId, usageOf } from '../input/slash-commands.ts';

/** What the full-screen interface does with keys on a selected message is a command with its number here. */
type NumberedId = 'reply' | 'react' | 'edit' | 'delete' | 'delete-for-all' | 'older' | 'receipts';
/** A pointer that does not exist here. */
type AbsentId = 'mouse';

export type PlainId = Exclude<SlashId, AbsentId> | NumberedId;
export type PlainCommand = SlashCommand<PlainId>;

const NUMBERED: readonly PlainCommand[] = [
  { id: 'older', name: 'older', argument: 'none', help: 'what stands before in this chat', aliases: [] },
  { id: 'reply', name: 'reply', argument: 'number-words', help: 'answer a message', aliases: [] },
  {
    id: 'react',
    name: 'react',
    argument: 'number-emoji',
    help: 'react to a message; without EMOJI take it back',
    aliases: [],
  },
  { id: 'edit', name: 'edit', argument: 'number-words', help: 'change a message of yours', aliases: [] },
  { id: 'delete', name: 'delete', argument: 'number', help: 'remove a message here', aliases: [] },
  {
    id: 'delete-for-all',
    name: 'delete-for-all',
    argument: 'number',
    help: 'remove a message of yours on both sides',
    aliases: [],
  },
  {
    id: 'receipts',
    name: 'receipts',
    argument: 'switch',
    help: 'tell when messages are sent, delivered and read, or be quiet',
    aliases: [],
  },
];

function isPresent(command: SlashCommand): command is SlashCommand<Exclude<SlashId, AbsentId>> {
  return command.id !== 'mouse';
}

/** A file is saved by its message's number, like everything else here that is done with a message. */
function numbered(command: PlainCommand): PlainCommand {
  return command.id === 'save' ? { ...command, argument: 'number' } : command;
}

export const PLAIN_COMMANDS: readonly PlainCommand[] = [
  ...SLASH_COMMANDS.filter(isPresent).map(numbered),
  ...NUMBERED.filter(({ name }) => !SLASH_COMMANDS.some((shared) => shared.name === name)),
];

/** What `/options` prints at every prompt. */
export function plainHelp(): readonly string[] {
  return [
    'A line without a slash in front is sent to the open chat; two slashes begin a text with one.',
    'Messages have numbers; commands take them. The commands are:',
    ...PLAIN_COMMANDS.map((command) => `${usageOf(command)}: ${command.help}`),
  ];
}
