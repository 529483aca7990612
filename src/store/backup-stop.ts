import { SmchatError } from '../smchat-error.ts';

/** Throws once whoever asked for it has given up; what was begun is then taken away again. */
export function requireGoing(signal: AbortSignal): void {
  if (signal.aborted) throw new SmchatError('interrupted');
}
