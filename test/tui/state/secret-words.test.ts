import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../../../src/tui/edit/text-buffer.ts';
import { secretIn } from '../../../src/tui/state/secret-words.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { contact } from '../../support/scripted-interface.ts';

const PEM = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----';

const sends = (bench: ReducerBench) => bench.take().filter((effect) => effect.type === 'send');

function pasteAndSend(bench: ReducerBench, text: string): void {
  bench.act({ type: 'paste', text });
  bench.press('enter');
}

test('private keys of every usual form are known, and what only speaks of them is not', () => {
  for (const kind of ['', 'RSA ', 'EC ', 'DSA ', 'OPENSSH ', 'ENCRYPTED ']) {
    assert.equal(secretIn(`here:\n-----BEGIN ${kind}PRIVATE KEY-----\n…`), 'a private key');
  }
  assert.equal(secretIn('-----BEGIN PGP PRIVATE KEY BLOCK-----'), 'a private key');
  assert.equal(secretIn('PuTTY-User-Key-File-3: ssh-ed25519'), 'a private key');
  assert.equal(secretIn(`AGE-SECRET-KEY-1${'QPZRY9X8'.repeat(7)}`), 'an age secret key');
  for (const text of [
    '-----BEGIN PUBLIC KEY-----',
    '-----BEGIN CERTIFICATE-----',
    'never send a PRIVATE KEY',
    'AGE-SECRET-KEY-1…',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5',
    '',
  ]) {
    assert.equal(secretIn(text), null, text);
  }
});

test('a text that looks like a private key is asked about first, and stays where it was unless the answer is yes', () => {
  const bench = openBench();
  pasteAndSend(bench, PEM);
  assert.deepEqual(sends(bench), []);
  const [dialog] = bench.state().dialogs;
  assert.ok(dialog?.kind === 'confirm' && dialog.question.kind === 'send-secret' && dialog.selected === 1);
  bench.press('enter');
  assert.deepEqual([sends(bench), bench.state().dialogs, textOf(bench.chat().draft)], [[], [], PEM]);
  bench.press('enter', 'escape');
  assert.deepEqual([sends(bench), textOf(bench.chat().draft)], [[], PEM]);
  bench.press('enter', 'y');
  const [sent] = sends(bench);
  assert.ok(sent?.type === 'send' && sent.text === PEM && sent.name === 'bob');
  assert.equal(textOf(bench.chat().draft), '');
});

test('it goes to nobody but the one it was asked about', () => {
  const bench = openBench({ contacts: [contact('bob'), contact('carol')] });
  pasteAndSend(bench, PEM);
  bench.act({ type: 'events', events: [{ event: 'contact', name: 'bob', state: 'removed' }] });
  bench.press('y');
  assert.deepEqual(
    sends(bench).filter((effect) => effect.type === 'send' && effect.name !== 'bob'),
    [],
  );
});
