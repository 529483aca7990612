import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PROGRAMS } from '../support/programs.ts';
import { type PtyProgram, startProgram } from '../support/pty-screen.ts';

let folder: string;
const screens: PtyProgram[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smchat-demo-test-'));
});

after(async () => {
  for (const screen of screens) screen.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function startDemo(cols: number, rows: number): PtyProgram {
  const screen = startProgram(process.execPath, [PROGRAMS.smchat, 'demo'], {
    cols,
    rows,
    cwd: '/',
    env: { TMPDIR: folder, HOME: folder, SMCHAT_HOME: undefined, SMCHAT_RELAY: undefined },
  });
  screens.push(screen);
  return screen;
}

/** Processes that work in the demo's folder; only Linux tells them so easily. */
function relaysLeft(): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${folder}/`);
      } catch {
        return false;
      }
    });
}

function assertNothingKept(): void {
  assert.deepEqual(readdirSync(folder), []);
  assert.deepEqual(relaysLeft(), []);
}

test('two people chat in one terminal of 80 by 24, and nothing of it is kept', async () => {
  const screen = startDemo(80, 24);
  await screen.until(/alice · keys go here[^\n]*bob/, 30_000);
  await screen.until(/tells all keys/);
  assert.equal(relaysLeft().length > 0, process.platform === 'linux');
  screen.send('cardamom\r');
  await screen.until(/cardamom[^\n]*✓✓/);
  await screen.until((seen) => seen.text().split('cardamom').length > 2);
  screen.send('\x1b[24~');
  await screen.until(/bob · keys go here/);
  screen.send('saffron\r');
  await screen.until((seen) => seen.text().split('saffron').length > 2);
  screen.send('\x03\x03');
  assert.deepEqual(await screen.ends(), { exitCode: 0, signal: 0 });
  assertNothingKept();
});

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} leaves nothing of a demo, while it starts and once it runs`, async () => {
    const early = startDemo(80, 24);
    await early.until(/one moment/);
    early.kill(signal);
    await early.exited;
    assertNothingKept();
    const late = startDemo(80, 24);
    await late.until(/alice · keys go here/, 30_000);
    late.kill(signal);
    assert.equal((await late.ends()).exitCode, code);
    assertNothingKept();
  });
}

test('a terminal that goes away leaves nothing of a demo', async () => {
  const screen = startDemo(80, 24);
  await screen.until(/alice · keys go here/, 30_000);
  screen.hangUp();
  await screen.exited;
  assertNothingKept();
});
