import type { Accounts } from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';
import { createEffectRunner } from './effect-runner.ts';
import type { Clipboard } from './files/clipboard.ts';
import type { ExternalEditor } from './files/external-editor.ts';
import type { LocalFiles } from './files/local-files.ts';
import type { SystemOpener } from './files/system-opener.ts';
import type { After } from './input/decoder.ts';
import type { InputEvent, MouseEvent, ReplyEvent } from './input/events.ts';
import { type InputEvents, type KeySource, listenTo } from './input/input-events.ts';
import type { Target } from './input/target.ts';
import type { ImageRenderer } from './media/image-renderer.ts';
import { notification, titleOf } from './notifications.ts';
import type { Action } from './state/action.ts';
import { type InterfaceConfig, initialState, type Preferences } from './state/app-state.ts';
import { reduce } from './state/reducer.ts';
import { nextWake } from './state/selectors.ts';
import type { ColorDepth } from './term/color.ts';
import { emojiJoiningOf } from './term/emoji-probe.ts';
import { copyToClipboard, windowTitle } from './term/osc.ts';
import type { Screen } from './term/screen.ts';
import type { Background, Theme } from './term/theme.ts';
import { backgroundOfReply } from './terminal-theme.ts';
import { paintInterface } from './views/interface.ts';
import { targetAt } from './views/targets.ts';

/** What only the owner of the terminal can do. */
export interface TerminalOwner {
  suspend(): void;
  lend<T>(borrow: () => Promise<T>): Promise<T>;
  setMouse(enabled: boolean): void;
  handleReply(reply: ReplyEvent): void;
}

export interface LoopOptions {
  readonly accounts: Accounts;
  readonly files: LocalFiles;
  readonly opener: SystemOpener;
  readonly clipboard: Clipboard;
  readonly editor: ExternalEditor;
  /** Decodes the pictures of an open account; one for each. */
  readonly createRenderer: () => ImageRenderer;
  readonly config: InterfaceConfig;
  readonly input: KeySource | InputEvents;
  readonly output: { write(text: string): boolean };
  readonly screen: Screen;
  readonly owner: TerminalOwner;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly depth: ColorDepth;
  readonly background: Background;
  readonly themes: Readonly<Record<Background, Theme>>;
  readonly preferences: Preferences;
  readonly now: () => number;
  /** Calls once after so long; returns how to cancel it. */
  readonly timer: After;
  /** Called once the login can be seen. */
  readonly onShown?: (() => void) | undefined;
}

export interface InterfaceLoop {
  /** Resolves with the exit code when the user quits. */
  readonly done: Promise<number>;
  /** Stops reading and drawing and closes the account. */
  close(): Promise<void>;
}

/** A burst of events is drawn at most so often; keys are drawn at once. */
const EVENTS_EVERY_MS = 16;
const WHEEL_ROWS = 3;

type FindTarget = (row: number, col: number) => Target | null;

function mouseAction({ action, button, row, col }: MouseEvent, targetAt: FindTarget): Action | null {
  if (action === 'wheel-up') return { type: 'wheel', rows: -WHEEL_ROWS };
  if (action === 'wheel-down') return { type: 'wheel', rows: WHEEL_ROWS };
  const target = action === 'press' && button === 'left' ? targetAt(row, col) : null;
  return target === null ? null : { type: 'click', target };
}

function actionOf(event: InputEvent, targetAt: FindTarget): Action | null {
  switch (event.type) {
    case 'key':
      return { type: 'key', key: event };
    case 'paste':
      return { type: 'paste', text: event.text };
    case 'focus':
      return { type: 'focus', focused: event.focused };
    case 'mouse':
      return mouseAction(event, targetAt);
    case 'reply':
      return null;
    default: {
      const never: never = event;
      return never;
    }
  }
}

