import { isEmptySearch, parseSearch, searchRefusal } from '../../search-words.ts';
import { textOf } from '../edit/text-buffer.ts';
import type { Failure } from './action.ts';
import {
  type AppState,
  findDialog,
  mainOf,
  pushDialog,
  replaceDialog,
  type Step,
  step,
  withTopDialog,
} from './app-state.ts';
import type { SearchDialog } from './dialog-state.ts';
import { emptied, lineField } from './fields.ts';

/** So few letters would find nearly everything. */
const MIN_LETTERS = 2;
const WITHIN = /(^|\s)with:\S*\s?/iu;

export function openSearch(state: AppState, words = ''): Step {
  const dialog: SearchDialog = {
    kind: 'search',
    input: lineField(words),
    results: null,
    asking: null,
    answered: null,
    selected: 0,
    error: null,
  };
  return askSearch(pushDialog(state, dialog), dialog);
}

/** In the open chat alone, or again in all: the filter is written where it can be seen and changed. */
export function narrowSearch(state: AppState, dialog: SearchDialog): Step {
  const name = mainOf(state)?.openName ?? null;
  const typed = textOf(dialog.input);
  const isNarrow = WITHIN.test(typed);
  if (!isNarrow && name === null) return step(state);
  const words = isNarrow ? typed.replace(WITHIN, '$1') : `with:${name} ${typed}`;
  const changed = { ...dialog, input: emptied(dialog.input, words) };
  return askSearch(withTopDialog(state, changed), changed);
}

/** Searches for what is typed, one question at a time; what cannot be understood is said without asking. */
export function askSearch(state: AppState, dialog: SearchDialog): Step {
  const words = textOf(dialog.input).trim();
  const parsed = parseSearch(words, state.now);
  const quiet = { ...dialog, results: null, answered: null };
  if (!parsed.ok) {
    const { sentence, hint } = searchRefusal(parsed.reason);
    return step(replaceDialog(state, dialog, { ...quiet, error: `${sentence} · ${hint}` }));
  }
  if (dialog.asking !== null || words === dialog.answered) return step(state);
  const isTooLittle = isEmptySearch({ ...parsed.value, words: [] }) && words.length < MIN_LETTERS;
  if (isTooLittle) return step(replaceDialog(state, dialog, { ...quiet, error: null }));
  return step(replaceDialog(state, dialog, { ...dialog, asking: words }), { type: 'search', words });
}

export function searchAnswered(state: AppState, words: string, results: SearchDialog['results']): Step {
  const dialog = findDialog(state, 'search');
  if (dialog?.asking !== words) return step(state);
  const answered: SearchDialog = { ...dialog, asking: null, answered: words, results, selected: 0, error: null };
  return askSearch(replaceDialog(state, dialog, answered), answered);
}

export function searchFailed(state: AppState, words: string, failure: Failure): Step {
  const dialog = findDialog(state, 'search');
  if (dialog?.asking !== words) return step(state);
  const failed = { ...dialog, asking: null, answered: words, error: failure.sentence };
  return askSearch(replaceDialog(state, dialog, failed), failed);
}
