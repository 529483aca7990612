// Changes the sources one small place at a time and asks whether a test notices: `npm run test:mutation -- --help`.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { reachableFrom } from './import-graph.ts';
import { estimate, sample, type Tally } from './score.ts';
import { candidateTests, mutatedSources } from './sources.ts';
import { type DryRun, dryRun, runAgainst } from './test-runs.ts';
import { isEquipped, type Mutant, openWorkshop, type Workshop } from './workshop.ts';

const HELP = `npm run test:mutation -- [--sample N | --all] [--seed N] [--report FILE] [WORD...]
  --sample N     so many mutants of each file (20)
  --all          every mutant
  --seed N       which ones (1)
  --report FILE  writes the survivors there as JSON
  --again FILE   asks only about the survivors of such a report, which counts on
  WORD...        only files of src/crypto and of the session's decisions whose path holds one of them`;

interface Survivor {
  readonly place: string;
  readonly mutator: string;
  readonly code: string;
  readonly replacement: string;
  /** No test passes by. */
  readonly uncovered: boolean;
}

function survivorOf({ fileName, location, mutatorName, replacement }: Mutant, uncovered: boolean): Survivor {
  const { start, end } = location;
  // Stryker counts lines from 0.
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line, end.line + 1);
  const last = lines.at(-1) ?? '';
  const code = [...lines.slice(0, -1), last.slice(0, end.column)].join('\n').slice(start.column);
  return { place: `${fileName}:${start.line + 1}`, mutator: mutatorName, code, replacement, uncovered };
}

/** Longer test files are not asked, and no mutant is asked about for longer on the whole. */
const TEST_FILE_LIMIT_MS = 15_000;
const MUTANT_LIMIT_MS = 30_000;

/** Whether some test fails with this mutant awake: the quickest first. */
async function isKilled({ folder }: Workshop, mutant: Mutant, tests: readonly DryRun[]): Promise<boolean> {
  let spentMs = 0;
  for (const test of tests) {
    spentMs += test.milliseconds;
    if (spentMs > MUTANT_LIMIT_MS) return false;
    if ((await runAgainst(folder, test, mutant.id)) !== 'passed') return true;
  }
  return false;
}

/** What an earlier run found. */
interface Earlier {
  readonly tallies: readonly Tally[];
  readonly survivors: readonly Survivor[];
}

/** Whose mutants are asked about, and how many of their file were killed before. */
interface Question {
  readonly file: string;
  readonly mutants: number;
  readonly asked: readonly Mutant[];
  readonly sampled: number;
  readonly killed: number;
}

function questionOf(file: string, mutants: readonly Mutant[], size: number, seed: number): Question {
  const asked = sample(mutants, size, seed);
  return { file, mutants: mutants.length, asked, sampled: asked.length, killed: 0 };
}

function questionAgain(file: string, mutants: readonly Mutant[], earlier: Earlier): Question {
  const tally = earlier.tallies.find((each) => each.file === file);
  const names = earlier.survivors.map(({ uncovered: _, ...survivor }) => JSON.stringify(survivor));
  const asked = mutants.filter((mutant) => {
    const { uncovered: _, ...survivor } = survivorOf(mutant, false);
    return names.includes(JSON.stringify(survivor));
  });
  return { file, mutants: mutants.length, asked, sampled: tally?.sampled ?? 0, killed: tally?.killed ?? 0 };
}

async function dryRuns(workshop: Workshop, sources: readonly string[]): Promise<readonly DryRun[]> {
  const runs: DryRun[] = [];
  for (const file of candidateTests(sources)) {
    const reached = reachableFrom(file);
    if (!sources.some((source) => reached.has(source))) continue;
    const found = await dryRun(workshop.folder, file, TEST_FILE_LIMIT_MS);
    if (found === null) console.log(`left out, as it takes long or does not pass in a copied tree: ${file}`);
    else runs.push(found);
  }
  return runs.sort((a, b) => a.milliseconds - b.milliseconds);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      sample: { type: 'string', default: '20' },
      all: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      report: { type: 'string' },
      again: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  if (!isEquipped()) {
    console.error('mutation testing needs one package of its own: npm install --prefix test/mutation');
    process.exitCode = 1;
    return;
  }
  const sources = mutatedSources(positionals);
  const size = values.all ? Number.POSITIVE_INFINITY : Number(values.sample);
  const earlier = values.again === undefined ? null : (JSON.parse(readFileSync(values.again, 'utf8')) as Earlier);
  const workshop = await openWorkshop(sources);
  try {
    const tests = await dryRuns(workshop, sources);
    const tallies: Tally[] = [];
    const survivors: Survivor[] = [];
    for (const file of sources) {
      const mutants = workshop.mutants.filter(({ fileName }) => fileName === file);
      const question =
        earlier === null ? questionOf(file, mutants, size, Number(values.seed)) : questionAgain(file, mutants, earlier);
      const { asked, sampled } = question;
      let { killed } = question;
      for (const mutant of asked) {
        const passing = tests.filter(({ covered }) => covered.has(mutant.id));
        if (await isKilled(workshop, mutant, passing)) killed += 1;
        else survivors.push(survivorOf(mutant, passing.length === 0));
      }
      tallies.push({ file, mutants: mutants.length, sampled, killed });
      console.log(`${file}: ${killed} of ${sampled} killed (${mutants.length} in all)`);
      if (values.report !== undefined) writeFileSync(values.report, JSON.stringify({ tallies, survivors }, null, 2));
    }
    for (const { place, mutator, code, replacement, uncovered } of survivors) {
      console.log(`\n${place} ${mutator}${uncovered ? ', passed by no test' : ''}\n  - ${code}\n  + ${replacement}`);
    }
    const { score, low, high } = estimate(tallies);
    const count = (key: 'mutants' | 'sampled' | 'killed') => tallies.reduce((sum, tally) => sum + tally[key], 0);
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    console.log(
      `\n${count('killed')} of ${count('sampled')} killed, of ${count('mutants')} mutants; seed ${values.seed}. ` +
        `By files: ${percent(score)}, 95 % interval ${percent(low)} to ${percent(high)}`,
    );
  } finally {
    workshop.remove();
  }
}

await main();
