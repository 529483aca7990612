import { durationText } from '../../duration.ts';
import type { Attachment, AttachmentState, Contact, Message } from '../../session/client.ts';
import type { Clock } from '../settings/settings.ts';
import { sizeWords } from '../views/size-words.ts';
import { clockTime } from '../views/time-words.ts';

const WHERE: Readonly<Record<AttachmentState, string>> = {
  here: '',
  uploading: 'on its way to the relay',
  offered: 'not fetched yet',
  fetching: 'on its way here',
  lost: 'gone',
};

/** `picture cat.jpg, 640×480, 12 KB, ID 4`: enough to tell whether to save it. */
export function attachmentWords({ kind, attachment }: Message, number: number): string {
  if (attachment === undefined) return '';
  const { name, bytes } = attachment;
  const parts = [`${kind === 'image' ? 'picture' : 'file'} ${name}`, ...sizes(attachment), sizeWords(bytes)];
  const where = WHERE[attachment.state];
  if (where !== '') parts.push(attachment.reason === undefined ? where : `${where}: ${attachment.reason}`);
  return [...parts, `ID ${number}`].join(', ');
}

function sizes({ width, height }: Attachment): readonly string[] {
  return width === undefined || height === undefined ? [] : [`${width}×${height}`];
}

export interface MessageWords {
  readonly head: string;
  readonly text: string;
  /** What else is known of it, in brackets behind it. */
  readonly tail: string;
}

export interface Telling {
  readonly number: number;
  /** The number of what it answers, where that was told. */
  readonly answered: number | null;
  readonly clock: Clock;
  /** While the relay is reached, an own message is on its way without a word. */
  readonly isOnline: boolean;
}

/** A message as it is told. */
export function messageWords(message: Message, { number, answered, clock, isOnline }: Telling): MessageWords {
  const time = clockTime(Date.parse(message.sent_at), clock).trim();
  if (message.kind === 'system') return { head: `${number}. ${time} `, text: message.text ?? '', tail: '' };
  const who = message.direction === 'out' ? 'you' : message.from;
  const answers = message.reply_to === undefined ? '' : ` answering ${answered ?? 'an earlier message'}`;
  const words = [attachmentWords(message, number), message.text ?? ''].filter((part) => part !== '').join(': ');
  const notes = notesOf(message, isOnline);
  const tail = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
  return { head: `${number}. ${time} ${who}${answers}: `, text: words, tail };
}

function notesOf(message: Message, isOnline: boolean): readonly string[] {
  const notes: string[] = [];
  if (message.direction === 'out' && message.status === 'queued' && !isOnline) notes.push('not at the relay yet');
  if (message.direction === 'out' && message.status === 'failed')
    notes.push(`failed: ${message.reason ?? 'not said why'}`);
  if (message.unproven === true) notes.push('came before its sender proved their key');
  if (message.edited_at !== undefined) notes.push('edited');
  if (message.expires_at !== undefined) notes.push('disappears');
  for (const { from, emoji } of message.reactions ?? []) notes.push(`${emoji} by ${from}`);
  return notes;
}

const STATES: Readonly<Record<Contact['state'], string>> = {
  accepted: '',
  requested: 'has not accepted yet',
  incoming: 'wants to write to you',
  blocked: 'blocked',
};

/** `bob: 2 unread, verified`. */
export function contactWords(contact: Contact): string {
  const { name, state, unread, verified, identity_changed, disappear_s = 0 } = contact;
  const parts = [STATES[state], unread > 0 ? `${unread} unread` : '', verified ? 'verified' : ''];
  if (identity_changed === true) parts.push('identity key changed');
  if (disappear_s > 0) parts.push(`messages disappear after ${durationText(disappear_s)}`);
  const said = parts.filter((part) => part !== '');
  return said.length === 0 ? name : `${name}: ${said.join(', ')}`;
}
