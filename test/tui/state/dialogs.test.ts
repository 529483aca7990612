import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verification } from '../../../src/session/client.ts';
import { fuzzyFilter } from '../../../src/tui/state/fuzzy.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { contact, message } from '../../support/scripted-interface.ts';

const NUMBER = '11111 22222 33333 44444 55555 66666 77777 88888 99999 00000 12345 67890';
const OLD_NUMBER = '00000 22222 33333 44444 55555 66666 77777 88888 99999 00000 12345 11111';

function verification(over: Partial<Verification> = {}): Verification {
  return { name: 'bob', safety_number: NUMBER, verified: false, changed: false, ...over };
}

function comparing(over: Partial<Verification> = {}): ReducerBench {
  const bench = openBench();
  bench.press('f4');
  bench.act({ type: 'verification', verification: verification(over) });
  bench.take();
  return bench;
}

function errorOf(bench: ReducerBench): string | null {
  const dialog = bench.state().dialogs.at(-1);
  return dialog !== undefined && 'error' in dialog ? dialog.error : null;
}

test('a number is confirmed only by its own last digits', () => {
  const bench = comparing();
  bench.type('67891');
  bench.press('enter');
  assert.deepEqual(bench.take(), []);
  assert.match(errorOf(bench) ?? '', /not the last five digits/);
  bench.press('backspace');
  bench.type('0');
  bench.press('enter');
  assert.deepEqual(bench.take(), [{ type: 'confirm-number', name: 'bob', number: NUMBER }]);
});

test('Enter with nothing typed verifies nothing', () => {
  const bench = comparing();
  bench.press('enter');
  assert.deepEqual(bench.take(), []);
  assert.deepEqual(bench.state().dialogs, []);
});

test('a changed key is accepted by the new number’s digits alone', () => {
  const bench = comparing({ changed: true, previous_safety_number: OLD_NUMBER });
  bench.type('11111');
  bench.press('enter');
  assert.deepEqual(bench.take(), []);
  bench.press('C-u');
  bench.type('67890');
  bench.press('enter');
  assert.deepEqual(bench.take(), [{ type: 'trust', name: 'bob', number: NUMBER }]);
});

test('a refused confirmation is said in the dialog', () => {
  const bench = comparing();
  bench.type('67890');
  bench.press('enter');
  const [effect] = bench.take();
  assert.ok(effect !== undefined);
  bench.act({
    type: 'failed',
    effect,
    failure: { code: 'safety-number-differs', sentence: 'the safety numbers differ', hint: '' },
  });
  assert.equal(errorOf(bench), 'the safety numbers differ');
});

test('the answer for another contact is not shown', () => {
  const bench = openBench();
  bench.press('f4');
  bench.act({ type: 'verification', verification: verification({ name: 'carol' }) });
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'safety');
  assert.equal(dialog.verification, null);
});

test('adding says in place what is wrong', () => {
  const bench = openBench();
  bench.press('C-n', 'enter');
  assert.match(errorOf(bench) ?? '', /name first/);
  bench.type('Bad Name');
  bench.press('enter');
  assert.match(errorOf(bench) ?? '', /2 to 32/);
  bench.press('C-u');
  bench.type('alice');
  bench.press('enter');
  assert.match(errorOf(bench) ?? '', /that is you/);
  bench.press('C-u');
  bench.type('dan');
  bench.press('enter');
  const [effect] = bench.take();
  assert.deepEqual(effect, { type: 'contact', action: 'add', name: 'dan' });
  assert.ok(effect !== undefined);
  bench.act({
    type: 'failed',
    effect,
    failure: { code: 'no-such-contact', sentence: 'nobody of that name', hint: '' },
  });
  assert.equal(errorOf(bench), 'nobody of that name');
});

test('somebody asked is opened at once', () => {
  const bench = openBench();
  bench.press('C-n');
  bench.type('dan');
  bench.press('enter');
  const [effect] = bench.take();
  assert.ok(effect?.type === 'contact');
  bench.act({ type: 'contact-done', effect });
  assert.equal(bench.main().openName, 'dan');
  assert.deepEqual(bench.state().dialogs, []);
});

test('the switcher finds by letters in their order, the best first', () => {
  const names = ['robert', 'bob', 'carob'];
  assert.deepEqual(
    fuzzyFilter(names, 'ob', (name) => name),
    ['bob', 'robert', 'carob'],
  );
  assert.deepEqual(
    fuzzyFilter(names, '', (name) => name),
    names,
  );
  assert.deepEqual(
    fuzzyFilter(names, 'zz', (name) => name),
    [],
  );
  const bench = openBench({ contacts: [contact('bob'), contact('carol')] });
  bench.press('C-k');
  bench.type('cr');
  bench.press('enter');
  assert.equal(bench.main().openName, 'carol');
});

