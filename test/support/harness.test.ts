import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeScreen } from './golden-screen.ts';
import { startProgram } from './pty-screen.ts';
import { startScreen } from './screen-harness.ts';

test('a screen is described by its text, a letter for each style, and what the letters mean', async () => {
  const harness = startScreen({ cols: 8, rows: 2 });
  harness.output.write('a\x1b[38;2;255;0;0;1m世\x1b[44m \x1b[m\r\n\x1b[4mu\x1b[m');
  await harness.idle();
  assert.equal(
    describeScreen(harness),
    [
      '8x2, cursor 1:1',
      '00|a世',
      '01|u',
      'styles',
      '00|.aab',
      '01|c',
      'a fg #ff0000 bold',
      'b bg ansi:4',
      'c underline',
      '',
    ].join('\n'),
  );
  harness.close();
});

test('idle waits for what the program still computes and for the answers of the terminal', async () => {
  const harness = startScreen({ cols: 20, rows: 2 });
  harness.input.on('data', (bytes: Buffer) => {
    setImmediate(() => harness.output.write(`[${bytes.toString('utf8').replace('\x1b', '^')}]`));
  });
  harness.output.write('ab\x1b[6n');
  await harness.idle();
  assert.equal(harness.grid()[0], 'ab[^[1;3R]');
  harness.close();
});

test('a program on a pseudo-terminal is seen, typed to, resized, and its end known', async () => {
  const script = 'stty -echo; printf ready; read -r line; stty size; echo "got $line $HOME"; exit 7';
  const program = startProgram('/bin/sh', ['-c', script], { cols: 40, rows: 5, env: { HOME: '/nowhere' } });
  await program.until(/ready/);
  program.resize(33, 6);
  program.send('hello\r');
  await program.until((screen) => /got hello \/nowhere/.test(screen.text()));
  assert.match(program.text(), /6 33/);
  assert.deepEqual(await program.exited, { exitCode: 7, signal: 0 });
  assert.match(program.raw(), /^ready/);
  await assert.rejects(program.until(/never/), /the program ended/);
});

test('waiting for what does not come fails with what is on the screen', async () => {
  const program = startProgram('/bin/sh', ['-c', 'printf something; read -r line']);
  await program.until(/something/);
  await assert.rejects(program.until(/never/, 50), /not seen in 50 ms[\s\S]*something/);
  program.kill('SIGKILL');
  assert.equal((await program.exited).signal, 9);
});
