import { COMMANDS, type Keymap } from '../input/commands.ts';
import type { KeyEvent } from '../input/events.ts';
import { DEFAULT_SETTINGS, type Settings } from '../settings/settings.ts';
import type { ColorDepth } from '../term/color.ts';
import type { MainScreen } from './chat-state.ts';
import type { Dialog } from './dialog-state.ts';
import type { Effect } from './effect.ts';
import type { NamedEmoji } from './emoji-choice.ts';
import { type LoginScreen, newLoginScreen } from './login-state.ts';

export interface InterfaceConfig {
  readonly relayUrl: string;
  /** Whether the user named the relay, so that it replaces what an account stores. */
  readonly relayUrlGiven: boolean;
  /** The account to begin with. */
  readonly account: string | null;
  /** The chat that is open as soon as its account is. */
  readonly chat?: string;
}

/** One sentence in the status line, for a while. */
export interface Notice {
  readonly tone: 'info' | 'success' | 'warning' | 'error';
  readonly text: string;
  /** Stands behind the text, and where room is short it is the path's beginning that goes. */
  readonly path: string | null;
  readonly until: number;
}

/** All that the screen shows, and all that keys mean. */
export interface AppState {
  readonly config: InterfaceConfig;
  readonly settings: Settings;
  /** The keys that hold. */
  readonly keymap: Keymap;
  readonly now: number;
  /** When a key, a paste, a click or the wheel last came. */
  readonly inputAt: number;
  readonly rows: number;
  readonly cols: number;
  /** Decides whether pictures are drawn. */
  readonly depth: ColorDepth;
  /** Whether the terminal's window has the focus; terminals that do not tell always have it. */
  readonly focused: boolean;
  /** Whether clicks and the wheel are ours. */
  readonly mouse: boolean;
  readonly screen: LoginScreen | MainScreen;
  readonly dialogs: readonly Dialog[];
  readonly notice: Notice | null;
  /** When Ctrl-C was pressed with nothing to clear: a second one before long quits. */
  readonly quitArmedAt: number | null;
  /** All emoji by their names; null until they were wanted. */
  readonly emoji: readonly NamedEmoji[] | null;
  /** Keys typed while a password was being worked on, for whatever comes after it. */
  readonly typedAhead: readonly KeyEvent[];
  /** While the person's own editor has the terminal: nobody is away then, though no key comes here. */
  readonly isWritingOutside: boolean;
  /** Set when the interface is to end. */
  readonly exitCode: number | null;
}

/** A new state and what it wants done. */
export interface Step {
  readonly state: AppState;
  readonly effects: readonly Effect[];
}

export const QUIT_WINDOW_MS = 2000;
const NOTICE_MS = 6000;

/** What a person has set, read and checked. */
export interface Preferences {
  readonly settings: Settings;
  readonly keymap: Keymap;
  /** What in the files could not be understood, in sentences. */
  readonly problems: readonly string[];
}

export const DEFAULT_PREFERENCES: Preferences = { settings: DEFAULT_SETTINGS, keymap: COMMANDS, problems: [] };

export function initialState(
  config: InterfaceConfig,
  size: { rows: number; cols: number },
  now: number,
  depth: ColorDepth = 'truecolor',
  { settings, keymap, problems }: Preferences = DEFAULT_PREFERENCES,
): AppState {
  return {
    config,
    settings,
    keymap,
    now,
    inputAt: now,
    rows: size.rows,
    cols: size.cols,
    depth,
    focused: true,
    mouse: settings.mouse,
    screen: newLoginScreen(config.relayUrl),
    dialogs: problems.length === 0 ? [] : [{ kind: 'problems', sentences: problems }],
    notice: null,
    quitArmedAt: null,
    emoji: null,
    typedAhead: [],
    isWritingOutside: false,
    exitCode: null,
  };
}

export function step(state: AppState, ...effects: readonly Effect[]): Step {
  return { state, effects };
}

/** One step after another, the effects of both. */
export function andThen(first: Step, next: (state: AppState) => Step): Step {
  const second = next(first.state);
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}

export function withNotice(state: AppState, tone: Notice['tone'], text: string, forMs = NOTICE_MS): AppState {
  return { ...state, notice: { tone, text, path: null, until: state.now + forMs } };
}

/** A notice about a place on this machine. */
export function withPathNotice(state: AppState, tone: Notice['tone'], text: string, path: string): AppState {
  return { ...state, notice: { tone, text, path, until: state.now + NOTICE_MS } };
}

export function withMain(state: AppState, main: MainScreen): AppState {
  return { ...state, screen: main };
}

export function mainOf(state: AppState): MainScreen | null {
  return state.screen.kind === 'main' ? state.screen : null;
}

export function topDialog(state: AppState): Dialog | null {
  return state.dialogs.at(-1) ?? null;
}

export function pushDialog(state: AppState, dialog: Dialog): AppState {
  return { ...state, dialogs: [...state.dialogs, dialog] };
}

export function popDialog(state: AppState): AppState {
  return { ...state, dialogs: state.dialogs.slice(0, -1) };
}

/** The topmost dialog replaced by another state of it. */
export function withTopDialog(state: AppState, dialog: Dialog): AppState {
  return { ...state, dialogs: [...state.dialogs.slice(0, -1), dialog] };
}

/** A dialog of the stack replaced by another state of it. */
export function replaceDialog(state: AppState, before: Dialog, after: Dialog): AppState {
  return { ...state, dialogs: state.dialogs.map((dialog) => (dialog === before ? after : dialog)) };
}

/** The dialog of a kind, wherever in the stack it is. */
export function findDialog<K extends Dialog['kind']>(state: AppState, kind: K): Extract<Dialog, { kind: K }> | null {
  const found = state.dialogs.find((dialog): dialog is Extract<Dialog, { kind: K }> => dialog.kind === kind);
  return found ?? null;
}
