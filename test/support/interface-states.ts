import type { Contact, Message } from '../../src/session/client.ts';
import type { Settings } from '../../src/tui/settings/settings.ts';
import type { Action } from '../../src/tui/state/action.ts';
import { type AppState, DEFAULT_PREFERENCES, initialState, mainOf, type Step } from '../../src/tui/state/app-state.ts';
import { type Chat, chatOf, type MainScreen } from '../../src/tui/state/chat-state.ts';
import type { Effect } from '../../src/tui/state/effect.ts';
import { reduce } from '../../src/tui/state/reducer.ts';
import { contact, NOON } from './scripted-interface.ts';

/** The reducer with its state, for tests that look at both ends: actions in, states and effects out. */
export interface ReducerBench {
  readonly state: () => AppState;
  readonly main: () => MainScreen;
  readonly chat: (name?: string) => Chat;
  /** All effects so far; `take` gives and forgets them. */
  readonly take: () => readonly Effect[];
  readonly act: (action: Action, afterMs?: number) => Step;
  /** Presses keys by name; a key of one character types it. */
  readonly press: (...keys: readonly string[]) => void;
  readonly type: (text: string) => void;
}

export interface BenchOptions {
  readonly size?: { readonly rows: number; readonly cols: number } | undefined;
  readonly account?: string;
  readonly settings?: Partial<Settings>;
}

export function reducerBench({
  size = { rows: 24, cols: 80 },
  account,
  settings = {},
}: BenchOptions = {}): ReducerBench {
  const config = { relayUrl: 'ws://127.0.0.1:50007', relayUrlGiven: false, account: account ?? null };
  const preferences = { ...DEFAULT_PREFERENCES, settings: { ...DEFAULT_PREFERENCES.settings, ...settings } };
  let state = initialState(config, size, NOON, 'truecolor', preferences);
  let now = NOON;
  let effects: Effect[] = [];

  function act(action: Action, afterMs = 0): Step {
    now += afterMs;
    const step = reduce(state, action, now);
    state = step.state;
    effects.push(...step.effects);
    return step;
  }

  function main(): MainScreen {
    const found = mainOf(state);
    if (found === null) throw new Error('no account is open');
    return found;
  }

  return {
    state: () => state,
    main,
    chat: (name = 'bob') => chatOf(main(), name),
    take() {
      const taken = effects;
      effects = [];
      return taken;
    },
    act,
    press(...keys) {
      for (const key of keys) {
        const text = key === 'space' ? ' ' : key.length === 1 ? key : undefined;
        act({ type: 'key', key: text === undefined ? { type: 'key', key } : { type: 'key', key, text } });
      }
    },
    type(text) {
      for (const character of text) {
        const key = character === ' ' ? 'space' : character;
        act({ type: 'key', key: { type: 'key', key, text: character } });
      }
    },
  };
}

export interface OpenOptions {
  readonly contacts?: readonly Contact[];
  readonly messages?: readonly Message[];
  readonly size?: { readonly rows: number; readonly cols: number };
  readonly settings?: Partial<Settings>;
}

/** An unlocked account with the chat with bob open and its first page loaded. */
export function openBench({
  contacts = [contact('bob')],
  messages = [],
  size,
  settings = {},
}: OpenOptions = {}): ReducerBench {
  const bench = reducerBench({ size, settings });
  bench.act({ type: 'opened', account: 'alice', relay: 'ws://x', connection: { state: 'online', reason: null } });
  bench.act({ type: 'contacts', contacts });
  bench.type('bob');
  bench.press('enter');
  answerHistory(bench, messages);
  bench.take();
  return bench;
}

/** Answers what is asked for of a history, as a client with these messages would. */
export function answerHistory(bench: ReducerBench, messages: readonly Message[]): void {
  for (const effect of bench.take()) {
    if (effect.type !== 'load-history') continue;
    const own = messages.filter(({ chat }) => chat === effect.name);
    const end = effect.before === null ? own.length : own.findIndex(({ id }) => id === effect.before);
    bench.act({ type: 'history', effect, messages: own.slice(Math.max(0, end - effect.limit), end) });
  }
}
