import { textOf } from '../edit/text-buffer.ts';
import { parseInput } from '../input/slash-commands.ts';
import { composerText } from '../views/layout.ts';
import { type AppState, mainOf, type Step, step, withNotice } from './app-state.ts';
import { type MainScreen, openChatOf } from './chat-state.ts';
import { hasSomething } from './chosen-file.ts';
import { insertPaste } from './composer-reducer.ts';
import { sendEdit } from './composing.ts';
import { sendText } from './sending.ts';
import { runSlash } from './slash-runner.ts';

/** Enter: what is typed is an edit, a command or a message. */
export function enterInComposer(state: AppState, main: MainScreen): Step {
  const text = textOf(composerText(main));
  const chat = openChatOf(main);
  if (chat?.composing.kind === 'edit') return sendEdit(state, main, chat, text);
  if (!hasSomething(chat, text)) return step(state);
  const parsed = parseInput(text);
  switch (parsed.kind) {
    case 'command':
      return runSlash(state, parsed.call);
    case 'unknown':
      return step(withNotice(state, 'error', `no such command: /${parsed.word} · //${parsed.word} sends it as text`));
    case 'text':
      return sendText(state, main, parsed.text);
    default: {
      const never: never = parsed;
      return never;
    }
  }
}

/** A pasted text goes out together with what is typed around it; where it cannot, it waits in the composer. */
export function sendPasted(state: AppState, main: MainScreen, text: string): Step {
  const inserted = insertPaste(state, main, text.replace(/\n+$/, ''));
  const changed = mainOf(inserted.state);
  if (changed === null || changed === main) return inserted;
  return sendText(inserted.state, changed, textOf(composerText(changed)));
}
