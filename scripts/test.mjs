// Runs every test/**/*.test.ts with node:test. Node 20's --test takes no globs, so the files are listed here.
// Arguments narrow the run: `npm test -- crypto relay/mailbox` keeps files whose path contains one of the words.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

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

// A process costs more than most of these files' tests. Those that keep to themselves share one: no hooks of a whole file,
// which would be the others' too, and nothing of the process.
const TOGETHER = 12;
const SHARING = /^test[\\/](cli|crypto|media|net|session|store|tui)[\\/]/;
const ALONE = /^(before|after)(Each)?\(|\bprocess\.|child_process|\bmock\b|globalThis|-process|pty|worker/m;
const shares = (file) => SHARING.test(file) && !ALONE.test(readFileSync(file, 'utf8'));

const folder = mkdtempSync(join(tmpdir(), 'smchat-together-'));
const inGroups = () => {
  const sharing = files.filter(shares);
  const count = Math.ceil(sharing.length / TOGETHER);
  const groups = Array.from({ length: count }, (_, group) => sharing.filter((_, at) => at % count === group));
  return groups.map((group, number) => {
    const path = join(folder, `together-${number}.mjs`);
    writeFileSync(path, group.map((file) => `await import('${pathToFileURL(file).href}');\n`).join(''));
    return path;
  });
};
const listed = words.length === 0 ? [...inGroups(), ...files.filter((file) => !shares(file))] : files;

const concurrency = Math.max(2, availableParallelism());
// Newer Node reads TypeScript by itself.
const loader = process.features.typescript ? [] : ['--import', './scripts/typescript.mjs'];
const child = spawn(process.execPath, [...loader, '--test', `--test-concurrency=${concurrency}`, ...listed], {
  stdio: 'inherit',
});
child.on('exit', (code, signal) => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(signal ? 1 : (code ?? 1));
});
