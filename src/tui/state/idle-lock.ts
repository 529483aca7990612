import { type AppState, andThen, mainOf, type Step, step, withNotice } from './app-state.ts';
import { closeAccount } from './session-reducer.ts';

const MINUTE_MS = 60_000;

/** When the account is locked unless somebody is there before; null: never. */
export function lockDueAt(state: AppState): number | null {
  const { lockAfterMinutes } = state.settings;
  return lockAfterMinutes === 0 || state.isWritingOutside || mainOf(state) === null
    ? null
    : state.inputAt + lockAfterMinutes * MINUTE_MS;
}

/** Whether nobody was there for so long: then what is done first is to lock. */
export function isIdle(state: AppState): boolean {
  const due = lockDueAt(state);
  return due !== null && due <= state.now;
}

/** Locks as the key does, and says why. */
export function lockIdle(state: AppState): Step {
  const { lockAfterMinutes: minutes } = state.settings;
  const words = `locked after ${minutes} ${minutes === 1 ? 'minute' : 'minutes'} without a key`;
  return andThen(closeAccount(state), (locked) => step(withNotice(locked, 'info', words, MINUTE_MS)));
}
