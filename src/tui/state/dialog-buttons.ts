import {
  type AppState,
  mainOf,
  popDialog,
  type Step,
  step,
  topDialog,
  withNotice,
  withTopDialog,
} from './app-state.ts';
import { answerOffer, type OfferAnswer, offerAnswers } from './attaching.ts';
import type { Dialog, Question } from './dialog-state.ts';
import { sendAfterAll } from './sending.ts';

export type Run = (state: AppState, key: string) => Step;

function isKind<K extends Dialog['kind']>(dialog: Dialog | null, kind: K): dialog is Extract<Dialog, { kind: K }> {
  return dialog?.kind === kind;
}

/** Runs with the topmost dialog, where it is of this kind. */
export function onDialog<K extends Dialog['kind']>(
  kind: K,
  run: (state: AppState, dialog: Extract<Dialog, { kind: K }>) => Step,
): Run {
  return (state) => {
    const dialog = topDialog(state);
    return isKind(dialog, kind) ? run(state, dialog) : step(state);
  };
}

export const closeTop: Run = (state) => step(popDialog(state));

export function answerTo(action: 'accept' | 'block'): Run {
  return onDialog('request', (state, { name }) => step(popDialog(state), { type: 'contact', action, name }));
}

export function answerOfferWith(answer: OfferAnswer): Run {
  return onDialog('offer', (state, dialog) => {
    const main = mainOf(state);
    return main === null ? step(popDialog(state)) : answerOffer(state, main, dialog, answer);
  });
}

function confirmed(state: AppState, question: Question): Step {
  switch (question.kind) {
    case 'quit':
      return step({ ...state, exitCode: 0 });
    case 'remove':
    case 'block':
      return step(state, { type: 'contact', action: question.kind, name: question.name });
    case 'delete': {
      const { id, chat, forAll } = question;
      return step(state, { type: 'delete', id, chat, forAll });
    }
    case 'save':
      return step(state, { type: 'save', id: question.id });
    case 'open-file':
      return step(withNotice(state, 'info', `saving ${question.file}…`), { type: 'open-file', id: question.id });
    case 'delete-history':
      return step(state, { type: 'delete-history', name: question.name });
    case 'send-secret':
      return sendAfterAll(state, question);
    default: {
      const never: never = question;
      return never;
    }
  }
}

export const confirmYes = onDialog('confirm', (state, { question }) => confirmed(popDialog(state), question));

/** What each button of a dialog does, in their order. */
function buttonsOf(dialog: Dialog): readonly Run[] {
  switch (dialog.kind) {
    case 'confirm':
      return [confirmYes, closeTop];
    case 'request':
      return [answerTo('accept'), answerTo('block'), closeTop];
    case 'offer':
      return offerAnswers(dialog).map(answerOfferWith);
    default:
      return [];
  }
}

export function moveButton(by: 1 | -1): Run {
  return (state) => {
    const dialog = topDialog(state);
    if (dialog?.kind !== 'request' && dialog?.kind !== 'confirm' && dialog?.kind !== 'offer') return step(state);
    const count = buttonsOf(dialog).length;
    return step(withTopDialog(state, { ...dialog, selected: (dialog.selected + by + count) % count }));
  };
}

export const pressButton: Run = (state, key) => {
  const dialog = topDialog(state);
  if (dialog === null || !('selected' in dialog)) return step(state);
  const press = buttonsOf(dialog)[dialog.selected];
  return press === undefined ? step(state) : press(state, key);
};
