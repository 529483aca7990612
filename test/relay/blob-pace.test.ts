import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import { type BlobOptions, patienceMs } from '../../src/relay/blobs.ts';
import { createMemoryStore } from '../../src/relay/memory-store.ts';
import { DEFAULT_STORE_LIMITS, type Store } from '../../src/relay/store.ts';
import { random } from '../support/relay-account.ts';
import { ask, bearer, blobPath, headBlob } from '../support/relay-blob.ts';
import { blobScenario, MIB, type Scene, startPut } from './blob-scene.ts';
import { withRelay } from './relay-fixture.ts';

interface Impatient {
  /** The address of a relay that waits for nobody; everything honest goes through the scene's own. */
  readonly http: string;
  /** Resolves once that relay has had a request and has let go of it. */
  readonly letGo: Promise<void>;
}

/**
 * Two relays on one store and folder: one for what has to succeed, however slow the machine, and an impatient one for
 * the client that is to be let go.
 */
function scenario(
  name: string,
  pace: Partial<BlobOptions>,
  run: (scene: Scene, impatient: Impatient) => Promise<void>,
): void {
  const store: Store = createMemoryStore(DEFAULT_STORE_LIMITS, random(32));
  const wrapStore = () => store;
  blobScenario(
    name,
    async (scene) => {
      let wasBusy = false;
      let end = (): void => {};
      const letGo = new Promise<void>((resolve) => {
        end = resolve;
      });
      const onIdle = (idle: boolean): void => {
        if (!idle) wasBusy = true;
        else if (wasBusy) end();
      };
      const blobs = { folder: scene.relay.blobFolder, isShared: true, ...pace };
      await withRelay({ wrapStore, blobs, onIdle }, ({ httpUrl }) => run(scene, { http: httpUrl, letGo }));
    },
    { wrapStore },
  );
}

const ANY_PACE = { idleTimeoutMs: 200, leastBytesPerSecond: 1 };
const FAST_PACE = { idleTimeoutMs: 300, leastBytesPerSecond: 100 * MIB };

scenario('who sends nothing any more is let go', ANY_PACE, async (scene, { http, letGo }) => {
  const grant = await scene.place(100_000);
  const silent = startPut({ ...scene, http }, grant, 100_000, random(10));
  assert.doesNotMatch(await silent.answer, /^HTTP\/1.1 2/);
  await letGo;
  assert.equal((await headBlob(scene.http, grant)).headers['upload-offset'], '0');
});

scenario('who sends in drops is let go', FAST_PACE, async (scene, { http, letGo }) => {
  const grant = await scene.place(100_000);
  const slow = startPut({ ...scene, http }, grant, 100_000, random(10));
  const drops = setInterval(() => slow.socket.write(random(1)), 20);
  const answer = await slow.answer;
  clearInterval(drops);
  assert.doesNotMatch(answer, /^HTTP\/1.1 2/);
  await letGo;
  assert.equal((await headBlob(scene.http, grant)).headers['upload-offset'], '0');
});

for (const [what, pace, sipMs] of [
  ['who does not read', ANY_PACE, 0],
  ['who reads slowly', FAST_PACE, 20],
] as const) {
  scenario(`${what} is let go`, pace, async (scene, { http, letGo }) => {
    const bytes = 16 * MIB;
    const grant = await scene.complete(random(bytes));
    const socket = connect(Number(new URL(http).port), '127.0.0.1').pause();
    socket.on('error', () => {});
    const ended = new Promise((resolve) => socket.once('close', resolve));
    const auth = `Authorization: Bearer ${toHex(grant.downloadToken)}`;
    socket.write(`GET ${blobPath(grant)} HTTP/1.1\r\nHost: x\r\n${auth}\r\n\r\n`);
    let taken = 0;
    const sip = (): void => {
      taken += socket.read()?.length ?? 0;
    };
    const sips = sipMs === 0 ? undefined : setInterval(sip, sipMs);
    await letGo;
    clearInterval(sips);
    socket.on('data', (chunk: Buffer) => {
      taken += chunk.length;
    });
    socket.resume();
    await ended;
    assert.ok(taken < bytes, `${taken} of ${bytes} bytes`);
    const headers = { ...bearer(grant.downloadToken), range: 'bytes=0-9' };
    assert.equal((await ask(scene.http, { path: blobPath(grant), headers })).status, 206);
  });
}

test('however large a blob is, it is waited for as long as a timer can wait', () => {
  const options = { folder: '', maxBytes: 1, freeBytesFloor: 0, halfUploadMs: 1, idleTimeoutMs: 20_000 };
  const patience = (bytes: number) => patienceMs({ ...options, leastBytesPerSecond: 4_096 }, bytes);
  assert.equal(patience(4_096), 21_000);
  assert.equal(patience(2 ** 40), 2_147_483_647);
});
