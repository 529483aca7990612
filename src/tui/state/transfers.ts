import type { Attachment, Message } from '../../session/client.ts';
import type { SmchatEvent } from '../../session/events.ts';
import { type AppState, type Step, step, withMain, withNotice } from './app-state.ts';
import { type Chat, chatOf, isLocalId, type MainScreen, openChatOf, withChat } from './chat-state.ts';
import type { OnMessage } from './message-commands.ts';
import { changeMessage, indexOfMessage, messageAt } from './message-log.ts';

/** A message's file on its way, in bytes of ciphertext. */
export interface Transfer {
  readonly direction: 'upload' | 'download';
  readonly state: 'running' | 'waiting';
  readonly done: number;
  readonly bytes: number;
  /** Why it waits. */
  readonly reason: string | null;
  /** Bytes a second, smoothed; null until it could be measured. */
  readonly speed: number | null;
  /** Where the measurement began. */
  readonly sample: { readonly at: number; readonly done: number };
}

type TransferEvent = Extract<SmchatEvent, { event: 'transfer' }>;

/** Shorter measurements jump about. */
const SAMPLE_MS = 500;
const NEWEST_SHARE = 0.4;

function told(before: Transfer | undefined, event: TransferEvent, state: Transfer['state'], now: number): Transfer {
  const { direction, done, bytes } = event;
  const reason = event.reason ?? null;
  const goesOn = before?.direction === direction && before.state === 'running' && state === 'running';
  if (!goesOn || done < before.sample.done) {
    return { direction, state, done, bytes, reason, speed: null, sample: { at: now, done } };
  }
  const elapsed = now - before.sample.at;
  if (elapsed < SAMPLE_MS) return { ...before, done, bytes, reason };
  const measured = ((done - before.sample.done) / elapsed) * 1000;
  const speed = before.speed === null ? measured : before.speed + (measured - before.speed) * NEWEST_SHARE;
  return { direction, state, done, bytes, reason, speed, sample: { at: now, done } };
}

function withAttachment(message: Message, change: Partial<Attachment>): Message {
  return message.attachment === undefined ? message : { ...message, attachment: { ...message.attachment, ...change } };
}

function nameOfFile(chat: Chat, id: string): string | null {
  const at = indexOfMessage(chat.log, id);
  return (at < 0 ? undefined : messageAt(chat.log, at))?.attachment?.name ?? null;
}

function failureWords(chat: Chat, event: TransferEvent): string {
  const name = nameOfFile(chat, event.id);
  const what = name === null ? `a file ${event.direction === 'upload' ? 'to' : 'from'} ${chat.name}` : name;
  const happened = event.direction === 'upload' ? 'was not sent' : 'could not be fetched';
  return `${what} ${happened}: ${event.reason ?? 'no reason given'}`;
}

/** The session's word for what this side stopped. */
const CANCELLED = 'cancelled';

function stoppedWords({ direction }: TransferEvent): string {
  return direction === 'upload'
    ? 'stopped: it was not sent'
    : 'stopped: it waits at the relay, and goes on from there once it is opened or saved';
}

function isUnderWay({ attachment }: Message): boolean {
  return attachment?.state === 'uploading' || attachment?.state === 'fetching';
}

/** Stops a message's file on its way; the event tells how that ended. */
export const cancelTransfer: OnMessage = (state, _main, message) => {
  if (isLocalId(message.id)) return step(withNotice(state, 'info', 'that file is still being prepared'));
  if (!isUnderWay(message)) return step(withNotice(state, 'info', 'no file of that message is on its way'));
  return step(state, { type: 'cancel-transfer', id: message.id });
};

/** Stops what is on its way in the open chat: the one that moves, else the newest that waits. */
export function cancelNewest(state: AppState, main: MainScreen): Step {
  const chat = openChatOf(main);
  if (chat === null) return step(withNotice(state, 'info', 'open a chat first'));
  const moving = [...chat.transfers].find(([, { state: how }]) => how === 'running')?.[0] ?? null;
  for (let index = chat.log.size - 1; index >= 0; index -= 1) {
    const message = messageAt(chat.log, index);
    if (message === undefined || !isUnderWay(message)) continue;
    if (moving === null || message.id === moving) return cancelTransfer(state, main, message);
  }
  return moving === null
    ? step(withNotice(state, 'info', 'nothing is on its way in this chat'))
    : step(state, { type: 'cancel-transfer', id: moving });
}

/** What is told about a transfer: its progress beside the message, its end in the message itself. */
export function transferTold(state: AppState, main: MainScreen, event: TransferEvent): Step {
  const chat = chatOf(main, event.chat);
  const transfers = new Map(chat.transfers);
  const change = (to: Partial<Attachment>): Chat['log'] =>
    changeMessage(chat.log, event.id, (message) => withAttachment(message, to));
  switch (event.state) {
    case 'running':
    case 'waiting': {
      transfers.set(event.id, told(chat.transfers.get(event.id), event, event.state, state.now));
      const isThere = chat.transfers.has(event.id);
      const log = isThere ? chat.log : change({ state: event.direction === 'upload' ? 'uploading' : 'fetching' });
      return step(withMain(state, withChat(main, { ...chat, transfers, log })));
    }
    case 'complete': {
      transfers.delete(event.id);
      return step(withMain(state, withChat(main, { ...chat, transfers, log: change({ state: 'here' }) })));
    }
    case 'failed': {
      transfers.delete(event.id);
      // A file that could not be sent lies here all the same; the message itself becomes failed.
      if (event.reason === CANCELLED) {
        const log = change({ state: event.direction === 'upload' ? 'here' : 'offered' });
        return step(
          withNotice(withMain(state, withChat(main, { ...chat, transfers, log })), 'info', stoppedWords(event)),
        );
      }
      const log =
        event.direction === 'upload'
          ? change({ state: 'here' })
          : change({ state: 'lost', ...(event.reason === undefined ? {} : { reason: event.reason }) });
      const next = withMain(state, withChat(main, { ...chat, transfers, log }));
      return step(withNotice(next, 'error', failureWords(chat, event)));
    }
    default: {
      const never: never = event.state;
      return never;
    }
  }
}

/** The transfer that the status line shows, and how many there are besides. */
export interface ShownTransfer {
  readonly transfer: Transfer;
  readonly chat: string;
  /** Null where the message is not loaded. */
  readonly name: string | null;
  readonly others: number;
}

/** The one under way, the open chat's first; else one that waits. */
export function shownTransfer(main: MainScreen): ShownTransfer | null {
  const all = [...main.chats.values()].flatMap((chat) =>
    [...chat.transfers].map(([id, transfer]) => ({ chat, id, transfer })),
  );
  const rank = ({ chat, transfer }: (typeof all)[number]): number =>
    (transfer.state === 'running' ? 0 : 2) + (chat.name === main.openName ? 0 : 1);
  const [first] = [...all].sort((a, b) => rank(a) - rank(b));
  if (first === undefined) return null;
  const { chat, id, transfer } = first;
  return { transfer, chat: chat.name, name: nameOfFile(chat, id), others: all.length - 1 };
}
