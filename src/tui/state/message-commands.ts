import type { Message } from '../../session/client.ts';
import { graphemesOf } from '../edit/graphemes.ts';
import { sanitizeText } from '../term/sanitize.ts';
import type { Action } from './action.ts';
import { type AppState, pushDialog, type Step, step, withMain, withNotice, withPathNotice } from './app-state.ts';
import { isLocalId, type MainScreen, openChatOf, withChat } from './chat-state.ts';
import { lineField } from './fields.ts';
import { withoutMessage } from './message-changes.ts';
import { messageAt } from './message-log.ts';
import { openPicture } from './picture-view.ts';
import { selectedMessage } from './selection.ts';

const WHAT_MAX_LENGTH = 60;

/** A message in few words. */
function whatOf(message: Message): string {
  const line = (message.text ?? '').split('\n', 1)[0] ?? '';
  const words = line === '' ? (message.attachment?.name ?? '') : line;
  const graphemes = graphemesOf(words);
  return graphemes.length > WHAT_MAX_LENGTH ? `${graphemes.slice(0, WHAT_MAX_LENGTH).join('')}…` : words;
}

export type OnMessage = (state: AppState, main: MainScreen, message: Message) => Step;

/** Runs with the selected message, if there is one. */
export function onSelected(run: OnMessage): (state: AppState, main: MainScreen) => Step {
  return (state, main) => {
    const message = selectedMessage(main);
    return message === null ? step(state) : run(state, main, message);
  };
}

/** Why nothing can be done with a message's file; null where it can. */
export function whyNoFile(message: Message): string | null {
  if (message.attachment === undefined) return 'that message has no file';
  if (isLocalId(message.id)) return 'that file is still being prepared';
  if (message.attachment.state !== 'lost') return null;
  const { reason } = message.attachment;
  return reason === undefined ? 'that file is gone' : `that file is gone: ${reason}`;
}

/** Writes a message's file into the user's folders; the answer says where. */
export const saveMessage: OnMessage = (state, _main, message) => {
  const why = whyNoFile(message);
  if (why !== null) return step(withNotice(state, 'info', why));
  const told = withNotice(state, 'info', `saving ${message.attachment?.name ?? ''}…`);
  return step(told, { type: 'save', id: message.id });
};

/** A picture is shown in full, a file is offered to be saved; for a text there is the menu of what can be done. */
export const openMessage: OnMessage = (state, _main, message) => {
  if (message.kind === 'image') return openPicture(state, message.id);
  if (message.attachment === undefined)
    return step(pushDialog(state, { kind: 'menu', of: 'message', input: lineField(), selected: 0 }));
  const why = whyNoFile(message);
  if (why !== null) return step(withNotice(state, 'info', why));
  const { name: file, bytes } = message.attachment;
  const question = { kind: 'save', id: message.id, chat: message.chat, file, bytes } as const;
  return step(pushDialog(state, { kind: 'confirm', question, selected: 0 }));
};

/** What is copied is what is shown: nothing in it can act where it is pasted. Tabs stay tabs. */
export const copyMessage: OnMessage = (state, _main, message) => {
  const shown = (message.text ?? '').split('\t').map(sanitizeText).join('\t');
  const text = shown === '' ? sanitizeText(message.attachment?.name ?? '') : shown;
  if (text === '') return step(withNotice(state, 'info', 'nothing to copy'));
  return step(withNotice(state, 'success', 'copied, where the terminal allows it'), { type: 'copy', text });
};

/** All that is known about it. */
export const openInfo: OnMessage = (state, _main, { id, chat }) => step(pushDialog(state, { kind: 'info', id, chat }));

export function deleteMessage(forAll: boolean): OnMessage {
  return (state, main, message) => {
    if (isLocalId(message.id)) return dropLocal(state, main, message);
    if (forAll && message.direction !== 'out')
      return step(withNotice(state, 'info', 'only what you wrote can be deleted for all; d deletes it here'));
    const question = { kind: 'delete', id: message.id, chat: message.chat, forAll, what: whatOf(message) } as const;
    return step(pushDialog(state, { kind: 'confirm', question, selected: 1 }));
  };
}

/** What the vault never took is nowhere but here. */
function dropLocal(state: AppState, main: MainScreen, message: Message): Step {
  const chat = openChatOf(main);
  if (chat === null || message.status !== 'failed')
    return step(withNotice(state, 'info', 'that message is still on its way to the disk'));
  return step(withMain(state, withChat(main, withoutMessage(chat, message.id))));
}

/** The message with an id, else the newest one with a file, of the open chat. */
export function saveNamed(state: AppState, main: MainScreen, id: string): Step {
  if (id !== '') return step(withNotice(state, 'info', 'saving…'), { type: 'save', id: id.toLowerCase() });
  const chat = openChatOf(main);
  if (chat === null) return step(withNotice(state, 'info', 'open a chat first'));
  for (let index = chat.log.size - 1; index >= 0; index -= 1) {
    const message = messageAt(chat.log, index);
    if (message?.attachment !== undefined) return saveMessage(state, main, message);
  }
  return step(withNotice(state, 'info', 'no file in what is loaded of this chat'));
}

function countOf(count: number, one: string, many: string): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}

export function savedAll(state: AppState, { name, files }: Extract<Action, { type: 'saved-all' }>): Step {
  const { saved, missing } = files;
  const gone = missing.length === 0 ? '' : `, ${countOf(missing.length, 'is', 'are')} gone`;
  const folder = saved[0]?.path.replace(/[\\/][^\\/]*$/, '');
  if (folder === undefined) {
    const words = missing.length === 0 ? `there is no file in the chat with ${name}` : `nothing could be saved${gone}`;
    return step(withNotice(state, missing.length === 0 ? 'info' : 'warning', words));
  }
  const words = `${countOf(saved.length, 'file', 'files')} saved${gone}:`;
  return step(withPathNotice(state, missing.length === 0 ? 'success' : 'warning', words, folder));
}

/** The message itself is gone by its event; only what has not happened yet is said. */
export function deletionTold(state: AppState, { effect, result }: Extract<Action, { type: 'deleted' }>): Step {
  if (!effect.forAll || result.status === 'sent') return step(state);
  const words = `deleted here; ${effect.chat} is told as soon as the relay can be reached`;
  return step(withNotice(state, 'info', words));
}

export function erasureTold(state: AppState, name: string, deleted: number): Step {
  const what = deleted === 0 ? 'there was nothing to erase' : `${countOf(deleted, 'message', 'messages')} erased`;
  return step(withNotice(state, 'success', `${what} in the chat with ${name}`));
}
