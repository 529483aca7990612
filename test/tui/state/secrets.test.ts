import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { SecretDialog } from '../../../src/tui/state/dialog-state.ts';
import type { Effect } from '../../../src/tui/state/effect.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';

function dialogOf(bench: ReducerBench): SecretDialog {
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'secret');
  return dialog;
}

function asking(command: string): ReducerBench {
  const bench = openBench();
  bench.type(command);
  bench.press('enter');
  return bench;
}

function only<T extends Effect['type']>(bench: ReducerBench, type: T): Extract<Effect, { type: T }> {
  const effects = bench.take();
  const [effect] = effects.filter((each): each is Extract<Effect, { type: T }> => each.type === type);
  assert.ok(effects.length === 1 && effect !== undefined, `${type} is all that is asked`);
  return effect;
}

const text = ({ bytes }: { readonly bytes: Uint8Array }): string => new TextDecoder().decode(bytes);

test('deleting the account asks for the password, which leaves the state with the work', () => {
  const bench = asking('--delete-account');
  bench.press('enter');
  assert.deepEqual(bench.take(), []);
  assert.match(dialogOf(bench).error ?? '', /type the password first/);
  bench.type('my password');
  bench.press('enter');
  const effect = only(bench, 'delete-account');
  assert.equal(text(effect.password), 'my password');
  assert.equal(dialogOf(bench).isBusy, true);
  assert.doesNotMatch(inspect(bench.state(), { depth: 20 }), /my password/);
  bench.press('enter');
  assert.deepEqual(bench.take(), [], 'it is asked once');
});

test('after the deletion the login shows what accounts there are', () => {
  const bench = asking('/delete-account');
  bench.type('p');
  bench.press('enter');
  bench.take();
  bench.act({ type: 'account-deleted' });
  assert.equal(bench.state().screen.kind, 'login');
  assert.deepEqual(bench.state().dialogs, []);
  assert.match(bench.state().notice?.text ?? '', /deleted, here and at the relay/);
  assert.deepEqual(bench.take(), [{ type: 'close-client' }, { type: 'list-accounts' }]);
  bench.act({ type: 'events', events: [{ event: 'account_deleted' }] });
  assert.deepEqual(bench.take(), [], 'the event says nothing new');
  bench.act({ type: 'accounts', accounts: [] });
  const { screen } = bench.state();
  assert.ok(screen.kind === 'login' && screen.form === 'register');
  assert.equal(screen.texts.name.clusters.length, 0, 'the deleted name is not proposed');
});

test('an account deleted by another process ends here too', () => {
  const bench = openBench();
  bench.act({ type: 'events', events: [{ event: 'account_deleted' }] });
  assert.equal(bench.state().screen.kind, 'login');
});

test('a wrong password, or a relay that cannot be reached, is said in the dialog, for another try', () => {
  const bench = asking('/delete-account');
  bench.type('wrong');
  bench.press('enter');
  const effect = only(bench, 'delete-account');
  const failure = {
    code: 'wrong-password',
    sentence: 'wrong password',
    hint: 'nothing was changed; try again',
  } as const;
  bench.act({ type: 'failed', effect, failure });
  assert.match(dialogOf(bench).error ?? '', /wrong password: nothing was changed/);
  assert.equal(dialogOf(bench).isBusy, false);
  assert.equal(dialogOf(bench).inputs[0]?.clusters.length, 0);
  bench.type('right');
  assert.equal(dialogOf(bench).error, null);
  bench.press('enter');
  assert.equal(text(only(bench, 'delete-account').password), 'right');
});

test('a failure after the dialog was closed is a notice', () => {
  const bench = asking('/change-password');
  for (const word of ['a', 'b', 'b']) {
    bench.type(word);
    bench.press('enter');
  }
  const effect = only(bench, 'change-password');
  bench.press('escape');
  const failure = { code: 'storage-full', sentence: 'the disk is full', hint: '' } as const;
  bench.act({ type: 'failed', effect, failure });
  assert.equal(bench.state().notice?.text, 'the disk is full');
});

test('changing the password asks for the old one, and twice for the new', () => {
  const bench = asking('/change-password');
  bench.type('old');
  bench.press('enter');
  bench.type('new one');
  bench.press('enter');
  bench.type('new two');
  bench.press('enter');
  assert.deepEqual(bench.take(), []);
  assert.match(dialogOf(bench).error ?? '', /differ/);
  assert.equal(dialogOf(bench).field, 2);
  bench.press('C-u');
  bench.type('new one');
  bench.press('enter');
  const effect = only(bench, 'change-password');
  assert.deepEqual([text(effect.current), text(effect.next)], ['old', 'new one']);
  bench.act({ type: 'password-changed' });
  assert.deepEqual(bench.state().dialogs, []);
  assert.match(bench.state().notice?.text ?? '', /password is changed/);
});

test('the fields can be walked, and an empty new password is none', () => {
  const bench = asking('/change-password');
  bench.press('tab', 'tab', 'tab');
  assert.equal(dialogOf(bench).field, 0);
  bench.type('old');
  bench.press('S-tab', 'enter');
  assert.deepEqual(bench.take(), []);
  assert.equal(dialogOf(bench).field, 1);
  assert.match(dialogOf(bench).error ?? '', /choose a new password/);
});

test('/options asks for help at every prompt, the hidden ones too', () => {
  const prompts: readonly (() => ReducerBench)[] = [
    () => asking('/delete-account'),
    () => asking('/change-password'),
    () => asking('/search'),
    () => asking('/add'),
    () => asking('/verify'),
    () => asking('/send-image'),
    () => {
      const bench = openBench();
      bench.press('C-p');
      return bench;
    },
    () => {
      const bench = openBench();
      bench.press('f10');
      return bench;
    },
    openBench,
  ];
  for (const prompt of prompts) {
    for (const word of ['/options', '--options', '/help']) {
      const bench = prompt();
      if (bench.state().dialogs.at(-1)?.kind === 'safety') {
        const verification = { name: 'bob', safety_number: '1'.repeat(60), verified: false, changed: false };
        bench.act({ type: 'verification', verification });
      }
      const kind = bench.state().dialogs.at(-1)?.kind ?? 'composer';
      bench.type(word);
      bench.press('enter');
      assert.equal(bench.state().dialogs.at(-1)?.kind, 'help', `${word} in ${kind}`);
      bench.press('escape');
      const dialog = bench.state().dialogs.at(-1);
      assert.equal(dialog?.kind ?? 'composer', kind);
      const inputs =
        dialog === undefined ? [] : 'inputs' in dialog ? dialog.inputs : 'input' in dialog ? [dialog.input] : [];
      for (const input of inputs) assert.equal(input.clusters.length, 0, 'the word is gone from the field');
    }
  }
});
