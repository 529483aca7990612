import { durationOf, durationText } from '../../duration.ts';
import type { ChangeResult, Contact, ContactAction, Message } from '../../session/client.ts';
import { absolutePath, type PathPlaces } from '../files/path-text.ts';
import { parseCommand, type SlashCall } from '../input/slash-commands.ts';
import type { Dialogue } from './dialogue.ts';
import { contactWords } from './message-words.ts';
import type { PlainAccount } from './plain-account.ts';
import { PLAIN_COMMANDS, type PlainId, plainHelp } from './plain-commands.ts';
import type { HiddenQuestions } from './plain-ports.ts';
import { safetyNumberDialogue } from './safety-number.ts';
import { changePassword, deleteAccount } from './secrets.ts';

/** What a line leads to: the next prompt, the choice of accounts, or the end. */
export type Next = 'stay' | 'logout' | 'quit';

export interface RunnerOptions {
  readonly account: PlainAccount;
  readonly dialogue: Dialogue;
  readonly hidden: HiddenQuestions;
  readonly places: PathPlaces;
  /** Work that goes on while other lines are read. */
  background(work: Promise<void>): void;
}

type Run = (options: RunnerOptions, argument: string) => Promise<void>;

/** Commands that leave the account. */
const LEAVING = { lock: 'logout', logout: 'logout', quit: 'quit' } as const satisfies Partial<Record<PlainId, Next>>;
type LeavingId = keyof typeof LEAVING;

function say({ dialogue }: RunnerOptions, words: string): void {
  dialogue.note(words);
}

/** With whom: the contact named, else the open chat's. */
function withContact(run: (options: RunnerOptions, contact: Contact) => Promise<void>): Run {
  return async (options, argument) => {
    const name = argument === '' ? options.account.openName : argument.replace(/^@/, '').toLowerCase();
    if (name === null) return say(options, 'say whom: a name behind the command');
    const contact = (await options.account.client.contacts()).find((each) => each.name === name);
    if (contact === undefined) return say(options, `nobody called ${name} here; /add ${name} asks them`);
    return run(options, contact);
  };
}

/** With the message whose number was typed, and what stands behind it. */
function withMessage(run: (options: RunnerOptions, message: Message, rest: string) => Promise<void>): Run {
  return async (options, argument) => {
    const [, number = '', rest = ''] = /^#?(\d{1,9})(?:\s+([\s\S]*))?$/.exec(argument) ?? [];
    const message = number === '' ? null : options.account.numbered.at(Number(number));
    if (message === null)
      return say(options, number === '' ? 'say which message, by its number' : `no message ${number} was told`);
    return run(options, message, rest.trim());
  };
}

function withChat(run: (options: RunnerOptions, name: string, argument: string) => Promise<void>): Run {
  return async (options, argument) => {
    const { openName } = options.account;
    if (openName === null) return say(options, 'no chat is open; /chat NAME opens one');
    return run(options, openName, argument);
  };
}

function changed(options: RunnerOptions, done: string, { status }: ChangeResult): void {
  say(options, status === 'sent' ? done : `${done}; goes out once the relay is reached`);
}

interface Sending {
  readonly text: string;
  readonly attachment?: { readonly kind: 'image' | 'file'; readonly path: string };
  readonly replyTo?: string;
}

async function send(options: RunnerOptions, name: string, sending: Sending): Promise<void> {
  const { account } = options;
  const { client } = account;
  const { id } = await client.send({ name, ...sending, wait: 'queued' });
  // Told here where it was not told as an event.
  const sent = (await client.history(name, { limit: 50 })).find((message) => message.id === id);
  if (sent !== undefined) account.tell(sent);
}

function sendFile(kind: 'image' | 'file'): Run {
  return withChat(async (options, name, argument) => {
    const path = absolutePath(argument, options.places);
    if (path === null) return say(options, `say which file: /send-${kind} PATH`);
    say(options, 'preparing…');
    options.background(send(options, name, { text: '', attachment: { kind, path } }));
  });
}

function contactAction(action: ContactAction, question: ((name: string) => string) | null): Run {
  return withContact(async (options, { name }) => {
    if (question !== null && !(await options.dialogue.agrees(question(name)))) return;
    await options.account.client.contact(action, name);
    if (action === 'remove' && options.account.openName === name) options.account.close();
  });
}

