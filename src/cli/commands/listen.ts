import type { SmchatEvent } from '../../session/events.ts';
import { SmchatError } from '../../smchat-error.ts';
import type { CommandSpec } from '../command.ts';
import { bounded, type CommandContext, withClient } from '../command-context.ts';
import { eventLines } from '../human-text.ts';

export const listen: CommandSpec = {
  name: 'listen',
  summary: 'prints events as they come',
  arguments: [],
  options: [
    { flags: '--idle <S>', help: 'end after S quiet seconds', kind: 'seconds' },
    { flags: '--max <N>', help: 'end after N messages', kind: 'count' },
  ],
  example: 'smchat listen --json --max 1',
  json: 'event',
  details:
    'Changes of the connection are printed but do not count as noise for --idle, save for the one to online. ' +
    'Of files on their way it prints that they are complete or failed. ' +
    'SIGTERM ends it with exit 0, so does the deletion of the account; Ctrl-C with 130.',
  async run(context, given) {
    await withClient(context, async (client) => {
      const max = given.number('max');
      const printed = new EventPrinter(context, given.number('idle'), max);
      const options = max === undefined ? {} : { maxMessages: max };
      const unsubscribe = client.subscribe((event) => printed.print(event), options);
      try {
        // Whoever attaches to a process that is online already would never hear of it.
        printed.printFirst({ event: 'connection', ...(await bounded(context, client.connection())) });
        await printed.ended;
      } finally {
        printed.stop();
        unsubscribe();
      }
    });
  },
};

/** Prints until there was quiet for long enough, enough messages came, or the command is stopped. */
class EventPrinter {
  readonly #context: CommandContext;
  readonly #idleMs: number | null;
  #messagesLeft: number;
  #sawConnection = false;
  #timer: NodeJS.Timeout | undefined;
  #end: (outcome: 'done' | 'stopped') => void = () => {};
  readonly ended: Promise<void>;

  constructor(context: CommandContext, idleSeconds: number | undefined, max: number | undefined) {
    this.#context = context;
    this.#idleMs = idleSeconds === undefined ? null : idleSeconds * 1000;
    this.#messagesLeft = max ?? Number.POSITIVE_INFINITY;
    this.ended = new Promise((resolve, reject) => {
      this.#end = (outcome) => (outcome === 'done' ? resolve() : reject(new SmchatError('interrupted')));
    });
    // Stopped before anybody waits for it.
    this.ended.catch(() => {});
    context.stop.addEventListener('abort', this.#onStop, { once: true });
    this.#quietFromNow();
  }

  print(event: SmchatEvent): void {
    if (this.#messagesLeft <= 0) return;
    // Each piece of a file is news enough to go on listening, but not to be printed.
    if (event.event === 'transfer' && event.state === 'running') this.#quietFromNow();
    if (event.event === 'transfer' && (event.state === 'running' || event.state === 'waiting')) return;
    this.#context.output.result(event, eventLines(event));
    if (event.event === 'account_deleted') this.#end('done');
    if (event.event === 'connection') this.#sawConnection = true;
    if (event.event !== 'connection' || event.state === 'online') this.#quietFromNow();
    if (event.event === 'message' && --this.#messagesLeft <= 0) this.#end('done');
  }

  /** The state at the start, unless a change was told already. */
  printFirst(event: SmchatEvent): void {
    if (!this.#sawConnection) this.print(event);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#context.stop.removeEventListener('abort', this.#onStop);
  }

  #quietFromNow(): void {
    if (this.#idleMs === null) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end('done'), this.#idleMs);
  }

  readonly #onStop = (): void => this.#end('stopped');
}
