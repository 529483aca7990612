import { SmchatError } from './smchat-error.ts';

const UNITS = [
  ['w', 'week', 7 * 24 * 3600],
  ['d', 'day', 24 * 3600],
  ['h', 'hour', 3600],
  ['m', 'minute', 60],
  ['s', 'second', 1],
] as const;

/** `30s`, `5m`, `2h`, `1d`, `4w` in seconds, `off` as 0; null for anything else. */
export function durationOf(text: string): number | null {
  if (text === 'off') return 0;
  const [, count = '', letter = ''] = /^([1-9][0-9]{0,8})([smhdw])$/.exec(text) ?? [];
  const unit = UNITS.find(([each]) => each === letter);
  return unit === undefined ? null : Number(count) * unit[2];
}

/** The same, where anything else is a usage error. */
export function parseDuration(text: string): number {
  const seconds = durationOf(text);
  if (seconds === null)
    throw new SmchatError('usage', 'that is not a time', { hint: 'for example 30s, 5m, 2h, 1d, 4w, or off' });
  return seconds;
}

/** In words, by the largest unit that it is a multiple of: `5 minutes`, `1 week`, `90 minutes`. */
export function durationText(seconds: number): string {
  const [, word, size] = UNITS.find(([, , each]) => seconds % each === 0) ?? ['s', 'second', 1];
  const count = seconds / size;
  return count === 1 ? `1 ${word}` : `${count} ${word}s`;
}
