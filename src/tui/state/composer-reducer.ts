import { moveByRows } from '../edit/composer-layout.ts';
import { applyKey, applyPaste } from '../edit/readline.ts';
import { hasRoomFor, isEmpty, type TextBuffer, textOf } from '../edit/text-buffer.ts';
import type { KeyEvent } from '../input/events.ts';
import { parseInput } from '../input/slash-commands.ts';
import { composerText, mainLayout, PROMPT_COLS } from '../views/layout.ts';
import { type AppState, mainOf, pushDialog, type Step, step, withMain, withNotice } from './app-state.ts';
import { askAboutPaste } from './attaching.ts';
import { type MainScreen, openChatOf, withChat } from './chat-state.ts';
import { takeFileBack } from './chosen-file.ts';
import { type Completion, completed, completionsFor, cyclingIn, emojiWritten, wantsEmoji } from './completions.ts';
import { emptied } from './fields.ts';
import { openFiles } from './file-browser.ts';
import { endRecall } from './recall.ts';

export function withComposer(main: MainScreen, text: TextBuffer): MainScreen {
  const chat = openChatOf(main);
  if (chat === null) return { ...main, commandLine: text };
  return withChat(main, { ...chat, draft: text });
}

/** A key that is no command goes into the text; anything typed ends the walk through the input history. */
export function typeIntoComposer(state: AppState, main: MainScreen, key: KeyEvent): Step {
  const before = composerText(main);
  const vertical = key.key === 'up' ? -1 : key.key === 'down' ? 1 : 0;
  const width = mainLayout(state, main).composer.cols - PROMPT_COLS - 1;
  const after = vertical === 0 ? applyKey(before, key, { multiline: true }) : moveByRows(before, width, vertical);
  if (after === null || after === before) return step(state);
  const written = key.text === ':' ? emojiWritten(after, state.emoji) : null;
  const next = endRecall(withComposer(main, written ?? after));
  const typed = withMain(state, next);
  return state.emoji === null && wantsEmoji(next) ? step(typed, { type: 'load-emoji' }) : step(typed);
}

/** A paste of many lines waits in a dialog; one that does not fit is refused and changes nothing. */
export function pasteIntoComposer(state: AppState, main: MainScreen, text: string): Step {
  if (openChatOf(main) !== null && text.trimEnd().split(/\r\n?|\n/).length > state.settings.pasteLines) {
    return step(pushDialog(state, { kind: 'paste', text }));
  }
  return insertPaste(state, main, text);
}

/** The paste stands in the text; where it may be a path, it is looked whether a file lies there. */
export function insertPaste(state: AppState, main: MainScreen, text: string): Step {
  const before = composerText(main);
  if (!hasRoomFor(before, text)) {
    return step(
      withNotice(state, 'error', 'that paste is too long for a message: a message holds 16 KiB; nothing was inserted'),
    );
  }
  const after = endRecall(withComposer(main, applyPaste(before, text, { multiline: true })));
  return askAboutPaste(state, main, after, text);
}

/** The folders at the path that a command has so far, the rest of it as the filter; null where none is typed. */
function completePath(state: AppState, main: MainScreen): Step | null {
  const parsed = parseInput(textOf(composerText(main)));
  if (parsed.kind !== 'command' || main.openName === null) return null;
  const { command, argument } = parsed.call;
  if (command.argument !== 'path?' || argument === '') return null;
  const [, folder = '', name = ''] = /^(.*[\\/])?([^\\/]*)$/s.exec(argument) ?? [];
  const wanted = command.id === 'send-image' ? 'image' : 'file';
  const cleared = withMain(state, withComposer(main, emptied(composerText(main))));
  if (argument === '~') return openFiles(cleared, main.openName, wanted);
  return openFiles(cleared, main.openName, wanted, folder === '' ? '.' : folder, name);
}

/** Tab: the only completion, or what all commands have in common, or a walk through them. */
export function complete(state: AppState, by: 1 | -1): Step {
  const main = mainOf(state);
  if (main === null) return step(state);
  const cycling = cyclingIn(main);
  if (cycling !== null) return walkTo(state, main, cycling.before, cycling.choices, cycling.at + by);
  const path = completePath(state, main);
  if (path !== null) return path;
  const choices = completionsFor(main, state.emoji);
  const [first] = choices;
  if (first === undefined) return step(state);
  const buffer = composerText(main);
  if (choices.length > 1) {
    const common = choices.map(({ text }) => text).reduce(commonStart);
    const isLonger = common.length > buffer.cursor - first.start;
    if (!isLonger) return walkTo(state, main, buffer, choices, by === 1 ? 0 : -1);
    return step(withMain(state, withComposer(main, completed(buffer, { start: first.start, text: common }))));
  }
  return step(withMain(state, withComposer(main, completed(buffer, first))));
}

/** One of the completions stands in the text, and Tab goes on from there, round and round. */
function walkTo(
  state: AppState,
  main: MainScreen,
  before: TextBuffer,
  choices: readonly Completion[],
  place: number,
): Step {
  const at = (place + choices.length) % choices.length;
  const choice = choices[at];
  if (choice === undefined) return step(state);
  const after = completed(before, choice);
  return step(withMain(state, { ...withComposer(main, after), cycling: { before, after, choices, at } }));
}

function commonStart(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.slice(0, length);
}

/** What Ctrl-C clears: the composer's text and the chosen file. Null where there is nothing to clear. */
export function clearComposer(main: MainScreen): MainScreen | null {
  const text = composerText(main);
  const without = takeFileBack(main);
  if (isEmpty(text)) return without;
  return endRecall(withComposer(without ?? main, emptied(text)));
}
