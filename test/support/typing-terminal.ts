import { EventEmitter } from 'node:events';
import type { PromptTerminal } from '../../src/cli/hidden-prompt.ts';

/** A terminal on which somebody types the next of `keys` as soon as they are asked something; then it goes away. */
export class TypingTerminal implements PromptTerminal {
  shown = '';
  raw = false;
  closed = false;
  readonly modes: boolean[] = [];
  readonly #events = new EventEmitter();
  readonly #keys: string[];

  constructor(...keys: string[]) {
    this.#keys = keys;
  }

  write(text: string): void {
    this.shown += text;
    if (!text.endsWith(': ')) return;
    const keys = this.#keys.shift();
    setImmediate(() => (keys === undefined ? this.#events.emit('end') : this.#events.emit('bytes', Buffer.from(keys))));
  }

  setRaw(raw: boolean): void {
    this.raw = raw;
    this.modes.push(raw);
  }

  onBytes(listener: (bytes: Buffer) => void): () => void {
    this.#events.on('bytes', listener);
    return () => this.#events.off('bytes', listener);
  }

  onEnd(listener: () => void): () => void {
    this.#events.on('end', listener);
    return () => this.#events.off('end', listener);
  }

  close(): void {
    this.closed = true;
  }
}
