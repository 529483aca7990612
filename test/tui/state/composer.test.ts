import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksForHelp, parseInput } from '../../../src/tui/input/slash-commands.ts';
import { completionsFor } from '../../../src/tui/state/completions.ts';
import { openBench, type ReducerBench, reducerBench } from '../../support/interface-states.ts';
import { contact } from '../../support/scripted-interface.ts';

function draft(bench: ReducerBench): string {
  return bench.chat().draft.clusters.join('');
}

function run(bench: ReducerBench, line: string): void {
  bench.type(line);
  bench.press('enter');
}

test('tells commands from texts', () => {
  const kinds = (line: string): string => {
    const parsed = parseInput(line);
    return parsed.kind === 'command'
      ? `${parsed.call.command.id}(${parsed.call.argument})`
      : `${parsed.kind}(${parsed.kind === 'text' ? parsed.text : parsed.word})`;
  };
  assert.equal(kinds('hello /there'), 'text(hello /there)');
  assert.equal(kinds('/add bob'), 'add(bob)');
  assert.equal(kinds('/search two words'), 'search(two words)');
  assert.equal(kinds('--chat:bob'), 'chat(bob)');
  assert.equal(kinds('--history:bob'), 'chat(bob)');
  assert.equal(kinds('--quit-chat'), 'close()');
  assert.equal(kinds('--exit'), 'quit()');
  assert.equal(kinds('--logout'), 'logout()');
  assert.equal(kinds('--options'), 'help()');
  assert.equal(kinds('--delete-history:bob'), 'delete-history(bob)');
  assert.equal(kinds('--delete-account'), 'delete-account()');
  assert.equal(kinds('--send-image'), 'send-image()');
  assert.equal(kinds('--send-image:~/a picture.png'), 'send-image(~/a picture.png)');
  assert.equal(kinds('/send-image C:\\Users\\a.png'), 'send-image(C:\\Users\\a.png)');
  assert.equal(kinds('--yours truly'), 'text(--yours truly)');
  assert.equal(kinds('-- '), 'text(-- )');
  assert.equal(kinds('/nonsense x'), 'unknown(nonsense)');
  assert.equal(kinds('//etc/hosts'), 'text(/etc/hosts)');
  assert.ok(asksForHelp('/options') && asksForHelp('--options') && !asksForHelp('options'));
});

test('an unknown command is said to be one, and stays to be mended', () => {
  const bench = openBench();
  run(bench, '/nonsense x');
  assert.match(bench.state().notice?.text ?? '', /no such command: \/nonsense/);
  assert.equal(draft(bench), '/nonsense x');
});

test('commands reach the client', () => {
  const bench = openBench({ contacts: [contact('bob'), contact('carol', { state: 'incoming' })] });
  const asked = (): unknown => bench.take().find(({ type }) => type === 'contact');
  run(bench, '/accept carol');
  assert.deepEqual(asked(), { type: 'contact', action: 'accept', name: 'carol' });
  run(bench, '/add dan');
  assert.deepEqual(asked(), { type: 'contact', action: 'add', name: 'dan' });
  bench.press('escape');
  run(bench, '/unblock');
  assert.deepEqual(asked(), { type: 'contact', action: 'unblock', name: 'bob' });
  run(bench, '/remove');
  assert.equal(asked(), undefined, 'asked first');
  bench.press('y');
  assert.deepEqual(asked(), { type: 'contact', action: 'remove', name: 'bob' });
  run(bench, '/block @bob');
  bench.press('n');
  assert.equal(asked(), undefined);
  run(bench, '/verify');
  assert.deepEqual(bench.take(), [{ type: 'verify', name: 'bob' }]);
});

test('a contact that does not exist is said so', () => {
  const bench = openBench();
  run(bench, '/block zed');
  assert.match(bench.state().notice?.text ?? '', /nobody called zed/);
});

test('an older word for a chat with a stranger offers to ask them', () => {
  const bench = openBench();
  run(bench, '--chat:zed');
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'add');
  assert.equal(dialog.input.clusters.join(''), 'zed');
});

