import { usageOf } from '../input/slash-commands.ts';
import type { AppState } from '../state/app-state.ts';
import type { MainScreen } from '../state/chat-state.ts';
import { type Completion, completionsFor, cyclingIn } from '../state/completions.ts';
import { label, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Theme } from '../term/theme.ts';
import { padEnd, truncate } from '../term/width.ts';
import { layered } from './layered.ts';

const SHOWN_MAX = 10;
const USAGE_COLS = 22;
const EMOJI_COLS = 4;

function paintChoice(row: Surface, choice: Completion, on: Theme): void {
  if (choice.kind === 'name') {
    row.text(0, 1, sanitizeLine(choice.name), on.text);
  } else if (choice.kind === 'emoji') {
    row.text(0, 1, sanitizeLine(choice.emoji), on.text);
    row.text(0, EMOJI_COLS, truncate(safe`:${sanitizeLine(choice.name)}:`, row.cols - EMOJI_COLS - 1), on.muted);
  } else {
    row.text(0, 1, padEnd(label(usageOf(choice.command)), USAGE_COLS), on.accent);
    row.text(0, USAGE_COLS + 2, truncate(label(choice.command.help), row.cols - USAGE_COLS - 3), on.muted);
  }
}

/** What fits what is typed, above the composer; while Tab walks through it, what stands there is marked. */
export function paintCompletions(messages: Surface, state: AppState, main: MainScreen, theme: Theme): void {
  if (main.focus !== 'composer' || state.dialogs.length > 0) return;
  const cycling = cyclingIn(main);
  const choices = cycling?.choices ?? completionsFor(main, state.emoji);
  const room = Math.min(SHOWN_MAX, messages.rows);
  if (choices.length === 0 || room < 2) return;
  const fits = choices.length <= room;
  const count = fits ? choices.length : room - 1;
  const at = cycling?.at ?? -1;
  const first = Math.max(0, Math.min(choices.length - count, at - count + 1));
  const rows = count + (fits ? 0 : 1);
  const dialog = layered(theme, 'dialog');
  const box = messages.region(messages.rows - rows, 1, rows, messages.cols - 2);
  box.fill(theme.dialog);
  for (const [index, choice] of choices.slice(first, first + count).entries()) {
    const isChosen = first + index === at;
    const row = box.region(index, 0, 1, box.cols);
    if (isChosen) row.fill(theme.selected);
    paintChoice(row, choice, isChosen ? layered(theme, 'selected') : dialog);
  }
  if (fits) return;
  const more = choices.length - first - count;
  box.text(count, 1, more > 0 ? safe`… ${more} more` : safe`${choices.length} in all`, dialog.muted);
}
