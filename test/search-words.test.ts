import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  isEmptySearch,
  parseSearch,
  type SearchRefusal,
  type SearchWords,
  searchRefusal,
} from '../src/search-words.ts';

process.env.TZ = 'Europe/Berlin';

/** Thursday, 12 November 2026, half past ten in the evening. */
const NOW = new Date(2026, 10, 12, 22, 30).getTime();
const NOTHING: SearchWords = { words: [], from: null, with: null, since: null, until: null, has: [] };

function parsed(text: string): SearchWords {
  const outcome = parseSearch(text, NOW);
  assert.ok(outcome.ok, text);
  return outcome.value;
}

const at = (year: number, month: number, day: number) => new Date(year, month - 1, day).getTime();

test('words and filters are told apart, in any order', () => {
  assert.deepEqual(parsed('  red from:bob has:link with:@Carol house has:image '), {
    ...NOTHING,
    words: ['red', 'house'],
    from: 'bob',
    with: 'carol',
    has: ['link', 'image'],
  });
  assert.equal(parsed('from:ME').from, 'me');
  assert.deepEqual(parsed('https://example.org a:b "from:bob" fromage: :'), {
    ...NOTHING,
    words: ['https://example.org', 'a:b', '"from:bob"', 'fromage:', ':'],
  });
  assert.ok(isEmptySearch(parsed(' \t\0 ')));
  assert.ok(!isEmptySearch(parsed('has:file')));
});

test('a day, month or year is neither before nor after itself, in local time over a change of the clocks', () => {
  assert.deepEqual(parsed('after:2026-03-29'), { ...NOTHING, since: at(2026, 3, 30) });
  assert.deepEqual(parsed('before:2026-03-30'), { ...NOTHING, until: at(2026, 3, 30) });
  assert.deepEqual(parsed('after:2026-02 before:2026-12'), {
    ...NOTHING,
    since: at(2026, 3, 1),
    until: at(2026, 12, 1),
  });
  assert.deepEqual(parsed('after:2025 before:2027'), { ...NOTHING, since: at(2026, 1, 1), until: at(2027, 1, 1) });
  assert.deepEqual(parsed('after:yesterday before:TODAY'), {
    ...NOTHING,
    since: at(2026, 11, 12),
    until: at(2026, 11, 12),
  });
  assert.deepEqual(parsed('before:2024-02-29'), { ...NOTHING, until: at(2024, 2, 29) });
});

test('what no calendar has, and whatever else cannot be meant, is refused with a reason and an example', () => {
  const refusals: readonly (readonly [string, SearchRefusal])[] = [
    ['before:', 'bad-date'],
    ['before:2026-02-29', 'bad-date'],
    ['before:2026-13', 'bad-date'],
    ['after:2026-00-01', 'bad-date'],
    ['after:2026-5-1', 'bad-date'],
    ['after:31.05.2026', 'bad-date'],
    ['after:tomorrow', 'bad-date'],
    ['before:2026-05-01T10', 'bad-date'],
    ['has:', 'bad-has'],
    ['has:video', 'bad-has'],
    ['from:', 'bad-name'],
    ['with:b', 'bad-name'],
    ['from:bob!', 'bad-name'],
    ['with:bob with:bob', 'given-twice'],
    ['after:2026 after:2025', 'given-twice'],
  ];
  for (const [text, reason] of refusals) {
    assert.deepEqual(parseSearch(`words ${text}`, NOW), { ok: false, reason }, text);
    const { sentence, hint } = searchRefusal(reason);
    assert.ok(sentence !== '' && hint !== '');
  }
});

test('every day of the calendar is read, and what is written by the calendar comes back', () => {
  const day = fc.date({ min: new Date(1970, 0, 2), max: new Date(2200, 0, 1), noInvalidDate: true });
  fc.assert(
    fc.property(day, (date) => {
      const written = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
        .map((part) => String(part).padStart(2, '0'))
        .join('-');
      const { since, until } = parsed(`after:${written} before:${written}`);
      assert.equal(until, at(date.getFullYear(), date.getMonth() + 1, date.getDate()));
      assert.equal(since, at(date.getFullYear(), date.getMonth() + 1, date.getDate() + 1));
    }),
  );
});

test('any text is taken or refused, and no word is lost', () => {
  const piece = fc.oneof(
    fc.constantFrom('from:', 'with:', 'before:', 'after:', 'has:', 'me', ' ', '\0', '2026-01', 'link', ':', '"'),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((parts) => parts.join('')),
      (text) => {
        const outcome = parseSearch(text, NOW);
        if (!outcome.ok) return;
        const rest = text
          .split(/[\s\0]+/u)
          .filter((word) => word !== '' && !/^(from|with|before|after|has):/s.test(word));
        assert.deepEqual(outcome.value.words, rest);
      },
    ),
  );
});