test('works over the list too: no name begins with a slash or a dash', () => {
  const bench = reducerBench();
  bench.act({ type: 'opened', account: 'alice', relay: 'r', connection: { state: 'online', reason: null } });
  bench.act({ type: 'contacts', contacts: [contact('bob')] });
  assert.equal(bench.main().focus, 'contacts');
  run(bench, '--chat:bob');
  assert.equal(bench.main().openName, 'bob');
});

test('a text without a chat is kept, and what is missing is said', () => {
  const bench = reducerBench();
  bench.act({ type: 'opened', account: 'alice', relay: 'r', connection: { state: 'online', reason: null } });
  bench.act({ type: 'contacts', contacts: [] });
  run(bench, 'hello?');
  assert.match(bench.state().notice?.text ?? '', /open a chat first/);
  assert.equal(bench.main().commandLine.clusters.join(''), 'hello?');
  bench.act({ type: 'contacts', contacts: [contact('bob')] });
  bench.press('f7');
  assert.equal(draft(bench), 'hello?', 'it waits in the chat that is opened next');
});

test('walks what was sent before, and comes back to the empty draft', () => {
  const bench = openBench();
  run(bench, 'one');
  run(bench, 'two');
  bench.press('up');
  assert.equal(draft(bench), 'two');
  bench.press('up', 'up');
  assert.equal(draft(bench), 'one');
  bench.press('down', 'down');
  assert.equal(draft(bench), '');
  bench.press('up');
  bench.type('!');
  assert.equal(draft(bench), 'two!');
  bench.press('up');
  assert.equal(draft(bench), 'two!', 'what was changed is a draft of its own');
});

test('up and down move within a text of several lines', () => {
  const bench = openBench();
  bench.type('ab');
  bench.press('C-j');
  bench.type('cd');
  bench.press('up');
  bench.type('x');
  assert.equal(draft(bench), 'abx\ncd');
});

test('completes commands and names', () => {
  const bench = openBench({ contacts: [contact('bob'), contact('bobby'), contact('carol')] });
  bench.type('/ver');
  bench.press('tab');
  assert.equal(draft(bench), '/verify ');
  bench.type('b');
  assert.deepEqual(
    completionsFor(bench.main(), null).map(({ text }) => text),
    ['bob', 'bobby'],
  );
  bench.press('tab');
  assert.equal(draft(bench), '/verify bob');
});

test('a paste of many lines waits to be sent, edited or dropped', () => {
  const text = 'a\nb\nc\nd\ne\nf\n';
  const paste = (): ReducerBench => {
    const bench = openBench();
    bench.type('see: ');
    bench.act({ type: 'paste', text });
    assert.equal(bench.state().dialogs.at(-1)?.kind, 'paste');
    assert.equal(draft(bench), 'see: ');
    return bench;
  };
  const sent = paste();
  sent.press('enter');
  const effect = sent.take().find(({ type }) => type === 'send');
  assert.ok(effect?.type === 'send');
  assert.equal(effect.text, 'see: a\nb\nc\nd\ne\nf');
  const edited = paste();
  edited.press('e');
  assert.equal(draft(edited), `see: ${text}`);
  const dropped = paste();
  dropped.press('escape');
  assert.equal(draft(dropped), 'see: ');
});

test('a short paste goes straight into the text', () => {
  const bench = openBench();
  bench.act({ type: 'paste', text: 'a\nb' });
  assert.equal(draft(bench), 'a\nb');
});

test('Ctrl-C clears what is typed, and asks before quitting where something is unsent', () => {
  const bench = openBench();
  bench.type('draft');
  bench.press('C-c');
  assert.equal(draft(bench), '');
  bench.press('C-c');
  assert.equal(bench.state().exitCode, 0, 'twice in a row quits');
  const other = openBench({ contacts: [contact('bob'), contact('carol')] });
  other.type('draft');
  other.press('f7', 'C-c', 'C-c');
  assert.equal(other.state().exitCode, null);
  const dialog = other.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'confirm' && dialog.question.kind === 'quit');
  assert.deepEqual(dialog.question.unsent, ['a draft to bob is not sent']);
  other.press('y');
  assert.equal(other.state().exitCode, 0);
});
