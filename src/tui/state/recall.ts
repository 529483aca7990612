import { textOf } from '../edit/text-buffer.ts';
import { type AppState, mainOf, popDialog, pushDialog, type Step, step, withMain, withNotice } from './app-state.ts';
import { type MainScreen, openChatOf, withChat } from './chat-state.ts';
import type { RecallDialog } from './dialog-state.ts';
import { emptied, lineField } from './fields.ts';
import { fuzzyFilter } from './fuzzy.ts';

export function endRecall(main: MainScreen): MainScreen {
  const chat = openChatOf(main);
  return chat === null || chat.recall === null ? main : withChat(main, { ...chat, recall: null });
}

/** Up: one further back in what was sent from here; the draft waits. Without a chat, up leads to the contacts. */
export function recallOlder(main: MainScreen): MainScreen {
  const chat = openChatOf(main);
  if (chat === null) return { ...main, focus: 'contacts' };
  const index = (chat.recall?.index ?? chat.inputHistory.length) - 1;
  const text = chat.inputHistory[index];
  if (text === undefined) return main;
  const draft = chat.recall?.draft ?? chat.draft;
  return withChat(main, { ...chat, draft: emptied(chat.draft, text), recall: { index, draft } });
}

/** Down: towards the newest, and past it back to the draft. */
export function recallNewer(main: MainScreen): MainScreen {
  const chat = openChatOf(main);
  if (chat === null || chat.recall === null) return main;
  const index = chat.recall.index + 1;
  const text = chat.inputHistory[index];
  if (text === undefined) return withChat(main, { ...chat, draft: chat.recall.draft, recall: null });
  return withChat(main, { ...chat, draft: emptied(chat.draft, text), recall: { ...chat.recall, index } });
}

/** What was sent in this chat, newest first, to be found again. */
export function openRecall(state: AppState, main: MainScreen): Step {
  const chat = openChatOf(main);
  if (chat === null || chat.inputHistory.length === 0)
    return step(withNotice(state, 'info', 'nothing was sent from here yet'));
  return step(pushDialog(state, { kind: 'recall', input: lineField(), selected: 0 }));
}

export function recallChoices(main: MainScreen, dialog: RecallDialog): readonly string[] {
  const sent = [...new Set((openChatOf(main)?.inputHistory ?? []).toReversed())];
  return fuzzyFilter(sent, textOf(dialog.input).trim(), (text) => text);
}

/** It stands in the composer, in place of what was typed. */
export function chooseRecalled(state: AppState, dialog: RecallDialog): Step {
  const main = mainOf(state);
  const chat = main === null ? null : openChatOf(main);
  const text = main === null ? undefined : recallChoices(main, dialog)[dialog.selected];
  if (main === null || chat === null || text === undefined) return step(state);
  return step(withMain(popDialog(state), withChat(main, { ...chat, draft: emptied(chat.draft, text), recall: null })));
}
