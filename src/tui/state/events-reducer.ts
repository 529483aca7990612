import type { Contact, Message, MessageStatus } from '../../session/client.ts';
import type { SmchatEvent } from '../../session/events.ts';
import { wayTo } from '../input/ways.ts';
import { mainLayout } from '../views/layout.ts';
import { type AppState, andThen, mainOf, type Step, step, withMain, withNotice } from './app-state.ts';
import { type Chat, contactOf, localId, type MainScreen, wantContacts, withChat } from './chat-state.ts';
import { historyErased, messageDeleted, messageEdited, messageReacted } from './message-changes.ts';
import { appendMessages, changeMessage, indexOfMessage } from './message-log.ts';
import { accountDeleted } from './session-reducer.ts';
import { transferTold } from './transfers.ts';

const STATUS_ORDER: readonly MessageStatus[] = ['queued', 'sent', 'delivered', 'read'];
/** For what a user must not miss: until Escape takes it away. */
const STAYS_MS = 24 * 60 * 60_000;

/** A message that got further; one that is told late never takes it back. */
export function advanced(message: Message, status: MessageStatus, reason?: string): Message {
  if (status === 'failed') return { ...message, status, ...(reason === undefined ? {} : { reason }) };
  const isLater = STATUS_ORDER.indexOf(status) > STATUS_ORDER.indexOf(message.status);
  return isLater || message.status === 'failed' ? { ...message, status } : message;
}

/** Whether what arrives in a chat is seen the moment it arrives. */
export function isSeen(state: AppState, main: MainScreen, chat: Chat): boolean {
  return main.openName === chat.name && mainLayout(state, main).chat !== null && state.focused && chat.anchor === null;
}

function sorted(contacts: readonly Contact[]): readonly Contact[] {
  return [...contacts].sort((a, b) => {
    const requests = Number(b.state === 'incoming') - Number(a.state === 'incoming');
    if (requests !== 0) return requests;
    const newest = (b.last_at ?? '').localeCompare(a.last_at ?? '');
    return newest !== 0 ? newest : a.name.localeCompare(b.name);
  });
}

export function withContacts(main: MainScreen, contacts: readonly Contact[]): MainScreen {
  return { ...main, contacts: sorted(contacts) };
}

export function changeContact(main: MainScreen, name: string, change: (contact: Contact) => Contact): MainScreen {
  const contacts = main.contacts.map((contact) => (contact.name === name ? change(contact) : contact));
  return withContacts(main, contacts);
}

function firstLine(text: string | undefined): string {
  return (text ?? '').split('\n', 1)[0] ?? '';
}

/** What the contact list shows of a message. */
function previewOf(message: Message): string {
  const text = firstLine(message.text);
  return text === '' ? (message.attachment?.name ?? '') : text;
}

/** A message as the newest of its contact. */
export function touchContact(main: MainScreen, message: Message, unread: number): MainScreen {
  return changeContact(main, message.chat, (contact) => ({
    ...contact,
    unread: contact.unread + unread,
    last_at: message.received_at ?? message.sent_at,
    last_text: previewOf(message),
  }));
}

/** Whether somebody wrote it, and not oneself: lines of the system are neither unread nor told about. */
function isNews(message: Message): boolean {
  return message.direction === 'in' && message.kind !== 'system';
}

function appended(main: MainScreen, chat: Chat, message: Message, seen: boolean): MainScreen {
  const log = appendMessages(chat.log, [message]);
  if (log === chat.log) return main;
  const counts = isNews(message) && !seen;
  return withChat(main, {
    ...chat,
    log,
    newSince: counts && chat.newSince === null && chat.loading !== 'first' ? message.id : chat.newSince,
    newBelow: chat.anchor === null ? 0 : chat.newBelow + (isNews(message) ? 1 : 0),
  });
}

/** A message that is there already, from the vault's answer to sending it: its file is known in full only now. */
function completed(chat: Chat, told: Message): Chat {
  const { attachment } = told;
  if (attachment === undefined) return chat;
  const log = changeMessage(chat.log, told.id, (message) => ({ ...message, kind: told.kind, attachment }));
  return { ...chat, log };
}

function messageArrived(state: AppState, main: MainScreen, message: Message): Step {
  const chat = main.chats.get(message.chat);
  const seen = chat !== undefined && isSeen(state, main, chat);
  if (chat !== undefined && indexOfMessage(chat.log, message.id) >= 0)
    return step(withMain(state, withChat(main, completed(chat, message))));
  const counts = isNews(message) && !seen ? 1 : 0;
  let next = wantContacts(touchContact(main, message, counts));
  if (chat !== undefined && chat.loading !== 'unloaded') next = appended(next, chat, message, seen);
  const changed = withMain(state, next);
  const tells = isNews(message) && !state.focused;
  return tells ? step(changed, { type: 'notify', name: message.chat, text: previewOf(message) }) : step(changed);
}

