import BlessedScreenModule from 'blessed/lib/widgets/screen.js';
import type { BlessedProgram } from './blessed-program.ts';

/**
 * A cell of blessed's grid: attributes and text, compared by blessed with what the terminal shows. `wide`, `fallback`
 * and `spill` are ours (cells.ts) and hold only as long as the text is the one they were set with.
 */
export type BlessedCell = [attributes: number, text: string] & {
  owned?: string;
  width?: number;
  fallback?: string;
  spill?: number;
};
export type BlessedLine = BlessedCell[] & { dirty: boolean };

/** What we use of blessed's screen. */
export interface BlessedScreen {
  readonly dattr: number;
  lines: BlessedLine[];
  olines: BlessedLine[];
  /** Compares `lines` with `olines` between two rows and writes the difference. */
  draw(first: number, last: number): void;
  alloc(): void;
}

interface BlessedScreenOptions {
  readonly program: BlessedProgram;
  readonly forceUnicode: boolean;
  readonly fullUnicode: boolean;
  readonly smartCSR: boolean;
  readonly useBCE: boolean;
  readonly cursor: { readonly shape: null };
}

interface BlessedScreenConstructor {
  new (options: BlessedScreenOptions): BlessedScreen;
  _bound?: boolean;
  readonly instances: BlessedScreen[];
  total: number;
  global: BlessedScreen | null;
}

const Screen = BlessedScreenModule as BlessedScreenConstructor;

/**
 * blessed's screen without its thirty widgets, its program and its terminal description, which would cost half of every
 * start. Marked as bound, so that blessed adds no handlers for signals and exceptions of its own: lifecycle.ts has them.
 */
export function openBlessedScreen(program: BlessedProgram): BlessedScreen {
  Screen._bound = true;
  const screen = new Screen({
    program,
    forceUnicode: true,
    fullUnicode: false,
    smartCSR: false,
    useBCE: false,
    cursor: { shape: null },
  });
  screen.alloc();
  return screen;
}

/** Forgets a screen without writing anything: the terminal is restored elsewhere. */
export function closeBlessedScreen(screen: BlessedScreen): void {
  const index = Screen.instances.indexOf(screen);
  if (index < 0) return;
  Screen.instances.splice(index, 1);
  Screen.total--;
  Screen.global = Screen.instances[0] ?? null;
}