test('the switcher offers to ask somebody new', () => {
  const bench = openBench();
  bench.press('C-p');
  bench.type('zed');
  bench.press('enter');
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'add');
  assert.equal(dialog.input.clusters.join(''), 'zed');
});

test('Ctrl-K cuts where something follows the cursor', () => {
  const bench = openBench();
  bench.type('abc');
  bench.press('C-a', 'C-k');
  assert.equal(bench.chat().draft.clusters.join(''), '');
  assert.deepEqual(bench.state().dialogs, []);
});

test('search asks one question at a time and drops answers to older ones', () => {
  const bench = openBench();
  bench.press('f3');
  bench.type('a');
  assert.deepEqual(bench.take(), [], 'one letter finds everything');
  bench.type('b');
  assert.deepEqual(bench.take(), [{ type: 'search', words: 'ab' }]);
  bench.type('cd');
  assert.deepEqual(bench.take(), []);
  bench.act({ type: 'found', words: 'ab', messages: [] });
  assert.deepEqual(bench.take(), [{ type: 'search', words: 'abcd' }]);
  bench.act({
    type: 'found',
    words: 'nothing asked',
    messages: [message({ chat: 'bob', direction: 'in', text: 'x' })],
  });
  bench.act({ type: 'found', words: 'abcd', messages: [message({ chat: 'bob', direction: 'in', text: 'abcd' })] });
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'search');
  assert.deepEqual(
    dialog.results?.map(({ text }) => text),
    ['abcd'],
  );
});

test('the menu runs what it shows', () => {
  const bench = openBench();
  bench.press('f10');
  bench.type('lock');
  bench.press('enter');
  assert.equal(bench.state().screen.kind, 'login');
  assert.ok(bench.take().some(({ type }) => type === 'close-client'));
});

test('help scrolls within its lines', () => {
  const bench = openBench();
  const scroll = (): number => {
    const dialog = bench.state().dialogs.at(-1);
    return dialog?.kind === 'help' ? dialog.scroll : -1;
  };
  bench.press('f1', 'up');
  assert.equal(scroll(), 0);
  bench.press('end');
  const last = scroll();
  assert.ok(last > 10);
  bench.press('down');
  assert.equal(scroll(), last);
  bench.press('up');
  assert.equal(scroll(), last - 1);
  bench.press('escape');
  assert.equal(scroll(), -1);
});

test('only the topmost dialog has the keys', () => {
  const bench = openBench();
  bench.press('C-n');
  bench.type('da');
  bench.press('f1', 'j', 'escape');
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'add');
  assert.equal(dialog.input.clusters.join(''), 'da');
});

test('the own link is asked for, shown, and copied', () => {
  const bench = openBench();
  bench.type('/link');
  bench.press('enter');
  assert.deepEqual(bench.take(), [{ type: 'own-link' }]);
  bench.press('y');
  assert.deepEqual(bench.take(), [], 'there is nothing to copy yet');
  bench.act({ type: 'own-link', link: 'smchat:alice?relay=wss://relay.test&key=k' });
  bench.press('y');
  assert.deepEqual(bench.take(), [{ type: 'copy', text: 'smchat:alice?relay=wss://relay.test&key=k' }]);
  bench.press('escape');
  assert.deepEqual(bench.state().dialogs, []);
});

test('a link in place of a name is added by its own, capitals and all, and a refusal is said in the dialog', () => {
  const link = 'smchat:dave?relay=wss://relay.test&key=AbC';
  const bench = openBench();
  bench.type(`/add ${link}`);
  bench.press('enter');
  assert.deepEqual(bench.take(), [{ type: 'add-address', address: link }]);
  bench.act({
    type: 'failed',
    effect: { type: 'add-address', address: link },
    failure: { code: 'bad-prekey', sentence: 'another key', hint: '' },
  });
  assert.equal(errorOf(bench), 'another key');
  bench.press('enter');
  assert.deepEqual(bench.take(), [{ type: 'add-address', address: link }]);
  bench.act({ type: 'address-added', name: 'dave' });
  assert.deepEqual(bench.state().dialogs, []);
  assert.ok(bench.take().some((effect) => effect.type === 'load-history' && effect.name === 'dave'));
});
