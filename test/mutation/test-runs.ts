import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A test file as it ran without a mutant: how long, and which mutants it passed by. */
export interface DryRun {
  readonly file: string;
  readonly milliseconds: number;
  readonly covered: ReadonlySet<string>;
}

export type Verdict = 'passed' | 'failed' | 'timed out';

const FIRST_FAILURE = /^\s*not ok /m;

/** One test file by itself, ended at its first failure. */
function run(folder: string, file: string, environment: NodeJS.ProcessEnv, limitMs: number, hooks: readonly string[]) {
  return new Promise<Verdict>((done) => {
    const imports = ['tsx', ...hooks].flatMap((name) => ['--import', name]);
    const child = spawn(process.execPath, [...imports, '--test-reporter', 'tap', file], {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    let verdict: Verdict | null = null;
    const end = (why: Verdict): void => {
      verdict ??= why;
      if (child.pid === undefined) return;
      try {
        // The group: a test's own children too.
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It had ended already.
      }
    };
    const timer = setTimeout(() => end('timed out'), limitMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (FIRST_FAILURE.test(text)) end('failed');
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      end(code === 0 ? 'passed' : 'failed');
      done(verdict ?? 'failed');
    });
  });
}

/** Runs a test file with every mutant asleep; null where it does not pass in the copied tree, or not in time. */
export async function dryRun(folder: string, file: string, limitMs: number): Promise<DryRun | null> {
  const coverage = mkdtempSync(join(folder, 'covered', 'run-'));
  const begun = performance.now();
  const environment = { MUTATION_COVERAGE_FOLDER: coverage };
  const verdict = await run(folder, file, environment, limitMs, ['./test/mutation/coverage-hook.ts']);
  const milliseconds = performance.now() - begun;
  const covered = new Set<string>();
  for (const name of readdirSync(coverage)) {
    const ids: unknown = JSON.parse(readFileSync(join(coverage, name), 'utf8'));
    if (Array.isArray(ids)) for (const id of ids) covered.add(String(id));
  }
  rmSync(coverage, { recursive: true });
  return verdict === 'passed' ? { file, milliseconds, covered } : null;
}

/** Runs a test file with one mutant awake; several times slower than without it counts as hanging. */
export function runAgainst(folder: string, test: DryRun, mutantId: string): Promise<Verdict> {
  const limitMs = 4 * test.milliseconds + 10_000;
  return run(folder, test.file, { __STRYKER_ACTIVE_MUTANT__: mutantId }, limitMs, []);
}