/** Key → action → reducer → effects → one drawing at the end of the tick. */
export function startLoop(options: LoopOptions): InterfaceLoop {
  const { input, output, screen, owner, env, now, timer } = options;
  const size = { rows: screen.rows, cols: screen.cols };
  let state = initialState(options.config, size, now(), options.depth, options.preferences);
  let theme = options.themes[options.background];
  let shownTitle = '';
  let waiting: SmchatEvent[] = [];
  let cancelEvents: (() => void) | null = null;
  let eventsAt = Number.NEGATIVE_INFINITY;
  let wakeAt = 0;
  let cancelWake: () => void = () => undefined;
  let isClosed = false;
  let wasShown = false;
  let finish: (code: number) => void = () => undefined;
  const done = new Promise<number>((resolve) => {
    finish = resolve;
  });

  function draw(): void {
    screen.render((root) => paintInterface(root, state, theme));
    const title = titleOf(state);
    if (title === shownTitle) return;
    shownTitle = title;
    output.write(windowTitle(title));
  }

  function sleepUntilNeeded(): void {
    const next = nextWake(state);
    if (next === wakeAt) return;
    wakeAt = next;
    cancelWake();
    cancelWake = timer(Math.max(1, next - now()), () => {
      wakeAt = 0;
      dispatch({ type: 'tick' });
    });
  }

  function dispatch(action: Action): void {
    if (isClosed) return;
    const next = reduce(state, action, now());
    state = next.state;
    for (const effect of next.effects) effects.run(effect);
    draw();
    if (action.type === 'accounts') tellShown();
    sleepUntilNeeded();
    if (state.exitCode !== null) finish(state.exitCode);
  }

  /** After the frame that was just asked for: that comes with the same turn of the event loop. */
  function tellShown(): void {
    if (wasShown) return;
    wasShown = true;
    if (options.onShown !== undefined) setImmediate(options.onShown);
  }

  function flushEvents(): void {
    cancelEvents = null;
    eventsAt = now();
    const events = waiting;
    waiting = [];
    dispatch({ type: 'events', events });
  }

  function happened(event: SmchatEvent): void {
    waiting.push(event);
    if (cancelEvents !== null) return;
    const since = now() - eventsAt;
    if (since >= 0 && since < EVENTS_EVERY_MS) {
      cancelEvents = timer(EVENTS_EVERY_MS - since, flushEvents);
      return;
    }
    const soon = setImmediate(flushEvents);
    cancelEvents = () => clearImmediate(soon);
  }

  const effects = createEffectRunner({
    accounts: options.accounts,
    files: options.files,
    opener: options.opener,
    clipboard: options.clipboard,
    writeOutside: (text) => owner.lend(() => options.editor.edit(text)),
    createRenderer: options.createRenderer,
    dispatch,
    happened,
    notify: (news) => void output.write(notification(news, state.settings, env)),
    redraw: () => screen.redraw(),
    setMouse: (enabled) => owner.setMouse(enabled),
    suspend: () => owner.suspend(),
    copy(text) {
      const sequence = copyToClipboard(text);
      if (sequence !== null) output.write(sequence);
    },
  });

  function replied(reply: ReplyEvent): void {
    owner.handleReply(reply);
    const joining = emojiJoiningOf(reply);
    if (joining !== null) screen.setEmojiJoining(joining);
    const told = backgroundOfReply(reply);
    if (told === null) return;
    theme = options.themes[told];
    draw();
  }

  function onInput(event: InputEvent): void {
    if (event.type === 'reply') {
      replied(event);
      return;
    }
    const action = actionOf(event, (row, col) => targetAt(state, theme, row, col));
    if (action !== null) dispatch(action);
  }

  const endInput = listenTo(input, onInput, timer);
  const endResize = screen.onResize(({ rows, cols }) => dispatch({ type: 'resize', rows, cols }));
  // The login is drawn when it is known whose it is.
  effects.run({ type: 'list-accounts' });
  sleepUntilNeeded();

  return {
    done,
    async close() {
      if (!isClosed) {
        isClosed = true;
        endInput();
        endResize();
        cancelEvents?.();
        cancelWake();
        screen.close();
      }
      await effects.close();
      options.clipboard.close();
    },
  };
}
