import { Password } from '../session/password.ts';
import { SmchatError } from '../smchat-error.ts';
import { HiddenPrompt, type PromptTerminal } from './hidden-prompt.ts';
import { PASSWORD_MAX_BYTES, passwordOfLine, readPasswordFile } from './password-file.ts';
import type { StdinText } from './stdin-text.ts';

const OPTIONS_WORDS: ReadonlySet<string> = new Set(['--options', '/options']);

/** Where a command's password comes from: a file, stdin, or a person at a terminal. Never arguments or environment. */
export class PasswordSource {
  readonly #file: string | undefined;
  readonly #stdin: StdinText;
  readonly #findTerminal: () => PromptTerminal | null;
  readonly #optionsText: () => string;
  readonly #interrupted: AbortSignal;
  #given: Password | null = null;

  constructor(options: {
    readonly file: string | undefined;
    readonly stdin: StdinText;
    readonly findTerminal: () => PromptTerminal | null;
    /** What `--options` typed at the prompt prints. */
    readonly optionsText: () => string;
    readonly interrupted: AbortSignal;
  }) {
    this.#file = options.file;
    this.#stdin = options.stdin;
    this.#findTerminal = options.findTerminal;
    this.#optionsText = options.optionsText;
    this.#interrupted = options.interrupted;
  }

  /**
   * Reads --password-file where it was given, whether or not the password will be needed: with `-` its line must not
   * be left on stdin, where a text read from there would begin with it.
   */
  async prepare(): Promise<void> {
    if (this.#file === undefined || this.#given !== null) return;
    if (this.#file !== '-') this.#given = readPasswordFile(this.#file);
    else this.#given = passwordOfLine(await this.#stdin.line(PASSWORD_MAX_BYTES));
  }

  /** The password of an account that exists. */
  async existing(account: string): Promise<Password> {
    await this.prepare();
    return this.#given ?? this.#onTerminal((ask) => ask(`Password of ${account}: `));
  }

  /** A new account's password; on a terminal it is asked for twice. */
  async chosen(account: string): Promise<Password> {
    await this.prepare();
    if (this.#given !== null) return this.#given;
    return this.#onTerminal(async (ask, say) => {
      for (;;) {
        const first = await ask(`New password for ${account}: `);
        const second = await ask('The same again: ');
        if (first === second) return first;
        say('the two differ; once more');
      }
    });
  }

  wipe(): void {
    this.#given?.wipe();
  }

  async #onTerminal(
    dialogue: (ask: (prompt: string) => Promise<string>, say: (text: string) => void) => Promise<string>,
  ): Promise<Password> {
    const terminal = this.#findTerminal();
    if (terminal === null) throw new SmchatError('password-needed');
    const prompt = new HiddenPrompt(terminal, this.#interrupted);
    const ask = async (question: string): Promise<string> => {
      for (;;) {
        const typed = await prompt.ask(question);
        if (OPTIONS_WORDS.has(typed)) prompt.say(this.#optionsText());
        else if (typed === '') prompt.say('a password is not empty');
        else return typed;
      }
    };
    try {
      this.#given = new Password(await dialogue(ask, (text) => prompt.say(text)));
      return this.#given;
    } finally {
      prompt.close();
    }
  }
}
