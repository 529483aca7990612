import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as product from '../../src/crypto/pairwise-session.ts';
import { noTotals, runSchedule, type Totals } from './pq-schedule.ts';
import { begin } from './pq-world.ts';

const slow = process.env.SLOW === '1';
const worlds = slow ? 100 : 16;
const interleavings = slow ? 100_000 : 100;
const beginning = begin(product);

/** A run that met nothing of what it is there for would prove nothing. */
function met(totals: Totals): void {
  const { steps, sent, lost, opened, refused, late, crashes, epochs, stolen, forwardSecrecy, freshEpochs } = totals;
  const counts = { steps, sent, lost, opened, refused, late, crashes, epochs, stolen, forwardSecrecy, freshEpochs };
  for (const [what, count] of Object.entries(counts)) assert.ok(count > 0, `no ${what}`);
  for (const [type, count] of totals.payloads.entries()) assert.ok(count > 0, `no payload of type ${type}`);
  assert.ok(totals.readable > 0, 'Eve has never read anything');
}

test(`${worlds} random worlds of 1,000 steps: the peer has the epoch, each message opens once, nothing is lost or found out`, (t) => {
  const totals = noTotals();
  for (let seed = 0; seed < worlds; seed++) {
    runSchedule(product, beginning, seed, { steps: 1000, connects: 0.015, leaps: 0.01, thefts: 0.003 }, totals);
  }
  const { heal, ...counts } = totals;
  t.diagnostic(JSON.stringify({ ...counts, healed: heal.both.length }));
  met(totals);
});

test(`${interleavings} short interleavings from one beginning, with a new epoch nearly always due`, (t) => {
  const totals = noTotals();
  for (let seed = 0; seed < interleavings; seed++) {
    const weather = { steps: 48, connects: 0.08, leaps: 0.05, thefts: 0.03 };
    runSchedule(product, beginning, 1_000_000 + seed, weather, totals);
  }
  const { heal, ...counts } = totals;
  t.diagnostic(JSON.stringify({ ...counts, healed: heal.both.length }));
  met(totals);
});
