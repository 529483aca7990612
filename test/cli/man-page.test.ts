import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bashCompletion } from '../../src/cli/bash-completion.ts';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { manPage } from '../../src/cli/man-page.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const withProgram = (program: string) => ({ skip: has(program) ? false : `${program} is not installed here` });

test('man page and completion are what the tables say; run scripts/man-pages.ts', () => {
  assert.equal(readFileSync('man/smchat.1', 'utf8'), manPage());
  assert.equal(readFileSync('completions/smchat.bash', 'utf8'), bashCompletion());
});

test('the manual is shown without a warning, with every command', withProgram('man'), () => {
  const shown = spawnSync('man', ['--warnings', '-l', 'man/smchat.1'], {
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '80', LC_ALL: 'C.UTF-8' },
  });
  assert.deepEqual([shown.status, shown.stderr], [0, '']);
  for (const { name } of COMMANDS) assert.ok(shown.stdout.includes(name), name);
});

/** What bash itself offers for the last of these words. */
function completed(...words: readonly string[]): string[] {
  const script = `source completions/smchat.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _smchat; printf "%s\\n" "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');
}

test('bash completes commands, their options and words, and files', withProgram('bash'), () => {
  assert.deepEqual(completed('smchat', 'reg'), ['register']);
  assert.deepEqual(completed('smchat', '--home', '/x', 'send', '--im'), ['--image']);
  assert.deepEqual(completed('smchat', 'contact', 'unb'), ['unblock']);
  assert.deepEqual(completed('smchat', 'history', '--js'), ['--json']);
  assert.deepEqual(completed('smchat', 'send', 'bob', '--file', 'package.j'), ['package.json']);
});
