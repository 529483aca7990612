import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type PtyProgram, startProgram } from '../support/pty-screen.ts';
import { TYPESCRIPT } from '../support/typescript.ts';

const PROGRAM = fileURLToPath(new URL('../support/interface-program.ts', import.meta.url));
const FRESH_MODES = [7, 25];

async function unlocked(context: TestContext): Promise<PtyProgram> {
  const program = startProgram(process.execPath, [...TYPESCRIPT, PROGRAM], { cols: 80, rows: 24 });
  context.after(() => program.kill('SIGKILL'));
  await program.until(/Password {2}›/);
  program.send('secret\r');
  await program.until(/● online/);
  return program;
}

function modesOf(program: PtyProgram): readonly number[] {
  return [...program.modes()].sort((a, b) => a - b);
}

test('works on a real terminal and gives it back when the user quits', async (context) => {
  const program = await unlocked(context);
  program.send('bob\r');
  await program.until(/See you!/);
  program.send('typed on a pty\r');
  await program.until(/typed on a pty +○/);
  program.resize(50, 20);
  await program.until((screen) => screen.cols === 50 && /^bob|^ bob/m.test(screen.grid()[0] ?? ''));
  program.send('\x03\x03');
  await program.until(/Quit\?/);
  program.send('y');
  const { exitCode } = await program.exited;
  assert.equal(exitCode, 0);
  assert.match(program.text(), /closed: true/);
  assert.deepEqual(modesOf(program), FRESH_MODES);
});

test('gives the terminal back on SIGTERM and ends with 143', async (context) => {
  const program = await unlocked(context);
  process.kill(program.pid, 'SIGTERM');
  const { exitCode } = await program.exited;
  assert.equal(exitCode, 143);
  assert.deepEqual(modesOf(program), FRESH_MODES);
  assert.doesNotMatch(program.text(), /online/);
});
