import { Password } from '../../session/password.ts';
import { textOf } from '../edit/text-buffer.ts';
import type { Failure } from './action.ts';
import { type AppState, pushDialog, type Step, step, withNotice, withTopDialog } from './app-state.ts';
import type { SecretDialog, SecretPurpose } from './dialog-state.ts';
import { emptied, passwordField } from './fields.ts';

/** The fields of each question, in the order of Tab. */
export const SECRET_FIELDS: Readonly<Record<SecretPurpose, readonly string[]>> = {
  'delete-account': ['Password'],
  'change-password': ['Old password', 'New password', 'Once more'],
};

/** Asks for the password again, before what only its owner may do. */
export function askSecret(state: AppState, purpose: SecretPurpose): Step {
  const inputs = SECRET_FIELDS[purpose].map(() => passwordField());
  return step(pushDialog(state, { kind: 'secret', purpose, inputs, field: 0, isBusy: false, error: null }));
}

export function moveSecretField(state: AppState, dialog: SecretDialog, by: 1 | -1): Step {
  const count = dialog.inputs.length;
  if (dialog.isBusy || count < 2) return step(state);
  return step(withTopDialog(state, { ...dialog, field: (dialog.field + by + count) % count }));
}

/** Enter: the next field that is empty, else it is done. */
export function submitSecret(state: AppState, dialog: SecretDialog): Step {
  if (dialog.isBusy) return step(state);
  const texts = dialog.inputs.map(textOf);
  const empty = texts.indexOf('');
  const refuse = (field: number, error: string): Step => step(withTopDialog(state, { ...dialog, field, error }));
  if (empty > dialog.field) return step(withTopDialog(state, { ...dialog, field: empty, error: null }));
  if (empty >= 0) return refuse(empty, empty === 1 ? 'choose a new password' : 'type the password first');
  const [first = '', next = '', repeat = ''] = texts;
  if (dialog.purpose === 'change-password' && next !== repeat) return refuse(2, 'the two new passwords differ');
  // The passwords leave the state with the work.
  const inputs = dialog.inputs.map((input) => emptied(input));
  const busy = withTopDialog(state, { ...dialog, inputs, field: 0, isBusy: true, error: null });
  return dialog.purpose === 'delete-account'
    ? step(busy, { type: 'delete-account', password: new Password(first) })
    : step(busy, { type: 'change-password', current: new Password(first), next: new Password(next) });
}

/** Nothing was changed: said in the dialog, where it is still open. */
export function secretFailed(state: AppState, purpose: SecretPurpose, { sentence, hint }: Failure): Step {
  const isAsked = (dialog: AppState['dialogs'][number]): dialog is SecretDialog =>
    dialog.kind === 'secret' && dialog.purpose === purpose;
  const error = hint === '' ? sentence : `${sentence}: ${hint}`;
  if (!state.dialogs.some(isAsked)) return step(withNotice(state, 'error', error));
  const dialogs = state.dialogs.map((dialog) => (isAsked(dialog) ? { ...dialog, isBusy: false, error } : dialog));
  return step({ ...state, dialogs });
}

export function passwordChanged(state: AppState): Step {
  const dialogs = state.dialogs.filter((dialog) => dialog.kind !== 'secret');
  return step(withNotice({ ...state, dialogs }, 'success', 'the password is changed'));
}
