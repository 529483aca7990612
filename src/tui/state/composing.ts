import type { Message } from '../../session/client.ts';
import { isEmpty, type TextBuffer } from '../edit/text-buffer.ts';
import { wayTo } from '../input/ways.ts';
import { type AppState, pushDialog, type Step, step, withMain, withNotice } from './app-state.ts';
import { type Chat, isLocalId, type MainScreen, openChatOf, withChat } from './chat-state.ts';
import type { Question } from './dialog-state.ts';
import { emptied, MESSAGE_MAX_BYTES } from './fields.ts';
import type { OnMessage } from './message-commands.ts';
import { indexOfMessage, type MessageLog, messageAt } from './message-log.ts';
import { recallOlder } from './recall.ts';
import { secretIn } from './secret-words.ts';

/** What Enter does with the composer's text. */
export type Composing =
  | { readonly kind: 'message'; readonly replyTo: string | null }
  /** Another text for an own message; `before` is what comes back afterwards. */
  | { readonly kind: 'edit'; readonly id: string; readonly before: Pause };

/** What was being written when an edit began. */
interface Pause {
  readonly draft: TextBuffer;
  readonly replyTo: string | null;
}

export const NEW_MESSAGE: Composing = { kind: 'message', replyTo: null };

/** What Enter answers to, if to anything. */
export function replyTarget({ composing }: Chat): string | null {
  return composing.kind === 'message' ? composing.replyTo : null;
}

/** Without the answer or the edit, whose text goes; null where there is neither. */
export function endComposing(chat: Chat): Chat | null {
  const { composing } = chat;
  if (composing.kind === 'edit') {
    const { draft, replyTo } = composing.before;
    return { ...chat, draft, composing: { kind: 'message', replyTo } };
  }
  return composing.replyTo === null ? null : { ...chat, composing: NEW_MESSAGE };
}

/** The chat where a message is gone: nothing answers it any more, and its edit is a text of its own. */
export function forgetComposing(chat: Chat, id: string): Chat {
  const { composing } = chat;
  const isAbout = composing.kind === 'edit' ? composing.id === id : composing.replyTo === id;
  return isAbout ? { ...chat, composing: NEW_MESSAGE } : chat;
}

/** The composer answers a message: Enter sends, Escape takes it back. */
export const startReply: OnMessage = (state, main, message) => {
  const open = openChatOf(main);
  if (open === null) return step(state);
  if (isLocalId(message.id)) return step(withNotice(state, 'info', 'that message is still on its way to the disk'));
  const chat = open.composing.kind === 'edit' ? (endComposing(open) ?? open) : open;
  const composing: Composing = { kind: 'message', replyTo: message.id };
  return step(withMain(state, withChat({ ...main, focus: 'composer' }, { ...chat, composing, selection: null })));
};

/** Why a message cannot have another text; null where it can. */
function whyNotEdited(message: Message): string | null {
  if (message.direction !== 'out') return 'only what you wrote can be edited';
  if (isLocalId(message.id)) return 'that message is still on its way to the disk';
  return message.status === 'failed' ? 'that message was not sent: y copies it' : null;
}

/** An own message's text goes into the composer: Enter changes it on both sides, Escape leaves it as it is. */
export const startEdit: OnMessage = (state, main, message) => {
  const open = openChatOf(main);
  const why = whyNotEdited(message);
  if (open === null || why !== null) return step(why === null ? state : withNotice(state, 'info', why));
  const chat = open.composing.kind === 'edit' ? (endComposing(open) ?? open) : open;
  const before = { draft: chat.draft, replyTo: replyTarget(chat) };
  const editing: Chat = {
    ...chat,
    composing: { kind: 'edit', id: message.id, before },
    draft: emptied(chat.draft, message.text ?? ''),
    selection: null,
    recall: null,
  };
  return step(withMain(state, withChat({ ...main, focus: 'composer' }, editing)));
};

function lastOwn(log: MessageLog): Message | null {
  for (let index = log.size - 1; index >= 0; index -= 1) {
    const message = messageAt(log, index);
    if (message?.kind !== 'system' && message?.direction === 'out' && whyNotEdited(message) === null) return message;
  }
  return null;
}

/** Up on an empty composer: the last own message is edited; where there is none, what was sent before comes back. */
export function editLast(state: AppState, main: MainScreen): Step {
  const chat = openChatOf(main);
  const own = chat === null || chat.composing.kind === 'edit' ? null : lastOwn(chat.log);
  return own === null ? step(withMain(state, recallOlder(main))) : startEdit(state, main, own);
}

/** The edited text goes out, a secret in it only where it `isMeant`; a text that did not change changes nothing. */
export function sendEdit(state: AppState, main: MainScreen, chat: Chat, text: string, isMeant = false): Step {
  const { composing } = chat;
  if (composing.kind !== 'edit') return step(state);
  const message = messageAt(chat.log, indexOfMessage(chat.log, composing.id));
  if (text.trim() === '' && message?.attachment === undefined)
    return step(
      withNotice(
        state,
        'info',
        `an edited message needs a text · ${wayTo(state.keymap, 'back')} leaves it, D in the selection deletes it`,
      ),
    );
  const bytes = Buffer.byteLength(text);
  if (bytes > MESSAGE_MAX_BYTES) {
    const over = Math.ceil((bytes - MESSAGE_MAX_BYTES) / 1024);
    return step(
      withNotice(state, 'error', `a message holds 16 KiB; this is ${over} KiB too long, nothing was changed`),
    );
  }
  const done = withMain(state, withChat(main, endComposing(chat) ?? chat));
  if (message?.text === text) return step(done);
  const secret = isMeant ? null : secretIn(text);
  if (secret !== null) {
    const question: Question = { kind: 'send-secret', chat: chat.name, text, secret, isEdit: true };
    return step(pushDialog(state, { kind: 'confirm', question, selected: 1 }));
  }
  return step(done, { type: 'edit', id: composing.id, chat: chat.name, text });
}

/** An edit was refused: its text goes back into the composer, where that is free. */
export function editFailed(
  main: MainScreen,
  effect: { readonly id: string; readonly chat: string; readonly text: string },
): MainScreen {
  const chat = main.chats.get(effect.chat);
  if (chat === undefined || chat.composing.kind === 'edit' || !isEmpty(chat.draft)) return main;
  const before = { draft: chat.draft, replyTo: replyTarget(chat) };
  const composing: Composing = { kind: 'edit', id: effect.id, before };
  return withChat(main, { ...chat, composing, draft: emptied(chat.draft, effect.text) });
}
