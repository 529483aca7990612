import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { decodeText, type StdinText } from './stdin-text.ts';

/** Four times the longest text that may be sent, so that one that is too long is refused for what it is. */
const LINE_MAX_BYTES = 64 * 1024;

/** Lines as they come, until the end or until everything is to stop. */
export interface TypedLines {
  /** Null where there are no more. */
  next(): Promise<string | null>;
  /** Throws away what was typed ahead, and says how many lines that was. */
  dropTypedAhead(): number;
}

/** What a terminal gives, which edits and echoes each line itself. It is read only while a line is waited for. */
export function terminalLines(input: Readable, stop: AbortSignal): TypedLines {
  const decoder = new StringDecoder('utf8');
  let waiting = '';
  let hasEnded = false;
  let wake: () => void = () => {};
  // The end may come while nothing is waited for.
  const onEnd = (): void => {
    hasEnded = true;
    wake();
  };
  input.once('end', onEnd).once('error', onEnd);
  const take = (): string | null => {
    const at = waiting.indexOf('\n');
    if (at < 0) return null;
    const line = waiting.slice(0, at);
    waiting = waiting.slice(at + 1);
    return line.replace(/\r$/, '');
  };
  return {
    next() {
      const ready = take();
      if (ready !== null) return Promise.resolve(ready);
      if (hasEnded || stop.aborted) return Promise.resolve(null);
      return new Promise((resolve) => {
        const finish = (line: string | null): void => {
          input.off('data', onData);
          stop.removeEventListener('abort', wake);
          input.pause();
          resolve(line);
        };
        const onData = (bytes: Buffer): void => {
          waiting += decoder.write(bytes);
          const line = take();
          if (line !== null) finish(line);
        };
        wake = () => finish(null);
        input.on('data', onData);
        stop.addEventListener('abort', wake, { once: true });
        input.resume();
      });
    },
    dropTypedAhead() {
      const dropped = waiting.split('\n').length - 1;
      waiting = '';
      return dropped;
    },
  };
}

/** What comes through a pipe, behind a password that may stand in its first line. Nothing of it is dropped. */
export function pipedLines(stdin: StdinText, stop: AbortSignal): TypedLines {
  return {
    async next() {
      if (stop.aborted) return null;
      let onStop: () => void = () => {};
      const stopped = new Promise<null>((resolve) => {
        onStop = () => resolve(null);
        stop.addEventListener('abort', onStop, { once: true });
      });
      const line = await Promise.race([stdin.nextLine(LINE_MAX_BYTES), stopped]);
      stop.removeEventListener('abort', onStop);
      return line === null ? null : decodeText(line).replace(/\r$/, '');
    },
    dropTypedAhead: () => 0,
  };
}
