import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { CorkedSockets } from '../../src/relay/corked-sockets.ts';

/** A socket that notes what the system would be given in one call. */
function recordingSocket(): { readonly socket: Writable; readonly calls: number[] } {
  const calls: number[] = [];
  const socket = new Writable({
    highWaterMark: 2 ** 20,
    write(chunk: Buffer, _encoding, done) {
      calls.push(chunk.length);
      done();
    },
    writev(chunks, done) {
      calls.push(chunks.reduce((sum, { chunk }) => sum + chunk.length, 0));
      done();
    },
  });
  return { socket, calls };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('what is written in one turn of the event loop goes out in one call a socket, and later turns are not held back', async () => {
  const corked = new CorkedSockets();
  const [one, other] = [recordingSocket(), recordingSocket()];
  for (const { socket } of [one, other, one]) {
    corked.cork(socket);
    socket.write(Buffer.alloc(10));
  }
  assert.deepEqual([one.calls, other.calls], [[], []]);
  await turn();
  assert.deepEqual([one.calls, other.calls], [[20], [10]]);
  corked.cork(one.socket);
  one.socket.write(Buffer.alloc(7));
  await turn();
  assert.deepEqual(one.calls, [20, 7]);
});

test('no more than 64 KiB and one write are gathered', async () => {
  const corked = new CorkedSockets();
  const { socket, calls } = recordingSocket();
  for (let n = 0; n < 5; n++) {
    corked.cork(socket);
    socket.write(Buffer.alloc(40_000));
  }
  assert.deepEqual(calls, [80_000, 80_000]);
  await turn();
  assert.deepEqual(calls, [80_000, 80_000, 40_000]);
});
