import { durationText } from '../duration.ts';
import type {
  Attachment,
  AttachmentState,
  ChangeResult,
  Contact,
  Message,
  MessageKind,
  Verification,
} from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';

const two = (number: number): string => String(number).padStart(2, '0');

/** An RFC 3339 time as this machine's clock shows it: `2026-11-23 20:34`. */
export function localTime(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

const SIZES = ['kB', 'MB', 'GB', 'TB'] as const;

/** A file's size: `812 bytes`, `12 kB`, `2.8 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  let size = bytes / 1000;
  let unit = 0;
  // What would be rounded up to 1000 is said in the next unit.
  for (; size >= 999.5 && unit < SIZES.length - 1; unit++) size /= 1000;
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${SIZES[unit]}`;
}

const ATTACHMENT_STATES: Readonly<Record<AttachmentState, string>> = {
  here: '',
  uploading: 'on its way to the relay',
  offered: 'at the relay',
  fetching: 'on its way here',
  lost: 'gone',
};

function attachmentLine(kind: MessageKind, attachment: Attachment): string {
  const { name, width, height, bytes, state, reason } = attachment;
  const parts = [`${kind === 'image' ? 'picture' : 'file'}: ${name}`];
  if (width !== undefined && height !== undefined) parts.push(`${width} × ${height}`);
  parts.push(sizeText(bytes));
  const where = Object.hasOwn(ATTACHMENT_STATES, state) ? ATTACHMENT_STATES[state] : state;
  if (where !== '') parts.push(reason === undefined ? where : `${where} (${reason})`);
  return `[${parts.join(', ')}]`;
}

/**
 * A head line, then the text, each of its lines indented: no text can draw a line that looks like a head line.
 * The id stands in it because --reply-to and other commands want it.
 */
export function messageLines(message: Message): string[] {
  const head = [localTime(message.sent_at)];
  head.push(message.direction === 'out' ? `${message.from} to ${message.chat}` : message.from);
  if (message.direction === 'out') head.push(message.reason ? `failed: ${message.reason}` : message.status);
  if (message.edited_at !== undefined) head.push('edited');
  if (message.expires_at !== undefined) head.push(`until ${localTime(message.expires_at)}`);
  if (message.reply_to !== undefined) head.push(`reply to ${message.reply_to}`);
  head.push(message.id);
  const body: string[] = [];
  if (message.attachment !== undefined) body.push(attachmentLine(message.kind, message.attachment));
  const text = message.text ?? (message.attachment === undefined ? `[${message.kind}]` : '');
  if (text !== '' || message.attachment === undefined) body.push(...text.split(/\r\n|\n/));
  const reactions = message.reactions ?? [];
  if (reactions.length > 0) body.push(`[${reactions.map(({ from, emoji }) => `${emoji} ${from}`).join(', ')}]`);
  return [head.join('  '), ...body.map((line) => `    ${line}`)];
}

/** How far a change got; where it is only safe here, what becomes of it. */
export function changeText(done: string, { status }: ChangeResult): string {
  return status === 'sent' ? done : `${done}; it goes out once the relay can be reached`;
}

export function contactLine(contact: Contact): string {
  const parts: string[] = [contact.name, contact.state, contact.verified ? 'verified' : 'not verified'];
  if (contact.identity_changed === true) parts.push('identity key changed');
  if (contact.unread > 0) parts.push(`${contact.unread} unread`);
  const { disappear_s: seconds = 0 } = contact;
  if (seconds > 0) parts.push(`messages disappear after ${durationText(seconds)}`);
  if (contact.last_at !== undefined) parts.push(localTime(contact.last_at));
  return parts.join('  ');
}

/** A safety number in three rows of four groups, as two people read it to each other. */
function numberRows(safetyNumber: string): string[] {
  const groups = safetyNumber.replace(/\s/g, '').match(/.{1,5}/g) ?? [];
  const rows: string[] = [];
  for (let at = 0; at < groups.length; at += 4) rows.push(`    ${groups.slice(at, at + 4).join(' ')}`);
  return rows;
}

export function verificationLines(verification: Verification): string[] {
  const { name, safety_number, verified, changed, previous_safety_number } = verification;
  const lines = [`safety number with ${name}:`, ...numberRows(safety_number)];
  if (changed) {
    lines.push(`${name}'s identity key has changed; this is the new key's number`);
    if (previous_safety_number !== undefined)
      lines.push('the one accepted before:', ...numberRows(previous_safety_number));
  }
  lines.push(verified ? 'verified' : 'not verified: compare it with theirs, then give it to --confirm');
  return lines;
}

/** An event for a person: a message as in the history, anything else as one line set off by `--`. */
export function eventLines(event: SmchatEvent): string[] {
  switch (event.event) {
    case 'message':
    case 'own_message':
    case 'edit':
      return messageLines(event);
    case 'reaction':
      return [
        event.emoji === ''
          ? `-- ${event.from} takes the reaction to message ${event.id} back`
          : `-- ${event.from} reacts to message ${event.id}: ${event.emoji}`,
      ];
    case 'delete':
      return [`-- message ${event.id} with ${event.chat} is deleted`];
    case 'history_deleted':
      return [`-- the messages with ${event.chat} are deleted here`];
    case 'transfer':
      return [transferLine(event)];
    case 'status':
      return [`-- message ${event.id} to ${event.chat}: ${event.status}${event.reason ? ` (${event.reason})` : ''}`];
    case 'receipt':
      return [`-- message ${event.id} to ${event.chat}: ${event.status}`];
    case 'contact_request':
      return [`-- ${event.name} asks to chat; accept with: smchat contact accept ${event.name}`];
    case 'contact':
      return [`-- ${event.name}: ${event.state}`];
    case 'identity_changed':
      return [`-- ${event.name}'s identity key has changed; see: smchat verify ${event.name}`];
    case 'session_reset':
      return [`-- the session with ${event.name} was made anew`];
    case 'gap':
      return [`-- ${event.missing} message(s) of ${event.name} are missing`];
    case 'undecryptable':
      return ['-- a message came that no session opens'];
    case 'copied':
      return ['-- a copy of this account was used elsewhere'];
    case 'account_deleted':
      return ['-- this account was deleted'];
    case 'connection':
      return [`-- ${event.state}${event.reason ? ` (${event.reason})` : ''}`];
    default:
      return unknownEvent(event);
  }
}

function transferLine({ id, chat, direction, state, reason }: Extract<SmchatEvent, { event: 'transfer' }>): string {
  const where = direction === 'upload' ? `message ${id} to ${chat}` : `message ${id} of ${chat}`;
  const done = direction === 'upload' ? 'is at the relay' : 'is here';
  const outcome = state === 'complete' ? done : state === 'failed' ? 'did not arrive' : state;
  return `-- the file of ${where}: ${outcome}${reason === undefined ? '' : ` (${reason})`}`;
}

/** A newer process behind the socket may tell of what this one does not know. */
function unknownEvent(event: never): string[] {
  const { event: name } = event as { readonly event: string };
  return [`-- ${name}`];
}
