import type { Clock } from '../settings/settings.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const DAY_MS = 86_400_000;

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** The local day as a number that grows by one from day to day, whatever daylight saving does. */
export function dayNumber(ms: number): number {
  const date = new Date(ms);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS);
}

/** Columns of a time of day. */
export const CLOCK_COLS: Readonly<Record<Clock, number>> = { '24h': 5, '12h': 7 };

/** `14:05`, or ` 2:05pm`: local time, as wide as CLOCK_COLS says. */
export function clockTime(ms: number, clock: Clock): string {
  const date = new Date(ms);
  const hours = date.getHours();
  if (clock === '24h') return `${two(hours)}:${two(date.getMinutes())}`;
  return `${hours % 12 || 12}:${two(date.getMinutes())}${hours < 12 ? 'am' : 'pm'}`.padStart(CLOCK_COLS[clock]);
}

/** Today, Yesterday, a weekday within the last week, else the date; the year where it is another. */
export function dayWords(ms: number, now: number): string {
  const ago = dayNumber(now) - dayNumber(ms);
  if (ago === 0) return 'Today';
  if (ago === 1) return 'Yesterday';
  const date = new Date(ms);
  const day = `${date.getDate()} ${MONTHS[date.getMonth()]}`;
  if (ago > 1 && ago < 7) return `${WEEKDAYS[date.getDay()]}, ${day}`;
  return date.getFullYear() === new Date(now).getFullYear() ? day : `${day} ${date.getFullYear()}`;
}

const LEFT = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** How long something is still there: `in 5 min`, rounded up. */
export function leftWords(ms: number): string {
  const [size, unit] = LEFT.find(([each]) => ms > each) ?? [60_000, 'min'];
  return ms <= 0 ? 'now' : `in ${Math.ceil(ms / size)} ${unit}`;
}

/** For a narrow column: the time today, the weekday within a week, else day and month, or month and year. */
export function shortWhen(ms: number, now: number, clock: Clock): string {
  const ago = dayNumber(now) - dayNumber(ms);
  if (ago === 0) return clockTime(ms, clock).trim();
  const date = new Date(ms);
  if (ago > 0 && ago < 7) return (WEEKDAYS[date.getDay()] ?? '').slice(0, 3);
  const month = (MONTHS[date.getMonth()] ?? '').slice(0, 3);
  if (date.getFullYear() === new Date(now).getFullYear()) return `${date.getDate()} ${month}`;
  return `${month} ${date.getFullYear()}`;
}
