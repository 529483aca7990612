import { type AppState, type Step, step, withMain, withNotice } from './app-state.ts';
import { jumpToMessage } from './chat-reducer.ts';
import { type MainScreen, openChatOf, withChat } from './chat-state.ts';
import type { OnMessage } from './message-commands.ts';
import { selectMessage } from './selection.ts';

/** To the message that this one answers; older pages are loaded until it is there. */
export const jumpToAnswered: OnMessage = (state, main, message) => {
  const chat = openChatOf(main);
  if (chat === null || message.reply_to === undefined)
    return step(withNotice(state, 'info', 'that message answers none'));
  const left = withChat(main, { ...chat, cameFrom: message.id });
  const there = selectMessage(state, left, message.reply_to);
  if (there !== null) return there;
  const seeking = withChat(left, { ...chat, cameFrom: message.id, selection: null });
  return jumpToMessage(withMain(state, seeking), { id: message.reply_to, chat: chat.name });
};

/** Back to the answer that one came from. */
export function jumpBack(state: AppState, main: MainScreen): Step {
  const chat = openChatOf(main);
  const back = chat === null || chat.cameFrom === null ? null : selectMessage(state, main, chat.cameFrom);
  return back ?? step(withNotice(state, 'info', 'you came from no answer'));
}