async function openChat(options: RunnerOptions, contact: Contact): Promise<void> {
  if (contact.state === 'incoming')
    return say(options, `${contact.name} wants to write to you; /accept ${contact.name} first`);
  await options.account.open(contact.name);
}

async function addContact(options: RunnerOptions, argument: string): Promise<void> {
  const { client } = options.account;
  const who = argument.replace(/^@/, '');
  if (who === '') return say(options, 'say whom: /add NAME, or a link');
  const isAddress = /[:@]/.test(who);
  const met = isAddress ? await client.addAddress(who) : await client.contact('add', who.toLowerCase());
  const contact = (await client.contacts()).find(({ name }) => name === met.name);
  if (contact !== undefined) await openChat(options, contact);
}

function tellContacts(options: RunnerOptions, contacts: readonly Contact[]): void {
  if (contacts.length === 0) {
    say(options, 'no contacts yet; /add NAME asks somebody, /link gives what others add you by');
  }
  for (const contact of contacts) say(options, contactWords(contact));
}

const RUN: Readonly<Record<Exclude<PlainId, LeavingId>, Run>> = {
  help: async (options) => {
    for (const line of plainHelp()) say(options, line);
  },
  add: addContact,
  link: async (options) => say(options, (await options.account.client.ownLink()).link),
  accept: async (options, argument) => {
    const { account } = options;
    const asking = (await account.client.contacts()).filter(({ state }) => state === 'incoming');
    const [only] = argument === '' && asking.length === 1 ? asking : [];
    await withContact(async (_options, { name, state }) => {
      if (state !== 'incoming') return say(options, `${name} has not asked`);
      await account.open(name, () => account.client.contact('accept', name));
    })(options, only?.name ?? argument);
  },
  block: contactAction('block', (name) => `Let nothing of ${name} through any more?`),
  unblock: contactAction('unblock', null),
  remove: contactAction('remove', (name) => `Remove ${name} and erase the chat here?`),
  verify: withContact(({ account, dialogue }, { name }) => safetyNumberDialogue(account.client, dialogue, name)),
  contacts: async (options) => tellContacts(options, await options.account.client.contacts()),
  chat: withContact(openChat),
  close: async (options) => {
    options.account.close();
    say(options, 'no chat is open');
  },
  older: withChat((options, name) => options.account.older(name)),
  search: async (options, argument) => {
    if (argument === '') return say(options, 'say what: /search WORDS');
    const found = await options.account.client.search(argument, { limit: 20 });
    say(options, found.length === 0 ? 'nothing found' : `${found.length} found, the newest first`);
    for (const message of found) {
      const name = message.attachment?.name ?? '';
      const words = (message.text ?? '') === '' ? name : (message.text ?? '').replace(/\s*\n\s*/g, ' / ');
      const who = message.direction === 'out' ? `you to ${message.chat}` : message.from;
      say(options, `${options.account.numbered.number(message)}. ${message.sent_at.slice(0, 10)} ${who}: ${words}`);
    }
  },
  'send-image': sendFile('image'),
  'send-file': sendFile('file'),
  save: async (options, argument) => {
    const { account } = options;
    const newest = account.openName === null ? null : account.numbered.newestFile(account.openName);
    const wanted = argument === '' && newest !== null ? String(account.numbered.number(newest)) : argument;
    return withMessage(async (_options, message) => {
      if (message.attachment === undefined) return say(options, 'that message has no file');
      const saving = account.client.save(message.id).then(({ path }) => say(options, `saved: ${path}`));
      say(options, `saving ${message.attachment.name}…`);
      options.background(saving);
    })(options, wanted);
  },
  'save-all': withContact(async (options, { name }) => {
    const work = async (): Promise<void> => {
      const { saved, missing } = await options.account.client.saveAll(name);
      for (const { path } of saved) say(options, `saved: ${path}`);
      if (saved.length === 0) say(options, `no file of the chat with ${name} could be saved`);
      if (missing.length > 0) say(options, `gone: ${missing.length}`);
    };
    options.background(work());
  }),
  reply: withMessage(async (options, message, rest) => {
    if (rest === '') return say(options, 'say what: /reply NUMBER TEXT');
    if (message.kind === 'system') return say(options, 'that line is nobody’s message');
    await send(options, message.chat, { text: rest, replyTo: message.id });
  }),
  react: withMessage(async (options, message, rest) => {
    const result = await options.account.client.react(message.id, rest);
    if (result.status !== 'sent') changed(options, rest === '' ? 'taken back' : 'reacted', result);
  }),
  edit: withMessage(async (options, message, rest) => {
    if (rest === '') return say(options, 'say what it is to be: /edit NUMBER TEXT');
    const result = await options.account.client.edit(message.id, rest);
    if (result.status !== 'sent') changed(options, 'changed here', result);
  }),
  delete: withMessage(async ({ account }, message) => {
    await account.client.delete(message.id);
  }),
  'delete-for-all': withMessage(async (options, message) => {
    if (message.direction !== 'out') return say(options, 'only what you wrote can be deleted for all');
    if (!(await options.dialogue.agrees(`Remove it on both sides, here and at ${message.chat}’s?`))) return;
    changed(options, 'deleted for all', await options.account.client.delete(message.id, { forAll: true }));
  }),
  cancel: withChat(async (options, name) => {
    const { client } = options.account;
    const moving = (await client.history(name, { limit: 100 })).findLast(
      ({ attachment }) => attachment?.state === 'uploading' || attachment?.state === 'fetching',
    );
    if (moving === undefined) return say(options, 'nothing is on its way in this chat');
    await client.cancelTransfer(moving.id);
    say(options, `stopped: ${moving.attachment?.name ?? ''}`);
  }),
  'delete-history': withContact(async (options, { name }) => {
    if (!(await options.dialogue.agrees(`Erase the chat with ${name} here?`))) return;
    const { deleted } = await options.account.client.deleteHistory(name);
    say(options, `messages erased: ${deleted}`);
  }),
  disappear: withChat(async (options, name, argument) => {
    const seconds = durationOf(argument.toLowerCase());
    if (seconds === null) return say(options, 'say how long: /disappear 30s, 5m, 2h, 1d, 4w, or off');
    const done = seconds === 0 ? 'messages stay' : `messages disappear ${durationText(seconds)} after they were read`;
    changed(options, done, await options.account.client.disappear(name, seconds));
  }),
  receipts: async (options, argument) => {
    const word = argument.toLowerCase();
    if (word !== 'on' && word !== 'off') return say(options, 'either /receipts on or /receipts off');
    options.account.tellsReceipts = word === 'on';
    say(options, word === 'on' ? 'sent, delivered and read are told' : 'only what fails is told');
  },
  'change-password': ({ account, dialogue, hidden }) => changePassword(account, dialogue, hidden),
  'delete-account': ({ account, dialogue, hidden }) => deleteAccount(account, dialogue, hidden),
};

