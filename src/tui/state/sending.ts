import type { Message, SendResult } from '../../session/client.ts';
import { textOf } from '../edit/text-buffer.ts';
import { wayTo } from '../input/ways.ts';
import { type Failure, sentenceOf } from './action.ts';
import { type AppState, mainOf, pushDialog, type Step, step, withMain, withNotice } from './app-state.ts';
import {
  type Chat,
  type ChosenFile,
  contactOf,
  isLocalId,
  localId,
  type MainScreen,
  openChatOf,
  withChat,
} from './chat-state.ts';
import { type Composing, NEW_MESSAGE, replyTarget, sendEdit } from './composing.ts';
import type { Question } from './dialog-state.ts';
import type { Effect } from './effect.ts';
import { advanced, touchContact } from './events-reducer.ts';
import { emptied, MESSAGE_MAX_BYTES } from './fields.ts';
import {
  appendMessages,
  changeMessage,
  indexOfMessage,
  type MessageLog,
  messageAt,
  removeMessage,
} from './message-log.ts';
import { atBottom } from './scrolling.ts';
import { secretIn } from './secret-words.ts';

const INPUT_HISTORY_MAX = 100;

/** What of a chosen file is known before it was looked into. */
function fileFields({ kind, name, bytes }: ChosenFile): Pick<Message, 'kind' | 'attachment'> {
  const mime = kind === 'image' ? 'image/*' : 'application/octet-stream';
  return { kind, attachment: { name, mime, bytes, sha256: '', state: 'uploading' } };
}

/** The composer's text goes out, with the file that was chosen; what cannot be sent stays where it is. */
export function sendText(state: AppState, main: MainScreen, text: string): Step {
  const chat = openChatOf(main);
  if (chat === null)
    return step(
      withNotice(
        state,
        'info',
        `open a chat first: ${wayTo(state.keymap, 'switcher')} jumps to one, /add NAME begins one`,
      ),
    );
  const contact = contactOf(main, chat.name);
  if (contact?.state === 'incoming') return step(pushDialog(state, { kind: 'request', name: chat.name, selected: 0 }));
  if (contact?.state === 'blocked')
    return step(withNotice(state, 'warning', `${chat.name} is blocked; /unblock first`));
  const bytes = Buffer.byteLength(text);
  if (bytes > MESSAGE_MAX_BYTES) {
    const over = Math.ceil((bytes - MESSAGE_MAX_BYTES) / 1024);
    return step(withNotice(state, 'error', `a message holds 16 KiB; this is ${over} KiB too long, nothing was sent`));
  }
  const secret = secretIn(text);
  if (secret === null) return sendNow(state, main, chat, text);
  const question: Question = { kind: 'send-secret', chat: chat.name, text, secret, isEdit: false };
  return step(pushDialog(state, { kind: 'confirm', question, selected: 1 }));
}

/** The text that was asked about goes out after all, where its chat is still the one in front. */
export function sendAfterAll(
  state: AppState,
  { chat: name, text, isEdit }: { readonly chat: string; readonly text: string; readonly isEdit: boolean },
): Step {
  const main = mainOf(state);
  const chat = main === null ? null : openChatOf(main);
  if (main === null || chat?.name !== name) return step(state);
  return isEdit ? sendEdit(state, main, chat, text, true) : sendNow(state, main, chat, text);
}

function sendNow(state: AppState, main: MainScreen, chat: Chat, text: string): Step {
  const id = localId(main.nextLocalId);
  const replyTo = replyTarget(chat);
  const message: Message = {
    id,
    chat: chat.name,
    direction: 'out',
    from: main.account,
    kind: 'text',
    text,
    sent_at: new Date(state.now).toISOString(),
    status: 'queued',
    ...(replyTo === null ? {} : { reply_to: replyTo }),
    ...(chat.chosen === null ? {} : fileFields(chat.chosen)),
  };
  const sent: Chat = {
    ...atBottom(chat),
    log: appendMessages(chat.log, [message]),
    draft: emptied(chat.draft),
    composing: NEW_MESSAGE,
    chosen: null,
    pastedPath: null,
    inputHistory: text === '' ? chat.inputHistory : [...chat.inputHistory, text].slice(-INPUT_HISTORY_MAX),
    recall: null,
    newSince: null,
    highlighted: null,
    selection: null,
    sending: chat.sending + 1,
  };
  const next = touchContact({ ...main, nextLocalId: main.nextLocalId + 1 }, message, 0);
  return step(withMain(state, withChat(next, sent)), {
    type: 'send',
    name: chat.name,
    text,
    localId: id,
    file: chat.chosen,
    replyTo,
  });
}

function doneSending(chat: Chat): Chat {
  const sending = Math.max(0, chat.sending - 1);
  return { ...chat, sending, earlyStatus: sending === 0 ? new Map() : chat.earlyStatus };
}

/** A file takes its time to be sealed: what the vault took meanwhile stands above it, there and so here. */
function renamed(log: MessageLog, local: string, taken: (message: Message) => Message): MessageLog {
  const message = messageAt(log, indexOfMessage(log, local));
  const last = messageAt(log, log.size - 1);
  const wasOvertaken = message?.attachment !== undefined && last !== undefined && !isLocalId(last.id);
  if (message === undefined || !wasOvertaken) return changeMessage(log, local, taken);
  return appendMessages(removeMessage(log, local), [taken(message)]);
}

/** The vault took a message: it gets its own id, and whatever was told about that id meanwhile. */
export function messageTaken(main: MainScreen, name: string, local: string, result: SendResult): MainScreen {
  const chat = main.chats.get(name);
  if (chat === undefined) return main;
  const early = chat.earlyStatus.get(result.id);
  const taken = (message: Message): Message => {
    const known = advanced({ ...message, id: result.id, client_id: result.client_id }, result.status);
    return {
      ...(early === undefined ? known : advanced(known, early.status, early.reason ?? undefined)),
      sent_at: result.sent_at,
    };
  };
  const isThere = indexOfMessage(chat.log, result.id) >= 0;
  const log = isThere ? removeMessage(chat.log, local) : renamed(chat.log, local, taken);
  const moved = (id: string | null): string | null => (id === local ? result.id : id);
  const selection = moved(chat.selection);
  const anchor = chat.anchor?.id === local ? { ...chat.anchor, id: result.id } : chat.anchor;
  return withChat(main, doneSending({ ...chat, log, anchor, selection, newSince: moved(chat.newSince) }));
}

/** The vault did not take it: text and file go back where they were, or stay in sight as failed. */
export function sendFailed(
  state: AppState,
  main: MainScreen,
  effect: Extract<Effect, { type: 'send' }>,
  failure: Failure,
): Step {
  const chat = main.chats.get(effect.name);
  const told = withNotice(state, 'error', sentenceOf(failure));
  if (chat === undefined) return step(told);
  const returns = textOf(chat.draft) === '' && chat.chosen === null && chat.composing.kind === 'message';
  const log = returns
    ? removeMessage(chat.log, effect.localId)
    : changeMessage(chat.log, effect.localId, (message) => advanced(message, 'failed', failure.sentence));
  const draft = returns ? emptied(chat.draft, effect.text) : chat.draft;
  const chosen = returns ? effect.file : chat.chosen;
  const composing: Composing = returns ? { kind: 'message', replyTo: effect.replyTo } : chat.composing;
  const selection = returns && chat.selection === effect.localId ? null : chat.selection;
  return step(withMain(told, withChat(main, doneSending({ ...chat, log, draft, composing, chosen, selection }))));
}
