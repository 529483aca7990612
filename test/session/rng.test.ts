import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRng } from '../../src/session/rng.ts';

/** A source whose every byte says how many were drawn before it, and the turns that end when the test says so. */
function source() {
  const filled: Uint8Array[] = [];
  const ends: (() => void)[] = [];
  let next = 1;
  const rng = systemRng(
    (bytes) => {
      filled.push(bytes);
      for (let i = 0; i < bytes.length; i++) bytes[i] = next++ % 251;
    },
    (work) => ends.push(work),
  );
  function endTurn(): void {
    for (const work of ends.splice(0)) work();
  }
  return { rng, filled, ends, endTurn };
}

test('no byte of the source is handed out twice, whatever lengths are drawn and wherever turns end', () => {
  const { rng, endTurn } = source();
  let last = 0;
  // 251 values in turn: a byte that comes twice would break the order of those that are handed out.
  for (let i = 0; i < 400; i++) {
    const drawn = rng.bytes(1 + (i % 64));
    assert.equal(drawn.length, 1 + (i % 64));
    for (let at = 1; at < drawn.length; at++) {
      assert.equal(drawn[at], ((drawn[at - 1] ?? 0) + 1) % 251);
    }
    assert.notEqual(drawn[0], last);
    last = drawn.at(-1) ?? 0;
    if (i % 7 === 0) endTurn();
  }
});

test('what was handed out does not stay in the supply, and with the turn nothing does', () => {
  const { rng, filled, endTurn } = source();
  const drawn = rng.bytes(32);
  const [supply] = filled;
  assert.ok(supply !== undefined && drawn.some((byte) => byte !== 0));
  assert.deepEqual(supply.subarray(0, 32), new Uint8Array(32));
  assert.ok(supply.subarray(32).some((byte) => byte !== 0));
  endTurn();
  assert.deepEqual(supply, new Uint8Array(supply.length));
  assert.ok(rng.bytes(32).some((byte) => byte !== 0));
  assert.equal(filled.length, 2, 'after a turn it is drawn anew');
});

test('a turn is ended once, however often it draws', () => {
  const { rng, ends, endTurn } = source();
  for (let i = 0; i < 200; i++) rng.bytes(32);
  assert.equal(ends.length, 1);
  endTurn();
  rng.bytes(32);
  assert.equal(ends.length, 1);
});

test('more than the supply holds is drawn by itself', () => {
  const { rng, filled } = source();
  const drawn = rng.bytes(5000);
  assert.equal(drawn.length, 5000);
  assert.equal(filled[0], drawn);
});
