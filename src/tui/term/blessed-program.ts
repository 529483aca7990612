import { EventEmitter } from 'node:events';

/** The part of blessed's terminal description that its drawing consults. */
interface BlessedTput {
  readonly unicode: boolean;
  readonly features: Record<string, unknown>;
  readonly strings: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly bools: Readonly<Record<string, boolean>>;
  cup(row: number, column: number): string;
  sc(): string;
  rc(): string;
}

/**
 * What every terminal of today does, in place of a terminfo file that is searched, parsed and compiled at each start.
 * Without `parm_right_cursor`, unchanged cells are jumped over by column, never by distance: a glyph of unexpected
 * width displaces nothing after it. Without line drawing characters of its own, what we draw is written as it is.
 */
const TERMINAL: Pick<BlessedTput, 'unicode' | 'strings' | 'numbers' | 'bools' | 'cup' | 'sc' | 'rc'> = {
  unicode: true,
  strings: {},
  numbers: {},
  bools: {},
  cup: (row, column) => `\x1b[${row + 1};${column + 1}H`,
  sc: () => '',
  rc: () => '',
};

/**
 * Stands in for blessed's own program, which would ask tmux for its version in a process at each start, look for a
 * terminfo file and listen for keys. Collects what is drawn, to be sent as one frame.
 */
export class BlessedProgram extends EventEmitter {
  cols: number;
  rows: number;
  readonly options: Record<string, unknown> = {};
  readonly tput: BlessedTput = { ...TERMINAL, features: {} };
  /** Modes are lifecycle.ts's: to blessed the alternate screen is entered already, and the cursor hidden. */
  readonly isAlt = true;
  readonly cursorHidden = true;
  #drawn = '';

  constructor(cols: number, rows: number) {
    super();
    this.cols = cols;
    this.rows = rows;
  }

  /** Called by blessed where its own program would read the terminal's description. */
  setupTput(): void {}

  /** Called by blessed with each new grid: the screen clears itself (screen.ts). */
  clear(): void {}

  _write(text: string): boolean {
    this.#drawn += text;
    return true;
  }

  take(): string {
    const drawn = this.#drawn;
    this.#drawn = '';
    return drawn;
  }
}
