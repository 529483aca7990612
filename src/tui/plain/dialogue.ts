import { asSmchatError } from '../../smchat-error.ts';
import { parseCommand } from '../input/slash-commands.ts';
import { PLAIN_COMMANDS, plainHelp } from './plain-commands.ts';
import type { LineSource } from './plain-ports.ts';
import type { Speaker } from './speaker.ts';

/** Why there will be no more lines. */
export type Ending = 'end' | 'quit';

/** What was typed at a question, or that nothing more will be. */
export type Answer = { readonly kind: 'line'; readonly text: string } | { readonly kind: Ending };

/** Questions and answers; `/options` and `/quit` are understood at each. */
export class Dialogue {
  readonly #speaker: Speaker;
  readonly #lines: LineSource;

  constructor(speaker: Speaker, lines: LineSource) {
    this.#speaker = speaker;
    this.#lines = lines;
  }

  async ask(question: string): Promise<Answer> {
    for (;;) {
      const text = await this.read(question);
      if (text === null) return { kind: 'end' };
      const parsed = parseCommand(text, PLAIN_COMMANDS);
      const id = parsed.kind === 'command' ? parsed.call.command.id : null;
      if (id === 'quit') return { kind: 'quit' };
      if (id !== 'help') return { kind: 'line', text: text.trim() };
      for (const line of plainHelp()) this.note(line);
    }
  }

  /** A line as it is; null at the end. */
  async read(question: string): Promise<string | null> {
    this.#speaker.prompt(`${question} `);
    try {
      return await this.#lines.next();
    } finally {
      this.#speaker.answered();
    }
  }

  /** Whether `yes` was typed, whole. */
  async agrees(question: string): Promise<boolean> {
    const answer = await this.ask(`${question} Type yes, or anything else to leave it:`);
    if (answer.kind === 'line' && answer.text.toLowerCase() === 'yes') return true;
    this.note('left as it is');
    return false;
  }

  /** Something that is no message: two dashes in front, which no message has there. */
  note(text: string): void {
    this.#speaker.line(`-- ${text}`);
  }

  failure(thrown: unknown): void {
    const { code, message, hint } = asSmchatError(thrown);
    // That hint says that the sentence says all.
    const isSaid = hint === '' || code === 'content-refused';
    this.note(`error: ${message}${isSaid ? '' : `; ${hint}`}`);
  }
}
