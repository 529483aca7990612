import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

interface Row {
  readonly what: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
  readonly more: readonly string[];
}

/** The rows of a section's one table: what it is about, the tests that show it, and files that have more cases. */
function rowsOf(section: string): readonly Row[] {
  const [, text = ''] = read('docs/protocol.md').split(`\n## ${section}\n`);
  const [table = ''] = text.split('\n## ');
  const lines = table.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(1).map((line) => {
    const [what = '', shown = '', more = ''] = line.split('|').slice(1, -1);
    return {
      what: what.trim(),
      tests: [...shown.matchAll(/`([\w/-]+)` \*([^*]+)\*/g)].map(([, file = '', title = '']) => ({ file, title })),
      more: [...more.matchAll(/`([\w/-]+)`/g)].map(([, file = '']) => file),
    };
  });
}

/** What a test file holds at its outermost level: functions by name, and tests by title, … for what is computed in it. */
interface Parts {
  readonly functions: ReadonlyMap<string, string>;
  readonly tests: ReadonlyMap<string, string>;
}

const BEGINNING = /^(?=(?:export )?(?:async )?function |(?:export )?const |(?:test|scenario|before|after)\(|for \()/m;

function partsOf(source: string): Parts {
  const [functions, tests] = [new Map<string, string>(), new Map<string, string>()];
  for (const part of source.split(BEGINNING)) {
    const name = /^(?:export )?(?:async )?(?:function|const) (\w+)/.exec(part)?.[1];
    if (name !== undefined) functions.set(name, part);
    const title = /^(?:test|scenario)\(\s*(['"`])(.+?)\1,/.exec(part)?.[2];
    if (title !== undefined) tests.set(title.replace(/\$\{[^}]*\}/g, '…'), part);
  }
  return { functions, tests };
}

/** A test with all that it calls, in its own file or among the shared helpers: name by name, so that each can be asked for. */
function called(start: string, functions: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const reached = new Map<string, string>();
  const follow = (text: string) => {
    for (const [name, body] of functions) {
      if (reached.has(name) || !new RegExp(`\\b${name}\\(`).test(text)) continue;
      reached.set(name, body);
      follow(body);
    }
  };
  follow(start);
  return reached;
}

/** By convention: what compares the state before with the state after, and what lets the next genuine thing through. */
const COMPARES = /^(refusal|\w+Refusal|\w+Refused|leavesNothing)$/;
const GOES_ON = /^(goesOn\w*|\w+GoesOn)$/;

function testOf(file: string, title: string): { readonly body: string; readonly helpers: ReadonlyMap<string, string> } {
  const parts = partsOf(read(`test/${file}.test.ts`));
  const body = parts.tests.get(title);
  assert.ok(body !== undefined, `${file} has no test "${title}"`);
  const shared = partsOf(read('test/crypto/refusal.ts')).functions;
  return { body, helpers: called(body, new Map([...shared, ...parts.functions])) };
}

const refusals = rowsOf('12. What is refused');
const promises = rowsOf('13. What holds');

test('the tables of refusals and promises are there, and every row names a test', () => {
  assert.ok(refusals.length >= 24, `${refusals.length} refusals`);
  assert.ok(promises.length >= 6, `${promises.length} promises`);
  for (const { what, tests } of [...refusals, ...promises]) assert.notDeepEqual(tests, [], what);
});

for (const { what, tests, more } of refusals) {
  test(`refused, by tests that compare the state and see the next one through: ${what}`, () => {
    for (const { file, title } of tests) {
      const { helpers } = testOf(file, title);
      const comparing = [...helpers].filter(([name]) => COMPARES.test(name));
      assert.notDeepEqual(comparing, [], `${file}: "${title}" compares no state`);
      for (const [name, body] of comparing) {
        const all = [body, ...called(body, helpers).values()].join('\n');
        assert.match(all, /assert\.deepEqual\(/, `${file}: ${name} compares nothing`);
      }
      assert.ok(
        [...helpers.keys()].some((name) => GOES_ON.test(name)),
        `${file}: "${title}" lets nothing genuine through`,
      );
    }
    for (const file of more) assert.ok(partsOf(read(`test/${file}.test.ts`)).tests.size > 0, `${file} has no test`);
  });
}

for (const { what, tests } of promises) {
  test(`holds, by tests of that name: ${what}`, () => {
    for (const { file, title } of tests) testOf(file, title);
  });
}
