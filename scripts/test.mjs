// Runs every test/**/*.test.ts with node:test. Node 20's --test takes no globs, so the files are listed here.
// Arguments narrow the run: `npm test -- crypto relay/mailbox` keeps files whose path contains one of the words.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const words = process.argv.slice(2);
const files = readdirSync('test', { recursive: true })
  .map((name) => join('test', String(name)))
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches: ${words.join(' ')}`);
  process.exit(1);
}
const concurrency = Math.max(2, availableParallelism());
// Newer Node reads TypeScript by itself.
const loader = process.features.typescript ? [] : ['--import', './scripts/typescript.mjs'];
const child = spawn(process.execPath, [...loader, '--test', `--test-concurrency=${concurrency}`, ...files], {
  stdio: 'inherit',
});
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
