import type { Message } from '../../session/client.ts';
import type { SmchatEvent } from '../../session/events.ts';

type Told = Exclude<SmchatEvent, { event: 'message' | 'own_message' | 'edit' }>;

export interface Hearing {
  readonly account: string;
  readonly openName: string | null;
  /** Whether the way of own messages is told, beyond their failing. */
  readonly tellsReceipts: boolean;
  numberOf(id: string): number | null;
  messageOf(id: string): Message | null;
}

/** An event that is no message, as one line; null where it is not worth one. */
export function eventWords(event: Told, hearing: Hearing): string | null {
  switch (event.event) {
    case 'status':
    case 'receipt':
      return wayWords(event, hearing);
    case 'reaction': {
      const number = hearing.numberOf(event.id);
      if (number === null && event.chat !== hearing.openName) return null;
      const what = number === null ? 'an earlier message' : `message ${number}`;
      const who = event.from === hearing.account ? 'you' : event.from;
      return event.emoji === ''
        ? `${who} took back: reaction to ${what}`
        : `${who}, reaction to ${what}: ${event.emoji}`;
    }
    case 'delete': {
      const number = hearing.numberOf(event.id);
      return number === null ? null : `message ${number} with ${event.chat} is deleted`;
    }
    case 'history_deleted':
      return `the chat with ${event.chat} is erased here`;
    case 'transfer':
      return transferWords(event, hearing);
    case 'contact_request':
      return `${event.name} wants to write to you; /accept ${event.name}, or /block ${event.name}`;
    case 'contact':
      return contactChange(event);
    case 'identity_changed':
      return `the identity key of ${event.name} changed; nothing is sent before /verify ${event.name}`;
    case 'session_reset':
      return `the session with ${event.name} was made anew`;
    case 'gap':
      return `${event.missing === 1 ? '1 message' : `${event.missing} messages`} from ${event.name} missing; asked for again`;
    case 'undecryptable':
      return 'a message came that could not be opened; it is asked for again';
    case 'copied':
      return 'a copy of this account was used elsewhere; if that was not you, somebody has your files';
    case 'account_deleted':
      return 'this account was deleted';
    case 'connection':
      return event.state === 'connecting'
        ? null
        : `${event.state}${event.reason === undefined ? '' : `: ${event.reason}`}`;
    default: {
      const never: never = event;
      return never;
    }
  }
}

function wayWords(event: Extract<Told, { event: 'status' | 'receipt' }>, hearing: Hearing): string | null {
  const number = hearing.numberOf(event.id);
  const what = number === null ? `a message to ${event.chat}` : `message ${number} to ${event.chat}`;
  if (event.status === 'failed')
    return `${what} failed${'reason' in event && event.reason !== undefined ? `: ${event.reason}` : ''}`;
  return hearing.tellsReceipts ? `${what}: ${event.status}` : null;
}

function transferWords(event: Extract<Told, { event: 'transfer' }>, hearing: Hearing): string | null {
  const { id, chat, direction, state, reason } = event;
  const number = hearing.numberOf(id);
  if (number === null && chat !== hearing.openName) return null;
  const name = hearing.messageOf(id)?.attachment?.name;
  const what = `${name ?? 'a file'}${number === null ? '' : `, message ${number}`}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  if (state === 'complete') return direction === 'upload' ? `${what}: sent to the relay` : `${what}: arrived`;
  return state === 'failed' ? `${what}: ${direction === 'upload' ? 'not sent' : 'not fetched'}${why}` : null;
}

function contactChange({ name, state }: Extract<Told, { event: 'contact' }>): string {
  switch (state) {
    case 'accepted':
      return `${name} is a contact`;
    case 'requested':
      return `${name} is asked and has not accepted yet`;
    case 'incoming':
      return `${name} wants to write to you`;
    case 'blocked':
      return `${name} is blocked`;
    case 'removed':
      return `${name} is removed`;
    default: {
      const never: never = state;
      return never;
    }
  }
}
