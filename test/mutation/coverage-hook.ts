// Loaded into each process of a dry run: writes down which mutants its code has passed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Instrumentation {
  readonly mutantCoverage?: { readonly static: Readonly<Record<string, number>> };
}

process.on('exit', () => {
  const folder = process.env.MUTATION_COVERAGE_FOLDER;
  const { __stryker__: found } = globalThis as { readonly __stryker__?: Instrumentation };
  if (folder === undefined || found?.mutantCoverage === undefined) return;
  writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(Object.keys(found.mutantCoverage.static)));
});
