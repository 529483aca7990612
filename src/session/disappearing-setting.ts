import { toHex } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import { type AccountContext, commit, type Tell } from './account-context.ts';
import type { ChangeSender } from './change-sender.ts';
import type { ChangeResult } from './client.ts';
import { requireContact } from './contact-book.ts';
import { isHeld, type Received, storeIncomingLine } from './incoming-message.ts';
import { TIMER_MAX_SECONDS } from './message-body.ts';
import { viewMessage } from './message-view.ts';
import type { ContactRecord, MessageRecord } from './vault-port.ts';

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;
const WEEK = 7 * 86_400;

/** Sets when later messages of a chat disappear, here and at the peer; both see it as a line. 0: never. */
export async function setTimer(
  context: AccountContext,
  sender: ChangeSender,
  name: string,
  seconds: number,
): Promise<ChangeResult> {
  const contact = requireContact(context, name);
  if (!Number.isSafeInteger(seconds) || seconds < 0 || seconds > TIMER_MAX_SECONDS)
    throw new SmchatError('content-refused', `messages can disappear after ${inWords(TIMER_MAX_SECONDS)} at most`);
  sender.requireOpen(contact);
  const { vault, clock, local } = context;
  const { line, entryId } = commit(context, (tell) => {
    const now = clock.now();
    // Later than the setting it replaces, whatever that one's clock said.
    const setAt = Math.min(Math.max(now, contact.timerSetAt + 1), Number.MAX_SAFE_INTEGER);
    const change = sender.add(contact, { type: 'timer', seconds }, setAt);
    vault.contacts.update(contact.contactId, { timerSeconds: seconds, timerSetAt: setAt });
    const record = ownLine(contact, change, lineOf(local.name, seconds), now);
    vault.messages.insert(record);
    tell({ event: 'own_message', ...viewMessage(context, record) });
    return { line: record, entryId: change.entryId };
  });
  return { id: toHex(line.messageId), status: await sender.settled(contact, entryId) };
}

/**
 * The peer's setting, within the transaction that stores the session it came in. Of two settings that cross, or come in
 * another order, the later one holds on both sides.
 */
export function acceptTimer(
  context: AccountContext,
  contact: ContactRecord,
  body: Received & { readonly type: 'timer' },
  tell: Tell,
): void {
  if (isHeld(contact)) return;
  if (!storeIncomingLine(context, contact, body, lineOf(contact.name, body.seconds), tell)) return;
  if (body.sentAt <= contact.timerSetAt) return;
  context.vault.contacts.update(contact.contactId, { timerSeconds: body.seconds, timerSetAt: body.sentAt });
}

function lineOf(who: string, seconds: number): string {
  return seconds === 0
    ? `${who} set messages to no longer disappear`
    : `${who} set messages to disappear after ${inWords(seconds)}`;
}

/** In whole weeks where it is some, else in all units that it takes. */
function inWords(seconds: number): string {
  if (seconds > 0 && seconds % WEEK === 0) return counted(seconds / WEEK, 'week');
  const words: string[] = [];
  let left = seconds;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) words.push(counted(count, unit));
  }
  return words.join(' ');
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** A line of the chat that stands for an own change. */
function ownLine(
  { contactId }: ContactRecord,
  { messageId, sequence }: Pick<MessageRecord, 'messageId' | 'sequence'>,
  text: string,
  sentAt: number,
): MessageRecord {
  return {
    messageId,
    contactId,
    direction: 'out',
    kind: 'system',
    text,
    replyTo: null,
    clientId: null,
    sentAt,
    receivedAt: null,
    editedAt: null,
    expirySeconds: 0,
    expiresAt: null,
    status: 'sent',
    reason: null,
    sequence,
    held: false,
    unproven: false,
  };
}
