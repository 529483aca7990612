import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { decodePreparation } from '../../src/media/preparation.ts';
import { type LaneMessage, WorkerLane } from '../../src/media/worker-lane.ts';
import { decodeRendering, encodeImageJob } from '../../src/tui/media/image-job.ts';
import { bytesOf, contains, SECRET, twoColours, withMetadata } from './sample-pictures.ts';

const dist = new URL('../../dist/', import.meta.url);
const notBuilt = existsSync(new URL('smchat.js', dist)) ? false : 'not built: npm run build';

async function askBuilt(
  name: string,
  env: Readonly<Record<string, string>>,
  question: LaneMessage,
): Promise<LaneMessage> {
  const lane = new WorkerLane({
    entry: new URL(`${name}.js`, dist),
    env,
    memoryMb: 128,
    addons: name === 'prepare-worker',
    startLimitMs: 20_000,
    timeLimitMs: 20_000,
    idleMs: 1_000,
    answerMaxBytes: 1024 * 1024,
  });
  const answer = await lane.run(question);
  await lane.close();
  assert.ok(answer.ok, answer.ok ? '' : answer.reason);
  return answer.value;
}

test('the built preparing worker runs beside the bundle', { skip: notBuilt }, async () => {
  const taken = await bytesOf(withMetadata(twoColours(60, 40).jpeg(), 6));
  const prepared = decodePreparation(await askBuilt('prepare-worker', {}, { facts: null, parts: [taken] }));
  assert.ok(prepared?.ok);
  assert.equal(prepared.value.width, 40);
  assert.ok(!contains(prepared.value.image, SECRET));
});

test('the built image worker runs beside the bundle', { skip: notBuilt }, async () => {
  const bytes = await bytesOf(twoColours(60, 40).jpeg());
  const environment = { FORCE_COLOR: '3', COLORTERM: 'truecolor' };
  const job = encodeImageJob({ bytes, kind: 'full', cols: 30, rows: 10 });
  const rendering = decodeRendering(await askBuilt('image-worker', environment, job));
  assert.ok(rendering.ok);
  assert.deepEqual([rendering.value.cols, rendering.value.rows], [30, 10]);
});
