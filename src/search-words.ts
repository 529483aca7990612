import { accept, type Outcome, refuse } from './outcome.ts';
import { SmchatError } from './smchat-error.ts';

export type HasKind = 'image' | 'file' | 'link';

/** What a person typed to find messages: all of it must hold. */
export interface SearchWords {
  readonly words: readonly string[];
  /** Who wrote it: a name, or `me`. */
  readonly from: string | null;
  /** In whose chat. */
  readonly with: string | null;
  /** From this time on, before that time; ms since 1970. */
  readonly since: number | null;
  readonly until: number | null;
  readonly has: readonly HasKind[];
}

const REFUSALS = {
  'bad-date': [
    'before: and after: want a date that exists',
    'a day is 2026-05-31, a month 2026-05, a year 2026; today and yesterday are days too',
  ],
  'bad-has': ['has: knows image, file and link', 'for example has:image'],
  'bad-name': ['from: and with: want a name', 'for example from:bob, from:me, with:bob'],
  'given-twice': ['from:, with:, before: and after: can stand there once each', 'take one of them out'],
} as const;

export type SearchRefusal = keyof typeof REFUSALS;

const FILTER = /^(from|with|before|after|has):(.*)$/su;
const NAME = /^[a-z0-9_]{2,32}$/;

interface Period {
  readonly start: number;
  readonly end: number;
}

/** Local time, as the interface shows it. Null for a day or month that no calendar has. */
function periodOf(text: string, now: number): Period | null {
  const span = (year: number, month: number, day: number, [years, months, days]: readonly number[]): Period => ({
    start: midnight(year, month, day),
    end: midnight(year + (years ?? 0), month + (months ?? 0), day + (days ?? 0)),
  });
  const today = new Date(now);
  const dayFromToday = (by: number): Period =>
    span(today.getFullYear(), today.getMonth(), today.getDate() + by, [0, 0, 1]);
  if (text === 'today') return dayFromToday(0);
  if (text === 'yesterday') return dayFromToday(-1);
  const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text);
  if (found === null) return null;
  const [year, month, day] = [Number(found[1]), Number(found[2] ?? 1), Number(found[3] ?? 1)];
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return null;
  const size = found[3] !== undefined ? [0, 0, 1] : found[2] !== undefined ? [0, 1, 0] : [1, 0, 0];
  return span(year, month - 1, day, size);
}

function midnight(year: number, month: number, day: number): number {
  // The constructor takes years below 100 for the last century's.
  return new Date(2000, 0, 1).setFullYear(year, month, day);
}

function daysOf(year: number, month: number): number {
  const last = new Date(0);
  last.setUTCFullYear(year, month, 0);
  return last.getUTCDate();
}

function hasKind(text: string): HasKind | null {
  return text === 'image' || text === 'file' || text === 'link' ? text : null;
}

/**
 * What was typed, taken apart: words, and `from:NAME|me`, `with:NAME`, `before:DATE`, `after:DATE`,
 * `has:image|file|link` among them. Neither `before:` nor `after:` takes the day itself. A word that begins with a
 * quotation mark is never a filter.
 */
export function parseSearch(text: string, now: number): Outcome<SearchWords, SearchRefusal> {
  const words: string[] = [];
  const has = new Set<HasKind>();
  let [from, within]: (string | null)[] = [null, null];
  let [since, until]: (number | null)[] = [null, null];
  for (const word of text.split(/[\s\0]+/u)) {
    const [, filter, value = ''] = FILTER.exec(word) ?? [];
    const lower = value.toLowerCase();
    switch (filter) {
      case undefined:
        if (word !== '') words.push(word);
        break;
      case 'from':
      case 'with': {
        const name = lower.replace(/^@/, '');
        if (!NAME.test(name)) return refuse('bad-name');
        if ((filter === 'from' ? from : within) !== null) return refuse('given-twice');
        if (filter === 'from') from = name;
        else within = name;
        break;
      }
      case 'before':
      case 'after': {
        const period = periodOf(lower, now);
        if (period === null) return refuse('bad-date');
        if ((filter === 'before' ? until : since) !== null) return refuse('given-twice');
        if (filter === 'before') until = period.start;
        else since = period.end;
        break;
      }
      default: {
        const kind = hasKind(lower);
        if (kind === null) return refuse('bad-has');
        has.add(kind);
      }
    }
  }
  return accept({
    words,
    from: from ?? null,
    with: within ?? null,
    since: since ?? null,
    until: until ?? null,
    has: [...has],
  });
}

/** A refusal in two sentences: what is wrong, and what can stand there. */
export function searchRefusal(reason: SearchRefusal): { readonly sentence: string; readonly hint: string } {
  const [sentence, hint] = REFUSALS[reason];
  return { sentence, hint };
}

/** The same, where what cannot be understood is a usage error. */
export function requireSearch(text: string, now: number): SearchWords {
  const outcome = parseSearch(text, now);
  if (outcome.ok) return outcome.value;
  const { sentence, hint } = searchRefusal(outcome.reason);
  throw new SmchatError('usage', sentence, { hint });
}

/** Whether it asks for nothing at all. */
export function isEmptySearch({ words, from, with: within, since, until, has }: SearchWords): boolean {
  return words.length === 0 && has.length === 0 && [from, within, since, until].every((filter) => filter === null);
}
