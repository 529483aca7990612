import type { LocalFile } from '../files/local-files.ts';
import { sizeWords } from '../views/size-words.ts';
import { type AppState, type Step, step, withMain, withNotice } from './app-state.ts';
import { type Chat, type MainScreen, openChatOf, withChat } from './chat-state.ts';
import type { Wanted } from './dialog-state.ts';

/** The relay takes no more (contract.md, section 2). */
const FILE_MAX_BYTES = 100 * 1024 * 1024;

/** The file goes into the composer's frame: Enter sends it, Escape takes it back. */
export function chooseFile(state: AppState, main: MainScreen, name: string, file: LocalFile, wanted: Wanted): Step {
  const chat = main.chats.get(name);
  if (chat === undefined) return step(state);
  if (file.bytes > FILE_MAX_BYTES)
    return step(
      withNotice(state, 'error', `${file.name} has ${sizeWords(file.bytes)}: no more than 100 MiB can be sent`),
    );
  const kind = wanted === 'image' || (wanted === 'any' && file.isPicture) ? 'image' : 'file';
  const chosen = { kind, path: file.path, name: file.name, bytes: file.bytes } as const;
  return step(withMain(state, withChat({ ...main, focus: 'composer' }, { ...chat, chosen, selection: null })));
}

/** Without the chosen file; null where there is none. */
export function takeFileBack(main: MainScreen): MainScreen | null {
  const chat = openChatOf(main);
  return chat === null || chat.chosen === null ? null : withChat(main, { ...chat, chosen: null });
}

/** What the composer's frame says of a chosen file. */
export function chosenWords(chat: Chat | null): string | null {
  if (chat === null || chat.chosen === null) return null;
  const { kind, name, bytes } = chat.chosen;
  return `${kind === 'image' ? 'picture' : 'file'}: ${name} · ${sizeWords(bytes)}`;
}

/** Whether Enter has something to send. */
export function hasSomething(chat: Chat | null, text: string): boolean {
  return text.trim() !== '' || (chat !== null && chat.chosen !== null);
}
