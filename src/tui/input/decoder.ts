import { type DecoderState, decodeInput, expireInput, GROUND, waitOf } from './decode.ts';
import type { InputEvent } from './events.ts';

/** Calls `fire` once after `delayMs`; the returned function cancels it. A session's Clock has it as `after`. */
export type After = (delayMs: number, fire: () => void) => () => void;

export interface InputDecoder {
  /** The next bytes from the terminal, cut wherever they were. */
  feed(bytes: Uint8Array): void;
  /** Forgets what was begun and stops waiting. */
  close(): void;
}

/** Turns a terminal's bytes into events, in order. Garbage never throws and never grows: every buffer is bounded. */
export function createInputDecoder(onEvent: (event: InputEvent) => void, after: After): InputDecoder {
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  let state: DecoderState = GROUND;
  let cancelWait: (() => void) | null = null;

  function stopWaiting(): void {
    cancelWait?.();
    cancelWait = null;
  }

  function expire(): void {
    cancelWait = null;
    const decoded = expireInput(state);
    state = decoded.state;
    for (const event of decoded.events) onEvent(event);
  }

  return {
    feed(bytes) {
      stopWaiting();
      const decoded = decodeInput(state, utf8.decode(bytes, { stream: true }));
      state = decoded.state;
      const waitMs = waitOf(state);
      if (waitMs !== null) cancelWait = after(waitMs, expire);
      for (const event of decoded.events) onEvent(event);
    },
    close() {
      stopWaiting();
      state = GROUND;
    },
  };
}
