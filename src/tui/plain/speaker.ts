import { joinSafe, label, type SafeText, safe, sanitizeLine, sanitizeText } from '../term/sanitize.ts';

const INDENT = label('    ');
const LINE_END = label('\n');

export interface SpeakerOptions {
  /** Where all that is told goes. */
  write(text: SafeText): void;
  /** Whether somebody is there to be prompted; a pipe is not. */
  readonly showsPrompt: boolean;
}

/** Tells line after line, and the prompt again below them. Nothing is ever taken back or written over. */
export class Speaker {
  readonly #options: SpeakerOptions;
  #prompt: SafeText | null = null;

  constructor(options: SpeakerOptions) {
    this.#options = options;
  }

  /** One line; `text` is let through the gate. */
  line(text: string): void {
    this.#tell([sanitizeLine(text)]);
  }

  /** A head and a text of several lines, which are indented from the second on: none of them can pass for ours. */
  text(head: string, text: string, tail = ''): void {
    const [first = safe``, ...rest] = sanitizeText(text).split('\n').map(sanitizeLine);
    const lines = [joinSafe([sanitizeLine(head), first]), ...rest.map((line) => joinSafe([INDENT, line]))];
    const last = lines.pop() ?? safe``;
    this.#tell([...lines, joinSafe([last, sanitizeLine(tail)])]);
  }

  /** Asks for a line; it stands below whatever is told until `answered`. */
  prompt(text: string): void {
    this.#prompt = sanitizeLine(text);
    this.#showPrompt();
  }

  /** The line came, ended by whoever typed it. */
  answered(): void {
    this.#prompt = null;
  }

  #tell(lines: readonly SafeText[]): void {
    const told = lines.map((line) => joinSafe([line, LINE_END]));
    const isPrompted = this.#prompt !== null && this.#options.showsPrompt;
    this.#options.write(joinSafe(isPrompted ? [LINE_END, ...told] : told));
    this.#showPrompt();
  }

  #showPrompt(): void {
    if (this.#prompt !== null && this.#options.showsPrompt) this.#options.write(this.#prompt);
  }
}
