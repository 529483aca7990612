/**
 * Resolves in a later turn of the event loop, after the keys, frames and timers that wait by then. Work on many bytes
 * goes in steps with a turn between: whoever types waits for one step at most.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
