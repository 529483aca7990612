import type { Contact, Message, Verification } from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';

const two = (number: number): string => String(number).padStart(2, '0');

/** An RFC 3339 time as this machine's clock shows it: `2026-11-23 20:34`. */
export function localTime(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/**
 * A head line, then the text, each of its lines indented: no text can draw a line that looks like a head line.
 * The id stands in it because --reply-to wants it.
 */
export function messageLines(message: Message): string[] {
  const state = message.direction === 'out' ? [message.reason ? `failed: ${message.reason}` : message.status] : [];
  const reply = message.reply_to === undefined ? [] : [`reply to ${message.reply_to}`];
  const chat = message.direction === 'out' ? `${message.from} to ${message.chat}` : message.from;
  const head = [localTime(message.sent_at), chat, ...state, ...reply, message.id].join('  ');
  const text = message.text ?? `[${message.kind}]`;
  return [head, ...text.split(/\r\n|\n/).map((line) => `    ${line}`)];
}

export function contactLine(contact: Contact): string {
  const parts: string[] = [contact.name, contact.state, contact.verified ? 'verified' : 'not verified'];
  if (contact.identity_changed === true) parts.push('identity key changed');
  if (contact.unread > 0) parts.push(`${contact.unread} unread`);
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
      return messageLines(event);
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
    case 'connection':
      return [`-- ${event.state}${event.reason ? ` (${event.reason})` : ''}`];
    default:
      return unknownEvent(event);
  }
}

/** A newer process behind the socket may tell of what this one does not know. */
function unknownEvent(event: never): string[] {
  const { event: name } = event as { readonly event: string };
  return [`-- ${name}`];
}
