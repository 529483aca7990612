import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { contact } from '../../support/scripted-interface.ts';

const FILE = { path: '/tmp/smchat-x/pasted.png', name: 'pasted.png', bytes: 4, isPicture: true };
const EFFECT = { type: 'read-clipboard', chat: 'bob' } as const;

function pasting(): ReducerBench {
  const bench = openBench({ contacts: [contact('bob'), contact('carol')] });
  bench.type('look: ');
  bench.take();
  bench.press('C-v');
  assert.deepEqual(
    bench.take().filter(({ type }) => type === 'read-clipboard'),
    [EFFECT],
  );
  return bench;
}

test('a copied picture stands in the composer’s frame, with what is typed as its caption', () => {
  const bench = pasting();
  bench.act({ type: 'clipboard', effect: EFFECT, contents: { kind: 'picture', file: FILE } });
  assert.deepEqual(bench.chat().chosen, { kind: 'image', path: FILE.path, name: FILE.name, bytes: FILE.bytes });
  bench.press('enter');
  const sent = bench.take().find(({ type }) => type === 'send');
  assert.ok(sent?.type === 'send' && sent.file?.path === FILE.path);
});

test('a picture for a chat that was left meanwhile goes nowhere, and its file goes', () => {
  const bench = pasting();
  bench.press('f7');
  bench.take();
  bench.act({ type: 'clipboard', effect: EFFECT, contents: { kind: 'picture', file: FILE } });
  assert.deepEqual(bench.take(), [{ type: 'forget-picture', path: FILE.path }]);
  assert.equal(bench.chat('carol').chosen, null);
  assert.equal(bench.chat('bob').chosen, null);
});

test('a copied text is a paste like any other, and an empty clipboard is told', () => {
  const bench = pasting();
  bench.act({ type: 'clipboard', effect: EFFECT, contents: { kind: 'text', text: 'here\nand there' } });
  assert.equal(bench.chat().draft.clusters.join(''), 'look: here\nand there');
  bench.act({ type: 'clipboard', effect: EFFECT, contents: { kind: 'text', text: 'a\nb\nc\nd\ne\nf\ng' } });
  assert.equal(bench.state().dialogs.at(-1)?.kind, 'paste');
  const empty = pasting();
  empty.act({ type: 'clipboard', effect: EFFECT, contents: { kind: 'nothing' } });
  assert.match(empty.state().notice?.text ?? '', /no picture and no text/);
});
