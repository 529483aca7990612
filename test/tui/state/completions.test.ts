import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { namedEmoji } from '../../../src/tui/named-emoji.ts';
import { completionsFor } from '../../../src/tui/state/completions.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { contact } from '../../support/scripted-interface.ts';

const EMOJI = await namedEmoji();

function writing(text = ''): ReducerBench {
  const bench = openBench({ contacts: [contact('bob'), contact('bobby'), contact('carol')] });
  bench.take();
  bench.act({ type: 'emoji', emoji: EMOJI });
  bench.type(text);
  return bench;
}

const draft = (bench: ReducerBench): string => bench.chat().draft.clusters.join('');
const offered = (bench: ReducerBench) => completionsFor(bench.main(), bench.state().emoji).map(({ text }) => text);

test('the table of emoji is read once a name is being typed', () => {
  const bench = openBench({ contacts: [contact('bob')] });
  bench.take();
  bench.type('see you at 10:30 ');
  assert.deepEqual(bench.take(), []);
  bench.type(':ta');
  assert.deepEqual(bench.take(), [{ type: 'load-emoji' }]);
});

test('Tab walks through emoji both ways and comes round; the last one stays', () => {
  const bench = writing('well done :tad');
  assert.deepEqual(offered(bench).slice(0, 1), ['🎉']);
  bench.press('tab');
  assert.equal(draft(bench), 'well done 🎉');
  const many = writing(':smil');
  const all = offered(many);
  assert.ok(all.length > 3);
  many.press('tab', 'tab');
  assert.equal(draft(many), all[1]);
  many.press('S-tab', 'S-tab');
  assert.equal(draft(many), all.at(-1));
  many.press('tab');
  assert.equal(draft(many), all[0]);
  many.type('!');
  assert.equal(many.main().cycling?.after === many.chat().draft, false);
  many.press('tab');
  assert.equal(draft(many), `${all[0]}!`);
});

test('a name between colons becomes its emoji, and undo gives the name back', () => {
  const bench = writing('yes :heart:');
  assert.equal(draft(bench), 'yes ❤️');
  bench.press('C-_');
  assert.equal(draft(bench), 'yes :heart:');
  assert.equal(draft(writing('at 10:30: or :nosuchname:')), 'at 10:30: or :nosuchname:');
  assert.equal(draft(writing('https://x.org:80:heart:')), 'https://x.org:80:heart:');
});

test('@ completes a contact’s name, in the middle of a text too', () => {
  const bench = writing('ask @ca about it');
  for (let at = 0; at < ' about it'.length; at += 1) bench.press('left');
  bench.press('tab');
  assert.equal(draft(bench), 'ask @carol about it');
  const two = writing('@b');
  two.press('tab');
  assert.equal(draft(two), '@bob', 'what both have in common');
  two.press('tab', 'tab');
  assert.equal(draft(two), '@bobby');
  assert.deepEqual(offered(writing('mail@bo')), []);
});

test('commands are completed by what they have in common, then one after the other', () => {
  const bench = writing('/send');
  bench.press('tab');
  assert.equal(draft(bench), '/send-');
  bench.press('tab');
  assert.equal(draft(bench), '/send-image ');
  bench.press('tab');
  assert.equal(draft(bench), '/send-file ');
});

test('whatever is typed, a completion changes only what stands before the cursor', () => {
  const piece = fc.constantFrom(':', '@', '/', 'b', 'smile', 'ver', ' ', '👍', '-', '\\', 'é');
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
      fc.constantFrom('', ' behind', 'b'),
      (before, behind) => {
        const bench = writing(behind);
        bench.press('C-a');
        for (const letter of before) bench.type(letter);
        bench.press('C-e');
        for (const _ of behind) bench.press('left');
        if (bench.main().focus !== 'composer' || bench.state().dialogs.length > 0) return;
        for (const { start } of completionsFor(bench.main(), EMOJI)) {
          assert.ok(start >= 0 && start <= bench.chat().draft.cursor);
        }
        bench.press('C-e');
        assert.ok(draft(bench).endsWith(behind));
      },
    ),
    { numRuns: 60 },
  );
});