/** A line of the interface's own in a chat, where that chat is loaded. */
export function withNote(main: MainScreen, name: string, text: string, now: number): MainScreen {
  const chat = main.chats.get(name);
  if (chat === undefined || chat.loading === 'unloaded') return main;
  const note: Message = {
    id: localId(main.nextLocalId),
    chat: name,
    direction: 'in',
    from: name,
    kind: 'system',
    text,
    sent_at: new Date(now).toISOString(),
    status: 'read',
  };
  return withChat({ ...main, nextLocalId: main.nextLocalId + 1 }, { ...chat, log: appendMessages(chat.log, [note]) });
}

function statusChanged(main: MainScreen, name: string, id: string, status: MessageStatus, reason?: string): MainScreen {
  const chat = main.chats.get(name);
  if (chat === undefined) return main;
  if (indexOfMessage(chat.log, id) < 0) {
    if (chat.sending === 0) return main;
    return withChat(main, {
      ...chat,
      earlyStatus: new Map(chat.earlyStatus).set(id, { status, reason: reason ?? null }),
    });
  }
  return withChat(main, { ...chat, log: changeMessage(chat.log, id, (message) => advanced(message, status, reason)) });
}

function contactChanged(state: AppState, main: MainScreen, name: string, to: Contact['state'] | 'removed'): Step {
  const before = contactOf(main, name);
  if (to === 'removed') {
    const chats = new Map(main.chats);
    chats.delete(name);
    const contacts = main.contacts.filter((contact) => contact.name !== name);
    const openName = main.openName === name ? null : main.openName;
    return step(withMain(state, wantContacts({ ...main, chats, contacts, openName })));
  }
  let next = changeContact(wantContacts(main), name, (contact) => ({ ...contact, state: to }));
  if (before?.state === 'requested' && to === 'accepted') {
    next = withNote(next, name, `${name} accepted: you can write to each other`, state.now);
    return step(withNotice(withMain(state, next), 'success', `${name} accepted your request`));
  }
  return step(withMain(state, next));
}

function missingWords(missing: number, name: string): string {
  const what = missing === 1 ? 'a message is' : `${missing} messages are`;
  return `${what} missing here; if ${name} still has it, it will come and take its place`;
}

/** One event of the client. Each changes the state only through here. */
function eventHappened(state: AppState, main: MainScreen, event: SmchatEvent): Step {
  switch (event.event) {
    case 'message':
    case 'own_message':
      return messageArrived(state, main, event);
    case 'status':
      return step(withMain(state, statusChanged(main, event.chat, event.id, event.status, event.reason)));
    case 'receipt':
      return step(withMain(state, statusChanged(main, event.chat, event.id, event.status)));
    case 'edit':
      return step(withMain(state, messageEdited(main, event)));
    case 'reaction':
      return step(withMain(state, messageReacted(main, event)));
    case 'delete':
      return step(messageDeleted(state, main, event));
    case 'history_deleted':
      return step(historyErased(state, main, event.chat));
    case 'transfer':
      return transferTold(state, main, event);
    case 'contact_request': {
      const asked = withNotice(
        withMain(state, wantContacts(main)),
        'info',
        `${event.name} wants to write to you · ${wayTo(state.keymap, 'request')} answers`,
      );
      return state.focused ? step(asked) : step(asked, { type: 'notify', name: event.name, text: null });
    }
    case 'contact':
      return contactChanged(state, main, event.name, event.state);
    case 'identity_changed': {
      const changed = changeContact(wantContacts(main), event.name, (contact) => ({
        ...contact,
        verified: false,
        identity_changed: true,
      }));
      return step(
        withNotice(
          withMain(state, changed),
          'warning',
          `${event.name}’s identity key has changed · ${wayTo(state.keymap, 'verify')} compares`,
        ),
      );
    }
    case 'session_reset':
      return step(withMain(state, withNote(main, event.name, 'the secure session was renewed', state.now)));
    case 'gap': {
      const noted = withNote(main, event.name, missingWords(event.missing, event.name), state.now);
      const chat = noted.chats.get(event.name);
      return step(withMain(state, chat === undefined ? noted : withChat(noted, { ...chat, hasGap: true })));
    }
    case 'undecryptable':
      return step(
        withNotice(
          state,
          'warning',
          'a message came that could not be decrypted; it will be sent again if it was real',
        ),
      );
    case 'copied':
      return step(
        withNotice(
          state,
          'error',
          'a copy of this account was used elsewhere: if that was not you, change to a new account',
          STAYS_MS,
        ),
      );
    case 'account_deleted':
      return accountDeleted(state);
    case 'connection': {
      const connection = { state: event.state, reason: event.reason ?? null };
      return step(withMain(state, { ...main, connection }));
    }
    default: {
      const never: never = event;
      return never;
    }
  }
}

/** All events of one tick, in order. */
export function eventsHappened(state: AppState, events: readonly SmchatEvent[]): Step {
  return events.reduce<Step>(
    (so, event) =>
      andThen(so, (now) => {
        const main = mainOf(now);
        return main === null ? step(now) : eventHappened(now, main, event);
      }),
    step(state),
  );
}