function isLeaving(id: PlainId): id is LeavingId {
  return Object.hasOwn(LEAVING, id);
}

async function runCall(options: RunnerOptions, { command, argument }: SlashCall<PlainId>): Promise<Next> {
  const { id } = command;
  if (isLeaving(id)) return LEAVING[id];
  await RUN[id](options, argument);
  return options.account.isGone ? 'logout' : 'stay';
}

/** Does what a line asks for; what fails is told, and nothing else is lost with it. */
export async function runLine(options: RunnerOptions, line: string): Promise<Next> {
  const parsed = parseCommand(line, PLAIN_COMMANDS);
  if (parsed.kind === 'unknown') {
    say(options, `no command called /${parsed.word}; /options tells them, two slashes begin a text with one`);
    return 'stay';
  }
  if (parsed.kind === 'text' && parsed.text.trim() === '') return 'stay';
  try {
    if (parsed.kind === 'command') return await runCall(options, parsed.call);
    await withChat((all, name) => send(all, name, { text: parsed.text }))(options, '');
  } catch (thrown) {
    options.dialogue.failure(thrown);
  }
  return 'stay';
}

/** What is there when an account was opened. */
export async function tellState(options: RunnerOptions): Promise<void> {
  tellContacts(options, await options.account.client.contacts());
}
