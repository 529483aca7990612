import type { Message, SmchatClient } from '../../session/client.ts';
import type { SmchatEvent } from '../../session/events.ts';
import type { Clock } from '../settings/settings.ts';
import { dayNumber, dayWords } from '../views/time-words.ts';
import type { Dialogue } from './dialogue.ts';
import { eventWords } from './event-words.ts';
import { messageWords } from './message-words.ts';
import { NumberedMessages } from './numbered-messages.ts';
import type { Speaker } from './speaker.ts';

const HISTORY_LINES = 20;

export interface PlainAccountOptions {
  readonly client: SmchatClient;
  readonly account: string;
  readonly isOnline: boolean;
  readonly speaker: Speaker;
  readonly dialogue: Dialogue;
  readonly clock: Clock;
  readonly now: () => number;
}

/** An open account: which chat is open, what was told of it, and what becomes of every event. */
export class PlainAccount {
  readonly client: SmchatClient;
  readonly account: string;
  readonly numbered = new NumberedMessages();
  openName: string | null = null;
  tellsReceipts = false;
  /** True once the account is deleted: nothing can be asked of it any more. */
  isGone = false;
  readonly #options: PlainAccountOptions;
  readonly #told = new Set<string>();
  #day: number | null = null;
  #oldest: string | null = null;
  /** The chat that is just being opened, and what came for it meanwhile. */
  #opening: { readonly name: string; readonly arrived: Message[] } | null = null;
  #isOnline: boolean;

  constructor(options: PlainAccountOptions) {
    this.#options = options;
    this.client = options.client;
    this.account = options.account;
    this.#isOnline = options.isOnline;
  }

  /** What is said of an event; messages of other chats are announced, not told. */
  happened(event: SmchatEvent): void {
    switch (event.event) {
      case 'message':
        this.#arrived(event);
        return;
      case 'own_message':
        if (event.chat === this.openName) this.tell(event);
        return;
      case 'edit':
        if (event.chat === this.openName) this.#tellAgain(event);
        return;
      case 'connection':
        this.#isOnline = event.state === 'online';
        break;
      case 'account_deleted':
        this.isGone = true;
        break;
      case 'history_deleted':
        if (event.chat === this.openName) this.#oldest = null;
        break;
    }
    const words = eventWords(event, {
      account: this.account,
      openName: this.openName,
      tellsReceipts: this.tellsReceipts,
      numberOf: (id) => this.numbered.numberOf(id),
      messageOf: (id) => this.#messageOf(id),
    });
    if (words !== null) this.#options.dialogue.note(words);
  }

  /** Opens a chat, after `first` where that is given: its newest messages are told, and are read from then on. */
  async open(name: string, first: () => Promise<unknown> = async () => undefined): Promise<void> {
    const arrived: Message[] = [];
    this.#opening = { name, arrived };
    try {
      await first();
      const messages = await this.client.history(name, { limit: HISTORY_LINES });
      this.openName = name;
      this.#day = null;
      this.#oldest = messages[0]?.id ?? null;
      const count = messages.length === 0 ? 'empty' : `the last ${messages.length}`;
      this.#options.dialogue.note(`chat with ${name}, ${count}`);
      for (const message of messages) this.#tellAgain(message);
      for (const message of arrived) this.tell(message);
    } finally {
      this.#opening = null;
    }
    await this.client.markRead(name);
  }

  close(): void {
    this.openName = null;
    this.#oldest = null;
  }

  /** What stands before what was told of the open chat. */
  async older(name: string): Promise<void> {
    const before = this.#oldest;
    const messages = before === null ? [] : await this.client.history(name, { limit: HISTORY_LINES, before });
    if (messages.length === 0) return this.#options.dialogue.note('nothing stands before');
    this.#oldest = messages[0]?.id ?? before;
    this.#day = null;
    for (const message of messages) this.#tellAgain(message);
    this.#day = null;
  }

  /** Tells a message, once. */
  tell(message: Message): void {
    if (!this.#told.has(message.id)) this.#tellAgain(message);
  }

  #arrived(message: Message): void {
    if (message.chat === this.#opening?.name) {
      this.#opening.arrived.push(message);
      return;
    }
    if (message.chat !== this.openName) {
      this.#options.dialogue.note(`new from ${message.chat}; /chat ${message.chat}`);
      return;
    }
    this.tell(message);
    this.client.markRead(message.chat).catch((thrown: unknown) => this.#options.dialogue.failure(thrown));
  }

  #tellAgain(message: Message): void {
    this.#told.add(message.id);
    const { speaker, dialogue, clock, now } = this.#options;
    const at = Date.parse(message.sent_at);
    const day = dayNumber(at);
    if (day !== this.#day && (this.#day !== null || day !== dayNumber(now()))) dialogue.note(dayWords(at, now()));
    this.#day = day;
    const answered = message.reply_to === undefined ? null : this.numbered.numberOf(message.reply_to);
    const number = this.numbered.number(message);
    const { head, text, tail } = messageWords(message, { number, answered, clock, isOnline: this.#isOnline });
    speaker.text(head, text, tail);
  }

  #messageOf(id: string): Message | null {
    const number = this.numbered.numberOf(id);
    return number === null ? null : this.numbered.at(number);
  }
}
