import type { InputEvent } from '../input/events.ts';
import type { InputEvents } from '../input/input-events.ts';
import { label, type SafeText, safe } from '../term/sanitize.ts';
import type { Paint, Screen } from '../term/screen.ts';
import type { Surface } from '../term/surface.ts';
import type { Theme } from '../term/theme.ts';
import { textWidth, truncate } from '../term/width.ts';
import { bodySize, paneAreas } from './pane-areas.ts';

export type Side = 0 | 1;
const SIDES: readonly Side[] = [0, 1];

/** One side: a screen of its own on a part of the terminal's, and the keys that are meant for it. */
export interface Pane {
  readonly screen: Screen;
  readonly events: InputEvents;
  /** Types for its user. */
  type(text: string): void;
}

export interface TwoPanesOptions {
  readonly screen: Screen;
  readonly names: readonly [SafeText, SafeText];
  /** The first that fits stands at the right of the heading of the side that has the keyboard. */
  readonly hints: readonly SafeText[];
  readonly theme: () => Theme;
}

export interface TwoPanes {
  readonly panes: readonly [Pane, Pane];
  readonly active: Side;
  /** What the terminal sent; the keys go to one side, what it tells of itself to both. */
  input(event: InputEvent): void;
}

/** These change sides. Ctrl-] is what every terminal has; F12 is easier to find. */
const SWITCH_KEYS: ReadonlySet<string> = new Set(['C-]', 'f12']);
const HERE = label('keys go here');

/** Two interfaces on one terminal. */
export function createTwoPanes(options: TwoPanesOptions): TwoPanes {
  const { screen } = options;
  let active: Side = 0;
  const paints: [Paint | null, Paint | null] = [null, null];
  const listeners = [new Set<(event: InputEvent) => void>(), new Set<(event: InputEvent) => void>()] as const;

  function tell(side: Side, event: InputEvent): void {
    for (const listener of [...listeners[side]]) listener(event);
  }

  function heading(surface: Surface, side: Side): void {
    const theme = options.theme();
    const isActive = side === active;
    const style = isActive ? { ...theme.statusKey, inverse: true } : theme.statusBar;
    surface.fill(style);
    const name = safe` ${options.names[side]}${isActive ? safe` · ${HERE}` : safe``}`;
    surface.text(0, 0, truncate(name, surface.cols), style);
    if (!isActive) return;
    const room = surface.cols - textWidth(name) - 2;
    const hint = options.hints.find((each) => textWidth(each) <= room);
    if (hint !== undefined) surface.text(0, surface.cols - textWidth(hint) - 1, hint, style);
  }

  function paint(root: Surface): void {
    const areas = paneAreas(root, active);
    const [left, right] = areas;
    const gap = left === null || right === null ? 0 : right.body.col - left.body.col - left.body.cols;
    if (left !== null && gap > 0) root.vline(0, left.body.cols, root.rows, options.theme().border);
    for (const side of SIDES) {
      const area = areas[side];
      if (area === null) continue;
      const { heading: head, body } = area;
      heading(root.region(head.row, head.col, head.rows, head.cols), side);
      const place = root.region(body.row, body.col, body.rows, body.cols);
      paints[side]?.(side === active ? place : place.withoutCursor());
    }
  }

  function choose(side: Side): void {
    if (side === active) return;
    active = side;
    screen.render(paint);
  }

  function paneOf(side: Side): Pane {
    const size = () => bodySize(screen, side);
    return {
      screen: {
        get rows() {
          return size().rows;
        },
        get cols() {
          return size().cols;
        },
        render(painting) {
          paints[side] = painting;
          screen.render(paint);
        },
        flush: () => screen.flush(),
        redraw: () => screen.redraw(),
        pause: () => screen.pause(),
        resume: () => screen.resume(),
        setEmojiJoining: (joining) => screen.setEmojiJoining(joining),
        onResize: (listener) => screen.onResize(() => listener(size())),
        // The terminal's screen is closed by whoever opened it.
        close: () => undefined,
      },
      events: {
        listen(listener) {
          listeners[side].add(listener);
          return () => listeners[side].delete(listener);
        },
      },
      type(text) {
        for (const character of text) {
          const isEnter = character === '\r';
          tell(side, isEnter ? { type: 'key', key: 'enter' } : { type: 'key', key: character, text: character });
        }
      },
    };
  }

  function mouse(event: Extract<InputEvent, { type: 'mouse' }>): void {
    const areas = paneAreas(screen, active);
    const { row, col } = event;
    for (const side of SIDES) {
      const body = areas[side]?.body;
      const isWithin =
        body !== undefined &&
        row >= body.row - 1 &&
        row < body.row + body.rows &&
        col >= body.col &&
        col < body.col + body.cols;
      if (!isWithin) continue;
      if (event.action === 'press') choose(side);
      if (row >= body.row) tell(side, { ...event, row: row - body.row, col: col - body.col });
    }
  }

  return {
    panes: [paneOf(0), paneOf(1)],
    get active() {
      return active;
    },
    input(event) {
      if (event.type === 'reply' || event.type === 'focus') for (const side of SIDES) tell(side, event);
      else if (event.type === 'mouse') mouse(event);
      else if (event.type === 'key' && SWITCH_KEYS.has(event.key)) choose(active === 0 ? 1 : 0);
      else tell(active, event);
    },
  };
}
