import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createReceiver, type LaneMessage, type Receiver, sendMessage } from '../../src/media/worker-channel.ts';

const MAX_BYTES = 1024 * 1024;

async function sent(message: LaneMessage): Promise<readonly unknown[]> {
  const values: unknown[] = [];
  await sendMessage((value, done) => {
    values.push(value);
    done(null);
  }, message);
  return values;
}

function received(receiver: Receiver, values: readonly unknown[]): readonly unknown[] {
  return values.map((value) => receiver.take(value)).filter((message) => message !== null);
}

test('messages with bytes of any sizes come out as they went in, one after another', async () => {
  const part = fc
    .oneof(fc.constantFrom(0, 1, 262_143, 262_144, 262_145), fc.nat(2_000))
    .map((size) => new Uint8Array(size).map((_, index) => index % 251));
  const parts = fc.array(part, { maxLength: 3 });
  const facts = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.nat()));
  const message = fc.record({ facts, parts }, { noNullPrototype: true });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 3 }), async (messages) => {
      const receiver = createReceiver(MAX_BYTES);
      const values = (await Promise.all(messages.map(sent))).flat();
      assert.deepEqual(received(receiver, values), messages);
    }),
    { numRuns: 40 },
  );
});

test('no piece is large', async () => {
  const values = await sent({ facts: null, parts: [new Uint8Array(3_000_000)] });
  const sizes = values.map((value) => (value instanceof Uint8Array ? value.length : 0));
  assert.equal(Math.max(...sizes), 262_144);
});

test('takes a message at its limit and none beyond, and nothing that is no message', () => {
  const takes = (value: unknown): boolean => createReceiver(10).take(value) !== 'malformed';
  assert.ok(takes({ facts: 1, sizes: [4, 6] }));
  for (const value of [
    { facts: 1, sizes: [4, 7] },
    { facts: 1, sizes: [-1] },
    { facts: 1, sizes: [0.5] },
    { facts: 1, sizes: Array.from({ length: 9 }, () => 1) },
    { sizes: [] },
    { facts: 1 },
    null,
    'ready',
    new Uint8Array(3),
  ]) {
    assert.equal(takes(value), false);
  }
});

test('refuses more bytes than were told', () => {
  const receiver = createReceiver(10);
  assert.equal(receiver.take({ facts: 1, sizes: [4, 2] }), null);
  assert.equal(receiver.take(new Uint8Array(5)), 'malformed');
  assert.equal(receiver.take({ facts: 1, sizes: [4] }), 'malformed');
});

test('a closed channel is told', async () => {
  const failing = sendMessage((_value, done) => done(new Error('closed')), { facts: 1, parts: [] });
  await assert.rejects(failing, /closed/);
});
