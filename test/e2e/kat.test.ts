import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PROGRAMS } from '../support/programs.ts';

const QUESTION =
  '{"id":1,"alg":"hmac-sha256","key":"4a656665","msg":"7768617420646f2079612077616e7420666f72206e6f7468696e673f"}';
// RFC 4231, test case 2.
const ANSWER = '{"id":1,"result":"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"}';

let home: string;
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'smchat-kat-'));
});
after(() => rm(home, { recursive: true, force: true }));

function startKat() {
  const child = spawn(process.execPath, [PROGRAMS.smchat, '--home', join(home, 'none'), 'kat'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text;
  });
  const done = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, ...printed }));
  });
  return { child, done };
}

test('the built program answers known-answer questions, makes no home, and ends with its input', async () => {
  const { child, done } = startKat();
  child.stdin.end(`${QUESTION}\n{"id":2,"alg":"x25519"}\nbad\n${QUESTION}`);
  assert.deepEqual(await done, {
    code: 0,
    stdout: `${ANSWER}\n{"id":2,"error":"private is missing"}\n{"id":null,"error":"the line is not JSON"}\n${ANSWER}\n`,
    stderr: '',
  });
  assert.deepEqual(await readdir(home), []);
});

test('a reader that leaves ends the built program quietly', async () => {
  const { child, done } = startKat();
  child.stdin.on('error', () => {});
  child.stdin.write(`${QUESTION}\n`.repeat(1000));
  child.stdout.once('data', () => child.stdout.destroy());
  const asking = (): void => {
    if (child.exitCode === null && child.stdin.writable) child.stdin.write(`${QUESTION}\n`.repeat(1000), asking);
  };
  asking();
  const { code, stderr } = await done;
  assert.deepEqual([code, stderr], [0, '']);
});
