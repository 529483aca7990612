import { Password } from '../session/password.ts';
import { SmchatError } from '../smchat-error.ts';
import { HiddenPrompt, type PromptTerminal } from './hidden-prompt.ts';
import { readPassphraseFile } from './passphrase-file.ts';
import {
  PASSWORD_MAX_BYTES,
  type PasswordPair,
  passwordOfLine,
  passwordPairOfLines,
  readPasswordFile,
  readPasswordPair,
} from './password-file.ts';
import type { StdinText } from './stdin-text.ts';

type Ask = (question: string) => Promise<string>;
type Say = (text: string) => void;

const OPTIONS_WORDS: ReadonlySet<string> = new Set(['--options', '/options']);

/** Where a command's password comes from: a file, stdin, or a person at a terminal. Never arguments or environment. */
export class PasswordSource {
  readonly #file: string | undefined;
  readonly #stdin: StdinText;
  readonly #findTerminal: () => PromptTerminal | null;
  readonly #optionsText: () => string;
  readonly #interrupted: AbortSignal;
  #given: Password | null = null;
  #pair: PasswordPair | null = null;

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
    return this.#onTerminal((ask, say) => askTwice(`New password for ${account}: `, ask, say));
  }

  /** The password that is and the one that is to be: a file's first two lines, or three questions. */
  async changing(account: string): Promise<PasswordPair> {
    this.#pair ??= await this.#readPair(account);
    return this.#pair;
  }

  /** A backup's passphrase: out of a file, or asked for on the terminal, twice for a new one. */
  async passphrase(file: string | undefined, use: 'new' | 'existing'): Promise<Password> {
    if (file !== undefined) return readPassphraseFile(file);
    if (this.#findTerminal() === null) {
      throw new SmchatError('password-needed', 'a passphrase is needed and there is no terminal to ask on', {
        hint: 'give --passphrase-file FILE',
      });
    }
    const question = use === 'new' ? 'New passphrase for the backup: ' : 'Passphrase of the backup: ';
    const typed = await this.#asked(
      (ask, say) => (use === 'new' ? askTwice(question, ask, say) : ask(question)),
      'a passphrase is not empty',
    );
    return new Password(typed);
  }

  /** An invitation, asked for on the terminal; null where there is none. */
  async invitation(): Promise<string | null> {
    if (this.#findTerminal() === null) return null;
    return this.#asked((ask) => ask('Invitation to this relay: '), 'an invitation is 32 of 0-9 and a-f');
  }

  wipe(): void {
    this.#given?.wipe();
    this.#pair?.current.wipe();
    this.#pair?.next.wipe();
  }

  async #readPair(account: string): Promise<PasswordPair> {
    if (this.#file === '-') {
      const current = await this.#stdin.line(PASSWORD_MAX_BYTES);
      return passwordPairOfLines(current, await this.#stdin.line(PASSWORD_MAX_BYTES));
    }
    if (this.#file !== undefined) return readPasswordPair(this.#file);
    return this.#asked(async (ask, say) => {
      const current = await ask(`Password of ${account}: `);
      const next = await askTwice('New password: ', ask, say);
      return { current: new Password(current), next: new Password(next) };
    });
  }

  async #onTerminal(dialogue: (ask: Ask, say: Say) => Promise<string>): Promise<Password> {
    this.#given = await this.#asked(async (ask, say) => new Password(await dialogue(ask, say)));
    return this.#given;
  }

  async #asked<T>(dialogue: (ask: Ask, say: Say) => Promise<T>, onEmpty = 'a password is not empty'): Promise<T> {
    const terminal = this.#findTerminal();
    if (terminal === null) throw new SmchatError('password-needed');
    const prompt = new HiddenPrompt(terminal, this.#interrupted);
    const ask = async (question: string): Promise<string> => {
      for (;;) {
        const typed = await prompt.ask(question);
        if (OPTIONS_WORDS.has(typed)) prompt.say(this.#optionsText());
        else if (typed === '') prompt.say(onEmpty);
        else return typed;
      }
    };
    try {
      return await dialogue(ask, (text) => prompt.say(text));
    } finally {
      prompt.close();
    }
  }
}

async function askTwice(question: string, ask: Ask, say: Say): Promise<string> {
  for (;;) {
    const first = await ask(question);
    const second = await ask('The same again: ');
    if (first === second) return first;
    say('the two differ; once more');
  }
}
