import type { Message } from '../../session/client.ts';

/** The messages that were told, by the numbers that stand before them: a number is one message's until the end. */
export class NumberedMessages {
  readonly #messages: Message[] = [];
  readonly #numbers = new Map<string, number>();

  /** The message's number: a new one where it was not told yet. */
  number(message: Message): number {
    const known = this.#numbers.get(message.id);
    if (known !== undefined) {
      this.#messages[known - 1] = message;
      return known;
    }
    this.#messages.push(message);
    this.#numbers.set(message.id, this.#messages.length);
    return this.#messages.length;
  }

  /** Null where the message was not told yet. */
  numberOf(id: string): number | null {
    return this.#numbers.get(id) ?? null;
  }

  at(number: number): Message | null {
    return this.#messages[number - 1] ?? null;
  }

  /** The newest of a chat that has a file. */
  newestFile(chat: string): Message | null {
    return this.#messages.findLast((message) => message.chat === chat && message.attachment !== undefined) ?? null;
  }
}
