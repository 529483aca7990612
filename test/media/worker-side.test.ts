import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { WorkerLane } from '../../src/media/worker-lane.ts';

const folder = mkdtempSync(join(tmpdir(), 'smchat-side-'));
after(() => rmSync(folder, { recursive: true }));

/** A worker that takes questions of at most 1,000 bytes and gives their parts back, last first. */
function reversing(): WorkerLane {
  const entry = join(folder, 'reversing.ts');
  const module = JSON.stringify(new URL('../../src/media/worker-side.ts', import.meta.url).href);
  writeFileSync(
    entry,
    `import(${module}).then(({ serveLane }) =>
      serveLane(1_000, async ({ parts }) => ({ facts: { pid: process.pid }, parts: [...parts].reverse() })));`,
  );
  return new WorkerLane({
    entry: pathToFileURL(entry),
    env: {},
    memoryMb: 64,
    addons: false,
    startLimitMs: 60_000,
    timeLimitMs: 60_000,
    idleMs: 60_000,
    answerMaxBytes: 1_000,
  });
}

async function pidOf(lane: WorkerLane): Promise<number> {
  const answer = await lane.run({ facts: null, parts: [] });
  assert.ok(answer.ok && typeof answer.value.facts === 'object' && answer.value.facts !== null);
  return 'pid' in answer.value.facts ? Number(answer.value.facts.pid) : 0;
}

test('answers with facts and bytes, and ends at a question beyond its limit', async () => {
  const lane = reversing();
  const [one, two] = [new Uint8Array(400).fill(1), new Uint8Array(600).fill(2)];
  const answer = await lane.run({ facts: null, parts: [one, two] });
  assert.deepEqual(answer.ok && answer.value.parts, [two, one]);
  const over = await lane.run({ facts: null, parts: [one, new Uint8Array(601)] });
  assert.deepEqual(over, { ok: false, reason: 'worker-died' });
  assert.ok((await lane.run({ facts: null, parts: [two] })).ok);
  await lane.close();
});

test('Ctrl-C in the terminal does not end it before those who asked have decided', async () => {
  const lane = reversing();
  const pid = await pidOf(lane);
  process.kill(pid, 'SIGINT');
  assert.equal(await pidOf(lane), pid);
  await lane.close();
});
