import xterm, { type IBufferCell, type Terminal } from '@xterm/headless';
import { modernWidths } from './modern-widths.ts';

/** One cell as a terminal shows it. Colours are `#rrggbb`, `ansi:0` to `ansi:255`, or null for the default. */
export interface GridCell {
  readonly text: string;
  /** 2 for a wide glyph, 0 for its right half. */
  readonly width: number;
  readonly fg: string | null;
  readonly bg: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

export interface GridCursor {
  readonly row: number;
  readonly col: number;
  readonly visible: boolean;
}

/** A terminal without a window: what was written to it, as a person would see it. */
export interface TerminalGrid {
  readonly cols: number;
  readonly rows: number;
  /** Each row's text, without the spaces at its end. */
  grid(): readonly string[];
  text(): string;
  cells(): readonly (readonly GridCell[])[];
  cell(row: number, col: number): GridCell;
  cursor(): GridCursor;
  /** DEC private modes that are on, `2004` for bracketed paste. */
  modes(): ReadonlySet<number>;
  titles(): readonly string[];
  bells(): number;
}

export interface HeadlessTerminal extends TerminalGrid {
  write(data: string | Uint8Array, parsed: () => void): void;
  onReply(listener: (text: string) => void): void;
  resize(cols: number, rows: number): void;
  dispose(): void;
}

function colorOf(isDefault: boolean, isRgb: boolean, color: number): string | null {
  if (isDefault) return null;
  return isRgb ? `#${color.toString(16).padStart(6, '0')}` : `ansi:${color}`;
}

function cellOf(cell: IBufferCell): GridCell {
  return {
    text: cell.getChars(),
    width: cell.getWidth(),
    fg: colorOf(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
    bg: colorOf(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    italic: cell.isItalic() !== 0,
    underline: cell.isUnderline() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}

/** Which private modes are on; the terminal itself does not tell. It begins with the cursor and autowrap on. */
function watchModes(terminal: Terminal): ReadonlySet<number> {
  const on = new Set<number>([7, 25]);
  const each = (params: readonly (number | number[])[], change: (mode: number) => void): boolean => {
    for (const mode of params.flat()) change(mode);
    return false;
  };
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, (params) => each(params, (mode) => on.add(mode)));
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'l' }, (params) => each(params, (mode) => on.delete(mode)));
  return on;
}

/** How a terminal counts columns: a modern one by grapheme clusters, an old one by code points, Unicode 6's. */
export type TerminalWidths = 'clusters' | 'codepoints';

/** Opens a terminal of this size, with the widths of a modern one. */
export function openTerminal(cols: number, rows: number, widths: TerminalWidths = 'clusters'): HeadlessTerminal {
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 1000 });
  if (widths === 'clusters') {
    terminal.unicode.register(modernWidths);
    terminal.unicode.activeVersion = modernWidths.version;
  }
  const modes = watchModes(terminal);
  const titles: string[] = [];
  let bells = 0;
  terminal.onTitleChange((title) => titles.push(title));
  terminal.onBell(() => bells++);

  function lineAt(row: number) {
    const buffer = terminal.buffer.active;
    return buffer.getLine(buffer.viewportY + row);
  }

  function grid(): readonly string[] {
    return Array.from({ length: terminal.rows }, (_, row) => lineAt(row)?.translateToString(true).trimEnd() ?? '');
  }

  function cell(row: number, col: number): GridCell {
    const found = lineAt(row)?.getCell(col);
    if (found === undefined) throw new RangeError(`no cell at ${row}:${col}`);
    return cellOf(found);
  }

  return {
    get cols() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    grid,
    text: () => grid().join('\n'),
    cell,
    cells: () =>
      Array.from({ length: terminal.rows }, (_, row) =>
        Array.from({ length: terminal.cols }, (_, col) => cell(row, col)),
      ),
    cursor: () => ({
      row: terminal.buffer.active.cursorY,
      col: terminal.buffer.active.cursorX,
      visible: modes.has(25),
    }),
    modes: () => modes,
    titles: () => titles,
    bells: () => bells,
    write: (data, parsed) => terminal.write(data, parsed),
    onReply: (listener) => void terminal.onData(listener),
    resize: (newCols, newRows) => terminal.resize(newCols, newRows),
    dispose: () => terminal.dispose(),
  };
}
