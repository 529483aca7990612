import { Session } from 'node:inspector';

/**
 * Tells whether code of the program ran that never ran before, by V8's own counters. V8 counts blocks only in what it
 * compiles from now on: to be made before the code in question is imported.
 */
export class Coverage {
  readonly #session = new Session();
  /** By function: which of its characters belong to code that has run. Inner functions are told apart from outer ones. */
  readonly #ran = new Map<string, Uint8Array>();
  #characters = 0;

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** How much of the code has run so far, in characters of its source. */
  get characters(): number {
    return this.#characters;
  }

  /** Whether something ran for the first time since it was last asked; it counts as seen only where `learn` says so. */
  hasNews(learn: boolean): boolean {
    let found = 0;
    this.#session.post('Profiler.takePreciseCoverage', (failure, answer) => {
      if (failure !== null) throw failure;
      for (const { url, functions } of answer.result) {
        if (!url.includes('/src/')) continue;
        for (const { ranges } of functions) found += this.#note(url, ranges, learn);
      }
    });
    if (learn) this.#characters += found;
    return found > 0;
  }

  /** Inner ranges come after those around them. V8 joins neighbours of equal counts, so characters are compared. */
  #note(
    url: string,
    ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[],
    learn: boolean,
  ): number {
    const [whole] = ranges;
    if (whole === undefined || whole.count === 0) return 0;
    const { startOffset: start, endOffset: end } = whole;
    const runs = new Uint8Array(end - start);
    for (const range of ranges) runs.fill(range.count > 0 ? 1 : 0, range.startOffset - start, range.endOffset - start);
    const name = `${url}:${start}:${end}`;
    const ran = this.#ran.get(name) ?? new Uint8Array(end - start);
    this.#ran.set(name, ran);
    let found = 0;
    for (let at = 0; at < runs.length; at++) {
      if (runs[at] === 0 || ran[at] !== 0) continue;
      found += 1;
      if (learn) ran[at] = 1;
    }
    return found;
  }
}
