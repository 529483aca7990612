import { createContext, Script } from 'node:vm';
import type { Coverage } from './coverage.ts';
import { mutate } from './mutate.ts';
import { Random } from './random.ts';
import { INPUT_MAX_CPU_MS, type Target } from './target.ts';

/** An input that broke an invariant, threw, or would not end. */
export interface Finding {
  readonly input: Uint8Array;
  readonly thrown: unknown;
}

export interface Report {
  readonly executions: number;
  readonly seconds: number;
  /** How often each outcome came. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
  /** Inputs that reached code which none before them had reached. */
  readonly discoveries: readonly Uint8Array[];
}

export interface Budget {
  readonly inputs: number;
  readonly seconds: number;
}

/** Asking for coverage costs as much as hundreds of inputs: the longer nothing new comes, the more rarely it is asked. */
const BATCH_MIN = 256;
const BATCH_MAX = 16_384;
const BATCH_TARGET_MS = 1_000;
/** Wall-clock time after which a batch counts as hanging, on however busy a machine. */
const BATCH_LIMIT_MS = 60_000;
const SUSPICIOUS_MS = 200;
const FINDINGS_MAX = 5;
const CORPUS_MAX = 4_000;

class Hang extends Error {}

/** Tries mutations of a target's seeds and corpus until the budget is used up. */
export class Fuzzer {
  readonly #target: Target;
  readonly #random: Random;
  readonly #corpus: Uint8Array[];
  readonly #coverage: Coverage | null;
  readonly #outcomes = new Map<string, number>();
  readonly #findings: Finding[] = [];
  readonly #discoveries: Uint8Array[] = [];
  #executions = 0;

  /** With `coverage` an input that reaches new code becomes a beginning of others; without, nothing is measured. */
  constructor(target: Target, corpus: readonly Uint8Array[], seed: number, coverage: Coverage | null) {
    this.#target = target;
    this.#random = new Random(seed);
    this.#corpus = [...target.seeds(), ...corpus];
    if (this.#corpus.length === 0) this.#corpus.push(new Uint8Array(0));
    this.#coverage = coverage;
    coverage?.hasNews(true);
  }

  run(budget: Budget): Report {
    const begun = performance.now();
    const seconds = (): number => (performance.now() - begun) / 1_000;
    let batch = BATCH_MIN;
    this.#try([...this.#corpus]);
    while (this.#executions < budget.inputs && seconds() < budget.seconds && this.#findings.length < FINDINGS_MAX) {
      const known = this.#discoveries.length;
      const size = Math.min(batch, budget.inputs - this.#executions);
      const begunBatch = performance.now();
      this.#try(Array.from({ length: size }, () => this.#next()));
      const isQuick = performance.now() - begunBatch < BATCH_TARGET_MS;
      batch = this.#discoveries.length > known || !isQuick ? BATCH_MIN : Math.min(BATCH_MAX, batch * 2);
    }
    return {
      executions: this.#executions,
      seconds: seconds(),
      outcomes: this.#outcomes,
      findings: this.#findings,
      discoveries: this.#discoveries,
    };
  }

  #next(): Uint8Array {
    const { dictionary = [], maxBytes } = this.#target;
    // What was found last is the least explored.
    const recent = this.#random.below(2) === 0 ? this.#corpus.slice(-16) : this.#corpus;
    const materials = { random: this.#random, dictionary, others: this.#corpus };
    return mutate(this.#random.pick(recent), materials, maxBytes);
  }

  #try(inputs: readonly Uint8Array[]): void {
    this.#withinTime(inputs);
    if (this.#coverage === null || !this.#coverage.hasNews(false)) return;
    // After a finding the reasons are of more interest than the way on.
    if (this.#findings.length === 0) this.#learn(this.#coverage, inputs);
  }

  /** Runs them again, half and half, to find which ones reached something new. */
  #learn(coverage: Coverage, inputs: readonly Uint8Array[]): void {
    for (const input of inputs) this.#target.run(input.slice());
    const [first] = inputs;
    if (first === undefined || !coverage.hasNews(inputs.length === 1)) return;
    if (inputs.length > 1) {
      const half = Math.ceil(inputs.length / 2);
      this.#learn(coverage, inputs.slice(0, half));
      this.#learn(coverage, inputs.slice(half));
      return;
    }
    this.#discoveries.push(first);
    if (this.#corpus.length < CORPUS_MAX && !this.#corpus.includes(first)) this.#corpus.push(first);
  }

  /** A decoder that loops for ever is stopped from outside and becomes a finding like any other. */
  #withinTime(inputs: readonly Uint8Array[]): void {
    let current = inputs[0] ?? new Uint8Array(0);
    const batch = (): void => {
      for (const input of inputs) {
        current = input;
        this.#one(input);
      }
    };
    try {
      new Script('batch()').runInContext(createContext({ batch }), { timeout: BATCH_LIMIT_MS });
    } catch {
      this.#found({ input: current, thrown: new Hang('this input does not end') });
    }
  }

  /** One of each kind; the others of that kind are counted as outcomes. */
  #found(finding: Finding): void {
    const kind = (String(finding.thrown).split('\n')[0] ?? '').split(': ').slice(0, 2).join(': ');
    const count = this.#outcomes.get(kind) ?? 0;
    this.#outcomes.set(kind, count + 1);
    if (count === 0) this.#findings.push(finding);
  }

  #one(input: Uint8Array): void {
    this.#executions += 1;
    const begun = performance.now();
    try {
      const outcome = this.#target.run(input.slice());
      this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    } catch (thrown) {
      this.#found({ input, thrown });
      return;
    }
    if (performance.now() - begun > SUSPICIOUS_MS && cpuMsOf(this.#target, input) > INPUT_MAX_CPU_MS) {
      this.#found({ input, thrown: new Hang('this input keeps the processor busy for over a second') });
    }
  }
}

/** The least of three measurements: others use the processor too. */
function cpuMsOf(target: Target, input: Uint8Array): number {
  const once = (): number => {
    const before = process.cpuUsage();
    target.run(input.slice());
    return process.cpuUsage(before).user / 1_000;
  };
  return Math.min(once(), once(), once());
}
