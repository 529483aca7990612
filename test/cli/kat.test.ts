import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KNOWN_ANSWER_LINE_MAX_BYTES } from '../../src/cli/known-answer-lines.ts';
import { CommandBench, jsonLines } from '../support/command-run.ts';

const HMAC = { alg: 'hmac-sha256', key: '0b'.repeat(20), msg: '4869205468657265' };
// RFC 4231, test case 1.
const HMAC_RESULT = 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7';

let bench: CommandBench;
before(() => {
  bench = new CommandBench();
});
after(() => bench.remove());

async function answers(stdin: string): Promise<unknown[]> {
  const run = await bench.run(['kat'], { stdin });
  assert.deepEqual([run.code, run.stderr], [0, '']);
  return jsonLines(run.stdout);
}

test('kat answers each line in order, the last one without its line break too', async () => {
  const stdin = [
    JSON.stringify({ id: 'first', ...HMAC }),
    '',
    'not JSON',
    '[]',
    '5',
    JSON.stringify({ id: 2, alg: 'sha3' }),
    JSON.stringify({ id: { of: ['any', 'kind'] }, ...HMAC, key: '0b0' }),
    JSON.stringify({ ...HMAC, msg: undefined }),
    JSON.stringify({ id: 3, ...HMAC }),
  ];
  assert.deepEqual(await answers(stdin.join('\n')), [
    { id: 'first', result: HMAC_RESULT },
    { id: null, error: 'the line is not JSON' },
    { id: null, error: 'a question is one object a line' },
    { id: null, error: 'a question is one object a line' },
    { id: 2, error: 'unknown-alg' },
    { id: { of: ['any', 'kind'] }, error: 'key is not hexadecimal' },
    { id: null, error: 'msg is missing' },
    { id: 3, result: HMAC_RESULT },
  ]);
});

test('kat reads lines as Windows writes them, and refuses bytes that are no UTF-8', async () => {
  const line = JSON.stringify({ id: 1, ...HMAC });
  assert.deepEqual(await answers(`${line}\r\n\r\n${line}\r\n`), [
    { id: 1, result: HMAC_RESULT },
    { id: 1, result: HMAC_RESULT },
  ]);
  const running = bench.start(['kat']);
  running.stdin.end(Buffer.from([0xff, 0x0a]));
  assert.equal((await running.done).stdout, '{"id":null,"error":"the line is not JSON"}\n');
});

test('kat answers nothing where nothing is asked', async () => {
  assert.deepEqual(await answers(''), []);
});

test('kat answers a line before the next one is asked', async () => {
  const running = bench.start(['kat']);
  for (let id = 1; id <= 3; id++) {
    running.stdin.write(`${JSON.stringify({ id, ...HMAC })}\n`);
    assert.equal((await running.lines(id)).at(-1), `{"id":${id},"result":"${HMAC_RESULT}"}`);
  }
  running.stdin.end();
  assert.equal((await running.done).code, 0);
});

test('kat takes a line of 16 MiB, and one byte more is an error and not the end', async () => {
  const frame = JSON.stringify({ id: 1, ...HMAC, msg: '' }).length;
  const long = (bytes: number) => JSON.stringify({ id: 1, ...HMAC, msg: '0'.repeat(bytes - frame) });
  const even = KNOWN_ANSWER_LINE_MAX_BYTES - ((KNOWN_ANSWER_LINE_MAX_BYTES - frame) % 2);
  const given = await answers(
    `${long(even)}${' '.repeat(KNOWN_ANSWER_LINE_MAX_BYTES - even)}\n${long(KNOWN_ANSWER_LINE_MAX_BYTES + 1)}\n${JSON.stringify({ id: 2, ...HMAC })}\n`,
  );
  assert.equal(given.length, 3);
  assert.match(JSON.stringify(given[0]), /^\{"id":1,"result":"[0-9a-f]{64}"\}$/);
  assert.deepEqual(given.slice(1), [
    { id: null, error: 'the line is longer than 16 MiB' },
    { id: 2, result: HMAC_RESULT },
  ]);
});

test('kat reads no further than its reader has read', async () => {
  let asked = 0;
  const running = bench.start(['kat'], {
    knownAnswers: () => {
      asked++;
      return { ok: true, value: new Uint8Array(4096) };
    },
  });
  running.stdout.pause();
  running.stdin.end('{}\n'.repeat(500));
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (running.stdout.writableNeedDrain) resolve();
      else setImmediate(look);
    };
    look();
  });
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(asked < 50, `${asked} asked`);
  running.stdout.resume();
  assert.equal(jsonLines((await running.done).stdout).length, 500);
});

test('kat ends quietly when its reader has left, and with 130 by a signal', async () => {
  const left = bench.start(['kat']);
  left.stdin.write(`${JSON.stringify({ id: 1, ...HMAC })}\n`);
  await left.lines(1);
  left.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  const run = await left.done;
  assert.deepEqual([run.code, run.stderr], [0, '']);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    const running = bench.start(['kat']);
    running.stdin.write(`${JSON.stringify({ id: 1, ...HMAC })}\n`);
    await running.lines(1);
    running.signals.emit(signal, signal);
    assert.equal((await running.done).code, 130);
  }
});

test('output that cannot be written is a failure, not a reader who left', async () => {
  const running = bench.start(['kat']);
  running.stdin.write(`${JSON.stringify({ id: 1, ...HMAC })}\n`);
  await running.lines(1);
  running.stdout.destroy(Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' }));
  const run = await running.done;
  assert.equal(run.code, 8);
  assert.match(run.stderr, /^smchat: the output could not be written\n {2}see whether the disk/);
});

test('what a function throws unexpectedly is an error line that says nothing of it', async () => {
  const run = await bench.run(['kat'], {
    stdin: '{"id":1}\n{"id":2}\n',
    knownAnswers: ({ id }) => {
      if (id === 1) throw new TypeError('secret');
      return { ok: true, value: Uint8Array.of(2) };
    },
  });
  assert.equal(run.stdout, '{"id":1,"error":"unexpected-failure"}\n{"id":2,"result":"02"}\n');
  assert.equal(run.stderr, '');
});

test('kat takes no arguments', async () => {
  assert.equal((await bench.run(['kat', 'x'])).code, 2);
});
