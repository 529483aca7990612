import type { CommandContext } from './command-context.ts';

export interface ArgumentSpec {
  /** commander's notation: `<NAME>`, `[TEXT]`, `<WORDS...>`. */
  readonly syntax: string;
  readonly help: string;
  readonly choices?: readonly string[];
}

export interface OptionSpec {
  /** `--limit <N>` */
  readonly flags: string;
  readonly help: string;
  readonly kind: 'text' | 'count' | 'seconds' | 'flag';
  readonly choices?: readonly string[];
  /** Shown in the help; the command itself applies it. */
  readonly standard?: string;
}

/** One subcommand, whole: the parser, --help, --options and docs/cli.md are made of this. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  /** One command line, or several lines. */
  readonly example: string;
  /** The shape of what --json prints. */
  readonly json: string;
  /** More than the summary says; a sentence or two. */
  readonly details?: string;
  run(context: CommandContext, given: GivenValues): Promise<void>;
}

/** The arguments and options of one call, checked by their kinds. */
export class GivenValues {
  readonly #arguments: readonly string[];
  readonly #options: Readonly<Record<string, unknown>>;

  constructor(values: readonly string[], options: Readonly<Record<string, unknown>>) {
    this.#arguments = values;
    this.#options = options;
  }

  /** A required argument: the parser has seen to it that it is there. */
  argument(index: number): string {
    return this.#arguments[index] ?? '';
  }

  optionalArgument(index: number): string | undefined {
    return this.#arguments[index];
  }

  /** All that was given to a last argument that takes several. */
  argumentsFrom(index: number): readonly string[] {
    return this.#arguments.slice(index);
  }

  text(name: string): string | undefined {
    const value = this.#options[name];
    return typeof value === 'string' ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.#options[name];
    return typeof value === 'number' ? value : undefined;
  }

  flag(name: string): boolean {
    return this.#options[name] === true;
  }
}
