import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

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

/** The part of blessed's terminal description that its drawing consults. */
export interface BlessedTput {
  brokenACS: boolean;
  unicode: boolean;
  readonly strings: Record<string, string | undefined>;
  sc: () => string;
  rc: () => string;
}

export interface BlessedProgram {
  cols: number;
  rows: number;
  scrollBottom: number;
  flush(): void;
}

export interface BlessedScreen extends EventEmitter {
  readonly program: BlessedProgram;
  readonly tput: BlessedTput;
  readonly dattr: number;
  lines: BlessedLine[];
  olines: BlessedLine[];
  /** Lays out and renders the children, then draws. */
  render(): void;
  /** Compares `lines` with `olines` between two rows and writes the difference. */
  draw(first: number, last: number): void;
  alloc(): void;
}

/** What blessed needs of a terminal to write to; ours collects what is written. */
export interface BlessedOutput extends EventEmitter {
  columns: number;
  rows: number;
  readonly isTTY: boolean;
  readonly writable: boolean;
  write(text: string): boolean;
}

export interface BlessedScreenOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: BlessedOutput;
  readonly terminal: string;
  readonly forceUnicode: boolean;
  readonly fullUnicode: boolean;
  readonly smartCSR: boolean;
  readonly useBCE: boolean;
  readonly cursor: { readonly shape: null };
}

interface BlessedConstructor<Options, Instance> {
  new (options: Options): Instance;
  _bound?: boolean;
  readonly instances: Instance[];
  total: number;
  global: Instance | null;
}

const require = createRequire(import.meta.url);

/**
 * blessed's screen without its thirty widgets, which would cost 20 ms of every start. Marked as bound, so that blessed
 * adds no handlers for signals and exceptions of its own: lifecycle.ts has them.
 */
export function openBlessedScreen(options: BlessedScreenOptions): BlessedScreen {
  const Screen = require('blessed/lib/widgets/screen') as BlessedConstructor<BlessedScreenOptions, BlessedScreen>;
  const Program = require('blessed/lib/program') as BlessedConstructor<never, BlessedProgram>;
  Screen._bound = true;
  Program._bound = true;
  return new Screen(options);
}

/** Forgets a screen without writing anything: the terminal is restored elsewhere. */
export function closeBlessedScreen(screen: BlessedScreen): void {
  const Screen = require('blessed/lib/widgets/screen') as BlessedConstructor<BlessedScreenOptions, BlessedScreen>;
  const Program = require('blessed/lib/program') as BlessedConstructor<never, BlessedProgram>;
  forget(Screen, screen);
  forget(Program, screen.program);
}

function forget<Instance>(owner: BlessedConstructor<never, Instance>, instance: Instance): void {
  const index = owner.instances.indexOf(instance);
  if (index < 0) return;
  owner.instances.splice(index, 1);
  owner.total--;
  owner.global = owner.instances[0] ?? null;
}
