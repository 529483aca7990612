import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { WorkerLane } from '../../src/media/worker-lane.ts';
import { isImageCells } from '../../src/tui/media/image-cells.ts';
import { bytesOf, contains, SECRET, twoColours, withMetadata } from './sample-pictures.ts';

const dist = new URL('../../dist/', import.meta.url);
const notBuilt = existsSync(new URL('smchat.js', dist)) ? false : 'not built: npm run build';

async function askBuilt(name: string, env: Readonly<Record<string, string>>, message: unknown): Promise<object> {
  const lane = new WorkerLane({
    entry: new URL(`${name}.js`, dist),
    env,
    resourceLimits: { maxOldGenerationSizeMb: 128 },
    startLimitMs: 20_000,
    timeLimitMs: 20_000,
    idleMs: 1_000,
  });
  const answer = await lane.run(message);
  await lane.close();
  assert.ok(answer.ok, answer.ok ? '' : answer.reason);
  assert.ok(typeof answer.value === 'object' && answer.value !== null && 'value' in answer.value);
  assert.ok(typeof answer.value.value === 'object' && answer.value.value !== null);
  return answer.value.value;
}

test('the built preparing worker runs beside the bundle', { skip: notBuilt }, async () => {
  const taken = await bytesOf(withMetadata(twoColours(60, 40).jpeg(), 6));
  const prepared = await askBuilt('prepare-worker', {}, taken);
  assert.ok('image' in prepared && prepared.image instanceof Uint8Array && 'width' in prepared);
  assert.equal(prepared.width, 40);
  assert.ok(!contains(prepared.image, SECRET));
});

test('the built image worker runs beside the bundle', { skip: notBuilt }, async () => {
  const bytes = await bytesOf(twoColours(60, 40).jpeg());
  const environment = { FORCE_COLOR: '3', COLORTERM: 'truecolor' };
  const cells = await askBuilt('image-worker', environment, { bytes, cols: 30, rows: 10 });
  assert.ok(isImageCells(cells));
  assert.deepEqual([cells.cols, cells.rows], [30, 10]);
});
