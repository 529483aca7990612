import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextWake } from '../../../src/tui/state/selectors.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';

const MINUTE_MS = 60_000;

const isOpen = (bench: ReducerBench) => bench.state().screen.kind === 'main';
const closings = (bench: ReducerBench) => bench.take().filter((effect) => effect.type === 'close-client').length;

test('after so many minutes without a key the account is locked, and the login says why', () => {
  const bench = openBench({ settings: { lockAfterMinutes: 5 } });
  bench.act({ type: 'tick' }, 5 * MINUTE_MS - 1);
  assert.equal(isOpen(bench), true);
  assert.equal(nextWake(bench.state()) - bench.state().now, 1);
  bench.act({ type: 'tick' }, 1);
  assert.equal(isOpen(bench), false);
  assert.equal(closings(bench), 1);
  assert.equal(bench.state().notice?.text, 'locked after 5 minutes without a key');
  bench.act({ type: 'tick' }, 60 * MINUTE_MS);
  assert.equal(closings(bench), 0, 'what is locked is not locked again');
});

test('keys, pastes, clicks and the wheel put it off; what others do does not', () => {
  const bench = openBench({ settings: { lockAfterMinutes: 1 } });
  const half = MINUTE_MS / 2;
  bench.act({ type: 'key', key: { type: 'key', key: 'x', text: 'x' } }, half);
  bench.act({ type: 'paste', text: 'y' }, half);
  bench.act({ type: 'wheel', rows: 1 }, half);
  bench.act({ type: 'tick' }, half);
  assert.equal(isOpen(bench), true);
  bench.act({ type: 'events', events: [{ event: 'connection', state: 'online' }] }, half - 1);
  assert.equal(isOpen(bench), true);
  bench.act({ type: 'focus', focused: true }, 1);
  assert.equal(isOpen(bench), false);
});

test('a key that comes later than that finds it locked, and does nothing else', () => {
  const bench = openBench({ settings: { lockAfterMinutes: 1 } });
  bench.type('a secret');
  bench.take();
  bench.act({ type: 'key', key: { type: 'key', key: 'enter' } }, 8 * 60 * MINUTE_MS);
  assert.equal(isOpen(bench), false);
  const effects = bench.take();
  assert.equal(
    effects.some((effect) => effect.type === 'send'),
    false,
  );
  assert.deepEqual(effects[0], { type: 'keep-draft', name: 'bob', text: 'a secret' });
});

test('unless it is set, nothing is locked, and a clock that goes back locks nothing', () => {
  const bench = openBench();
  bench.act({ type: 'tick' }, 24 * 60 * MINUTE_MS);
  assert.equal(isOpen(bench), true);
  const steered = openBench({ settings: { lockAfterMinutes: 1 } });
  steered.act({ type: 'tick' }, -60 * MINUTE_MS);
  assert.equal(isOpen(steered), true);
});
