import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { type CommandUser, commandUser } from '../support/command-line.ts';
import { PROGRAMS } from '../support/programs.ts';
import { type PtyProgram, startProgram } from '../support/pty-screen.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';

let relay: RelayProcess;
const users: CommandUser[] = [];
const screens: PtyProgram[] = [];

before(async () => {
  relay = await startRelay();
});

after(async () => {
  for (const screen of screens) screen.kill('SIGKILL');
  await Promise.all(users.map((user) => user.remove()));
  await relay?.dispose();
});

async function userOf(name: string): Promise<CommandUser> {
  const user = await commandUser(name, 'correct horse');
  users.push(user);
  return user;
}

function open(user: CommandUser, args: readonly string[], term: string): PtyProgram {
  const screen = startProgram(process.execPath, [PROGRAMS.smchat, '--relay', relay.url, ...args], {
    cols: 100,
    rows: 60,
    cwd: '/',
    env: { SMCHAT_HOME: user.home, TERM: term },
  });
  screens.push(screen);
  return screen;
}

/** What lines come out of a pipe when these go in. */
async function piped(user: CommandUser, lines: readonly string[]): Promise<{ code: number | null; stdout: string }> {
  const args = [PROGRAMS.smchat, '--home', user.home, '--plain', '--password-file', '-'];
  const child = spawn(process.execPath, args, { cwd: '/', stdio: ['pipe', 'pipe', 'ignore'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stdin.end(['correct horse', ...lines, ''].join('\n'));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout })));
}

test('two people chat in lines through the relay: one by --plain, one on a dumb terminal, then one through a pipe', async () => {
  const [anna, ben] = await Promise.all([userOf('anna'), userOf('ben')]);
  const [left, right] = [open(anna, ['--plain'], 'xterm-256color'), open(ben, [], 'dumb')];
  for (const [screen, name] of [
    [left, 'anna'],
    [right, 'ben'],
  ] as const) {
    await screen.until(/Name:/);
    screen.send(`${name}\r`);
    await screen.until(/New password for/);
    screen.send('correct horse\r');
    await screen.until(/The same again/);
    screen.send('correct horse\r');
    await screen.until(/no chat> *$|-- online/m, 20_000);
  }
  assert.match(right.text(), /TERM is dumb, so the interface comes as lines/);
  left.send('/add ben\r');
  await left.until(/to ben>/);
  left.send('hello cardamom\r');
  await right.until(/anna wants to write to you/);
  assert.ok(!right.text().includes('cardamom'));
  right.send('/accept\r');
  await right.until(/\d+\. \d\d:\d\d anna: hello cardamom/);
  const number = /(\d+)\. \d\d:\d\d anna: hello cardamom/.exec(right.text())?.[1] ?? '';
  right.send(`/react ${number} 👍\r`);
  await left.until(/ben, reaction to message 1: 👍/);
  right.send(`/reply ${number} and saffron\r`);
  await left.until(/ben answering 1: and saffron/);

  left.send('/quit\r');
  right.send('/quit\r');
  assert.deepEqual(await left.ends(), { exitCode: 0, signal: 0 });
  assert.deepEqual(await right.ends(), { exitCode: 0, signal: 0 });
  for (const screen of [left, right]) {
    assert.ok(!screen.raw().includes('correct horse'));
    assert.ok(!screen.raw().includes('\x1b'), 'an escape sequence was written');
  }

  const sent = await piped(ben, ['/chat anna', 'through a pipe']);
  assert.equal(sent.code, 0, sent.stdout);
  assert.match(sent.stdout, /you: through a pipe/);
  const read = await piped(anna, ['/chat ben']);
  assert.equal(read.code, 0);
  assert.match(read.stdout, /hello cardamom[\s\S]*and saffron[\s\S]*/);
});

test('Ctrl-C and the end of input end the interface as lines', async () => {
  const user = await userOf('carla');
  const registered = await user.run('--relay', relay.url, 'register', 'carla');
  assert.equal(registered.code, 0, registered.stderr);
  const started = async (): Promise<PtyProgram> => {
    const screen = open(user, ['--plain'], 'xterm-256color');
    await screen.until(/Password of carla/);
    screen.send('correct horse\r');
    await screen.until(/no chat>/, 20_000);
    return screen;
  };
  const interrupted = await started();
  interrupted.send('\x03');
  assert.equal((await interrupted.ends()).exitCode, 130);
  const ended = await started();
  ended.send('\x04');
  assert.deepEqual(await ended.ends(), { exitCode: 0, signal: 0 });
});
