import { closeBlessedScreen, openBlessedScreen } from './blessed-internals.ts';
import { BlessedProgram } from './blessed-program.ts';
import { blankCells, type EmojiJoining, forgetShownCells, putCluster, repairCells } from './cells.ts';
import { type ColorDepth, sgr } from './color.ts';
import { type CursorPlace, composeFrame } from './frame.ts';
import { linkStart } from './osc.ts';
import { type Surface, surfaceOf } from './surface.ts';

/** A terminal to draw on: process.stdout, or anything like it. */
export interface ScreenOutput {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): boolean;
  on(event: 'resize' | 'drain', listener: () => void): unknown;
  off(event: 'resize' | 'drain', listener: () => void): unknown;
}

export interface ScreenOptions {
  readonly output: ScreenOutput;
  readonly depth: ColorDepth;
  readonly emoji?: EmojiJoining;
  /** Whether the terminal knows links (OSC 8). */
  readonly links?: boolean;
}

export type Paint = (root: Surface) => void;

/** blessed's screen with our painting: immediate mode, one write a frame, nothing written where nothing changed. */
export interface Screen {
  readonly rows: number;
  readonly cols: number;
  /** Draws with this function once at the end of the tick; the last one given in a tick wins. */
  render(paint: Paint): void;
  /** Draws what is pending, or the last painting again, now. */
  flush(): void;
  /** Forgets what the terminal shows: the next frame writes everything. */
  redraw(): void;
  /** Writes nothing until `resume`: the terminal is somebody else's. */
  pause(): void;
  /** Draws the last painting again, all of it. */
  resume(): void;
  /** For terminals that draw joined emoji as several: only the first of each is written. */
  setEmojiJoining(joining: EmojiJoining): void;
  /** Calls with the new size after each resize, before the last painting is drawn again; returns its end. */
  onResize(listener: (size: { readonly rows: number; readonly cols: number }) => void): () => void;
  /** Draws no more. Restoring the terminal is the lifecycle's. */
  close(): void;
}

/** For what is no terminal, and for terminals that say they have no columns. */
const DEFAULT_COLS = 80;
const DEFAULT_ROWS = 24;

/** Opens blessed on the output. Reads no keys: the decoder does. Writes no modes: lifecycle.ts does. */
export function createScreen(options: ScreenOptions): Screen {
  const { output, depth } = options;
  const program = new BlessedProgram(output.columns || DEFAULT_COLS, output.rows || DEFAULT_ROWS);
  const blessed = openBlessedScreen(program);

  let emoji: EmojiJoining = options.emoji ?? 'joined';
  let paint: Paint | null = null;
  let scheduled: NodeJS.Immediate | null = null;
  let cursor: CursorPlace | null = null;
  let shownCursor: CursorPlace | null | undefined;
  let mustClear = true;
  let isBlocked = false;
  let isPaused = false;
  let isClosed = false;
  const resizeListeners = new Set<(size: { readonly rows: number; readonly cols: number }) => void>();

  function paintFrame(painting: Paint): void {
    blankCells(blessed);
    cursor = null;
    const root = surfaceOf({
      rows: program.rows,
      cols: program.cols,
      put: (row, col, cluster, style) => {
        const link = options.links === true && style.link !== undefined ? linkStart(style.link) : '';
        putCluster(blessed, row, col, cluster, sgr(style, depth), emoji, link);
      },
      cursor: (row, col) => {
        cursor = { row, col };
      },
    });
    painting(root);
  }

  function drawFrame(): void {
    repairCells(blessed);
    blessed.draw(0, blessed.lines.length - 1);
    const drawn = (mustClear ? '\x1b[m\x1b[2J' : '') + program.take();
    const cursorMoved = shownCursor?.row !== cursor?.row || shownCursor?.col !== cursor?.col;
    if (drawn === '' && !cursorMoved && shownCursor !== undefined) return;
    mustClear = false;
    shownCursor = cursor;
    isBlocked = !output.write(composeFrame(drawn, cursor));
  }

  function flush(): void {
    if (scheduled !== null) clearImmediate(scheduled);
    scheduled = null;
    if (isClosed || isPaused || paint === null) return;
    paintFrame(paint);
    drawFrame();
  }

  function schedule(): void {
    if (isBlocked || isPaused || isClosed || scheduled !== null) return;
    scheduled = setImmediate(flush);
  }

  function redraw(): void {
    forgetShownCells(blessed);
    mustClear = true;
    shownCursor = undefined;
    schedule();
  }

  function onDrain(): void {
    isBlocked = false;
    schedule();
  }

  function onOutputResize(): void {
    program.cols = output.columns || DEFAULT_COLS;
    program.rows = output.rows || DEFAULT_ROWS;
    blessed.alloc();
    for (const listener of resizeListeners) listener({ rows: program.rows, cols: program.cols });
    redraw();
  }

  output.on('drain', onDrain);
  output.on('resize', onOutputResize);

  return {
    get rows() {
      return program.rows;
    },
    get cols() {
      return program.cols;
    },
    render(painting) {
      paint = painting;
      schedule();
    },
    flush,
    redraw,
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      redraw();
    },
    setEmojiJoining(joining) {
      if (joining === emoji) return;
      emoji = joining;
      redraw();
    },
    onResize(listener) {
      resizeListeners.add(listener);
      return () => resizeListeners.delete(listener);
    },
    close() {
      if (scheduled !== null) clearImmediate(scheduled);
      scheduled = null;
      isClosed = true;
      output.off('drain', onDrain);
      output.off('resize', onOutputResize);
      closeBlessedScreen(blessed);
    },
  };
}
