import { StringDecoder } from 'node:string_decoder';
import { SmchatError } from '../smchat-error.ts';

/** A terminal that a hidden line can be asked on. */
export interface PromptTerminal {
  write(text: string): void;
  /** Turns echo and line editing off, or back on. */
  setRaw(raw: boolean): void;
  onBytes(listener: (bytes: Buffer) => void): () => void;
  onEnd(listener: () => void): () => void;
  close(): void;
}

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const CTRL_U = 0x15;
const ESCAPE = 0x1b;
const BACKSPACES: ReadonlySet<number> = new Set([0x08, 0x7f]);
const LINE_ENDS: ReadonlySet<number> = new Set([0x0a, 0x0d]);
const LINE_MAX_CHARACTERS = 4096;

type LineState =
  | { readonly phase: 'typing' }
  /** Inside an escape sequence, whose keys (arrows, function keys, paste marks) mean nothing here. */
  | { readonly phase: 'escape'; readonly introduced: boolean };

export type LineResult = 'typing' | 'entered' | 'interrupted';

/** The line being typed: what each key does to it. */
export class HiddenLine {
  #characters: string[] = [];
  #state: LineState = { phase: 'typing' };

  get text(): string {
    return this.#characters.join('');
  }

  press(character: string): LineResult {
    const code = character.codePointAt(0) ?? 0;
    if (this.#state.phase === 'escape') return this.#inEscape(code, this.#state.introduced);
    if (code === CTRL_C || (code === CTRL_D && this.#characters.length === 0)) return 'interrupted';
    if (LINE_ENDS.has(code)) return 'entered';
    if (BACKSPACES.has(code)) this.#characters.pop();
    else if (code === CTRL_U) this.#characters = [];
    else if (code === ESCAPE) this.#state = { phase: 'escape', introduced: false };
    else if (code >= 0x20 && this.#characters.length < LINE_MAX_CHARACTERS) this.#characters.push(character);
    return 'typing';
  }

  #inEscape(code: number, introduced: boolean): LineResult {
    if (code === CTRL_C) return 'interrupted';
    const introducer = !introduced && (code === 0x5b || code === 0x4f);
    const inside = introduced && code >= 0x20 && code < 0x40;
    this.#state = introducer || inside ? { phase: 'escape', introduced: true } : { phase: 'typing' };
    return !introduced && LINE_ENDS.has(code) ? 'entered' : 'typing';
  }
}

/**
 * Asks for lines without showing them. Raw from its making until `close`, so that nothing typed ahead is echoed or
 * lost between two questions; the terminal is as before whichever way the process ends.
 */
export class HiddenPrompt {
  readonly #terminal: PromptTerminal;
  readonly #interrupted: AbortSignal;
  readonly #decoder = new StringDecoder('utf8');
  readonly #undo: (() => void)[];
  #typedAhead = '';
  #ended = false;
  #wake: () => void = () => {};

  constructor(terminal: PromptTerminal, interrupted: AbortSignal) {
    this.#terminal = terminal;
    this.#interrupted = interrupted;
    const restore = (): void => terminal.setRaw(false);
    const end = (): void => {
      this.#ended = true;
      this.#wake();
    };
    terminal.setRaw(true);
    process.once('exit', restore);
    interrupted.addEventListener('abort', end, { once: true });
    this.#undo = [
      () => process.off('exit', restore),
      () => interrupted.removeEventListener('abort', end),
      terminal.onEnd(end),
      terminal.onBytes((bytes) => {
        this.#typedAhead += this.#decoder.write(bytes);
        this.#wake();
      }),
    ];
  }

  /** The line typed, without its end. `interrupted` on Ctrl-C, a signal, or a terminal that went away. */
  async ask(prompt: string): Promise<string> {
    const line = new HiddenLine();
    this.#terminal.write(prompt);
    try {
      for (;;) {
        const result = this.#press(line);
        if (result === 'entered') return line.text;
        if (result === 'interrupted' || this.#ended || this.#interrupted.aborted) throw new SmchatError('interrupted');
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      this.#terminal.write('\r\n');
    }
  }

  say(text: string): void {
    this.#terminal.write(`${text.replaceAll('\n', '\r\n')}\r\n`);
  }

  close(): void {
    for (const each of this.#undo) each();
    this.#typedAhead = '';
    this.#terminal.setRaw(false);
    this.#terminal.close();
  }

  #press(line: HiddenLine): LineResult {
    for (const character of this.#typedAhead) {
      this.#typedAhead = this.#typedAhead.slice(character.length);
      const result = line.press(character);
      if (result !== 'typing') return result;
    }
    return 'typing';
  }
}
