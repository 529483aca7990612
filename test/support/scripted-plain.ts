import { Password } from '../../src/session/password.ts';
import { startPlain } from '../../src/tui/plain/plain-interface.ts';
import type { PlainOptions } from '../../src/tui/plain/plain-ports.ts';
import { type ScriptedAccounts, type ScriptedClient, scriptedAccounts, scriptedClient } from './scripted-client.ts';
import { NOON } from './scripted-interface.ts';

export interface ScriptedPlain {
  readonly client: ScriptedClient;
  readonly accounts: ScriptedAccounts;
  /** Types a line and gives what was told until the next one is asked for, or all until the end. */
  type(line: string): Promise<string>;
  /** What was told since that was last asked. */
  told(): string;
  /** No more lines come; resolves with what was told until the end. */
  end(): Promise<string>;
  /** Everything is to stop, as by a signal. */
  stop(): Promise<void>;
  readonly done: Promise<void>;
}

export interface ScriptedPlainOptions {
  readonly setUp?: (client: ScriptedClient, accounts: ScriptedAccounts) => void;
  readonly showsPrompt?: boolean;
  readonly accounts?: readonly string[];
  readonly over?: Partial<PlainOptions>;
}

/** The interface as lines over a scripted account, up to the first question. */
export async function startScriptedPlain(options: ScriptedPlainOptions = {}): Promise<ScriptedPlain> {
  const client = scriptedClient('alice');
  const names = options.accounts ?? ['alice'];
  const relay = 'ws://127.0.0.1:50007';
  const accounts = scriptedAccounts(
    client,
    names.map((account) => ({ account, relay })),
  );
  options.setUp?.(client, accounts);
  const stopping = new AbortController();
  let written = '';
  let give: ((line: string | null) => void) | null = null;
  let asked: () => void = () => undefined;
  const password = async (): Promise<Password> => new Password('secret');
  const done = startPlain({
    accounts,
    account: undefined,
    relayUrl: relay,
    relayUrlGiven: false,
    lines: {
      next: () =>
        new Promise((resolve) => {
          if (stopping.signal.aborted) return resolve(null);
          stopping.signal.addEventListener('abort', () => resolve(null), { once: true });
          give = resolve;
          asked();
        }),
    },
    hidden: {
      asksAgain: true,
      existing: password,
      chosen: password,
      again: password,
      changing: async () => ({ current: await password(), next: new Password('other') }),
      invitation: async () => 'cafe',
    },
    write: (text) => {
      written += text;
    },
    showsPrompt: options.showsPrompt ?? false,
    places: { userFolder: '/home/alice', workingFolder: '/work' },
    clock: '24h',
    now: () => NOON,
    timer: () => () => undefined,
    stopped: stopping.signal,
    ...options.over,
  });
  const nextQuestion = (): Promise<void> =>
    Promise.race([
      done,
      new Promise<void>((resolve) => {
        asked = resolve;
      }),
    ]);
  const told = (): string => {
    const text = written;
    written = '';
    return text;
  };
  async function answer(line: string | null): Promise<string> {
    const until = nextQuestion();
    give?.(line);
    await until;
    return told();
  }
  await nextQuestion();
  return {
    client,
    accounts,
    type: answer,
    told,
    end: () => answer(null),
    async stop() {
      stopping.abort();
      await done;
    },
    done,
  };
}
