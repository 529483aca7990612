import { textOf } from '../edit/text-buffer.ts';
import { composerText } from '../views/layout.ts';
import type { Action } from './action.ts';
import { type AppState, mainOf, type Step, step, withMain, withNotice } from './app-state.ts';
import { chatOf, type MainScreen, withChat } from './chat-state.ts';
import { DRAFT_MAX_BYTES, emptied } from './fields.ts';
import { endRecall } from './recall.ts';

/** What is typed goes to the person's own editor; it comes back into the same chat. */
export function writeOutside(state: AppState, main: MainScreen): Step {
  if (state.isWritingOutside) return step(state);
  return step(
    { ...state, isWritingOutside: true },
    { type: 'write-outside', chat: main.openName, text: textOf(composerText(main)) },
  );
}

/** The terminal is here again. */
export function backFromOutside(state: AppState): AppState {
  return { ...state, isWritingOutside: false, inputAt: state.now };
}

export function writtenOutside(before: AppState, { effect, text }: Extract<Action, { type: 'written-outside' }>): Step {
  const state = backFromOutside(before);
  const main = mainOf(state);
  if (main === null) return step(state);
  if (text === null)
    return step(withNotice(state, 'info', 'the editor gave nothing back: what was typed is as it was'));
  if (Buffer.byteLength(text) > DRAFT_MAX_BYTES)
    return step(withNotice(state, 'error', 'that text is too long for a message: what was typed before is as it was'));
  if (effect.chat === null) return step(withMain(state, { ...main, commandLine: emptied(main.commandLine, text) }));
  const chat = chatOf(main, effect.chat);
  return step(withMain(state, endRecall(withChat(main, { ...chat, draft: emptied(chat.draft, text) }))));
}
