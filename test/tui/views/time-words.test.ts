import '../../support/scripted-interface.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockTime, dayNumber, dayWords, shortWhen } from '../../../src/tui/views/time-words.ts';

const NOW = Date.UTC(2026, 10, 23, 14, 30);
const DAY = 86_400_000;

test('names days as people do', () => {
  assert.equal(dayWords(NOW, NOW), 'Today');
  assert.equal(dayWords(NOW - 15 * 3_600_000, NOW), 'Yesterday');
  assert.equal(dayWords(NOW - 3 * DAY, NOW), 'Friday, 20 November');
  assert.equal(dayWords(NOW - 30 * DAY, NOW), '24 October');
  assert.equal(dayWords(NOW - 400 * DAY, NOW), '19 October 2025');
  assert.equal(dayWords(NOW + 2 * DAY, NOW), '25 November');
});

test('is short in a narrow column', () => {
  assert.equal(shortWhen(NOW - 60_000, NOW, '24h'), '14:29');
  assert.equal(shortWhen(NOW - DAY, NOW, '24h'), 'Sun');
  assert.equal(shortWhen(NOW - 40 * DAY, NOW, '24h'), '14 Oct');
  assert.equal(shortWhen(NOW - 400 * DAY, NOW, '24h'), 'Oct 2025');
});

test('counts days by the local calendar', () => {
  assert.equal(dayNumber(Date.UTC(2026, 10, 24)) - dayNumber(Date.UTC(2026, 10, 23, 23, 59)), 1);
  assert.equal(clockTime(Date.UTC(2026, 10, 23, 4, 5), '24h'), '04:05');
});

test('writes times of day with am and pm where that is wanted, all of one width', () => {
  const at = (hours: number): string => clockTime(Date.UTC(2026, 10, 23, hours, 5), '12h');
  assert.deepEqual([0, 4, 11, 12, 14, 23].map(at), ['12:05am', ' 4:05am', '11:05am', '12:05pm', ' 2:05pm', '11:05pm']);
  assert.equal(shortWhen(NOW - 60_000, NOW, '12h'), '2:29pm');
});
