import { openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import type { PromptTerminal } from './hidden-prompt.ts';

function terminalOf(input: ReadStream, write: (text: string) => void, close: () => void): PromptTerminal {
  return {
    write,
    setRaw(raw) {
      if (!input.destroyed) input.setRawMode(raw);
      if (!raw) input.pause();
    },
    onBytes(listener) {
      input.on('data', listener);
      input.resume();
      return () => input.off('data', listener);
    },
    onEnd(listener) {
      input.once('end', listener).once('error', listener).once('close', listener);
      return () => input.off('end', listener).off('error', listener).off('close', listener);
    },
    close,
  };
}

/** The terminal this process belongs to: stdin where it is one, else /dev/tty; null where there is none. */
export function findPromptTerminal(): PromptTerminal | null {
  if (process.stdin instanceof ReadStream && process.stdin.isTTY) {
    return terminalOf(
      process.stdin,
      (text) => process.stderr.write(text),
      () => process.stdin.pause(),
    );
  }
  if (process.platform === 'win32') return null;
  try {
    const input = new ReadStream(openSync('/dev/tty', 'r'));
    const output = new WriteStream(openSync('/dev/tty', 'w'));
    return terminalOf(
      input,
      (text) => output.write(text),
      () => {
        input.destroy();
        output.destroy();
      },
    );
  } catch {
    return null;
  }
}
