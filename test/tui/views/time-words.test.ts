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
  assert.equal(shortWhen(NOW - 60_000, NOW), '14:29');
  assert.equal(shortWhen(NOW - DAY, NOW), 'Sun');
  assert.equal(shortWhen(NOW - 40 * DAY, NOW), '14 Oct');
  assert.equal(shortWhen(NOW - 400 * DAY, NOW), 'Oct 2025');
});

test('counts days by the local calendar', () => {
  assert.equal(dayNumber(Date.UTC(2026, 10, 24)) - dayNumber(Date.UTC(2026, 10, 23, 23, 59)), 1);
  assert.equal(clockTime(Date.UTC(2026, 10, 23, 4, 5)), '04:05');
});
