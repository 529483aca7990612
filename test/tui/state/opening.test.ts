import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/session/client.ts';
import { openBench, type ReducerBench } from '../../support/interface-states.ts';
import { message } from '../../support/scripted-interface.ts';

function on(over: Partial<Message>): ReducerBench {
  const bench = openBench({ messages: [message({ id: 'm1', chat: 'bob', direction: 'in', text: '', ...over })] });
  bench.press('C-space');
  bench.take();
  bench.press('o');
  return bench;
}

const file = (name: string): Partial<Message> => ({
  kind: 'file',
  attachment: { name, mime: 'application/pdf', bytes: 1000, sha256: 'ab', state: 'here' },
});

test('a link is shown whole and opened only once that is confirmed', () => {
  const bench = on({ text: 'see https://example.org/a and https://example.org/b and https://example.org/a again' });
  const dialog = bench.state().dialogs.at(-1);
  assert.ok(dialog?.kind === 'links');
  assert.deepEqual(dialog.links, ['https://example.org/a', 'https://example.org/b']);
  assert.deepEqual(bench.take(), []);
  bench.press('down', 'enter');
  assert.deepEqual(bench.take(), [{ type: 'open-link', url: 'https://example.org/b' }]);
  const left = on({ text: 'https://example.org/' });
  left.press('escape');
  assert.deepEqual(left.take(), []);
  assert.deepEqual(left.state().dialogs, []);
});

test('a file is saved before it is opened, and neither without a yes', () => {
  const bench = on(file('plan.pdf'));
  bench.press('enter');
  assert.deepEqual(bench.take(), [], 'Enter is on the careful button');
  bench.press('o', 'y');
  assert.deepEqual(bench.take(), [{ type: 'open-file', id: 'm1' }]);
  bench.act({ type: 'saved-to-open', path: '/home/alice/Pictures/smchat/plan.pdf' });
  assert.deepEqual(bench.take(), [{ type: 'open-path', path: '/home/alice/Pictures/smchat/plan.pdf' }]);
});

test('what the system would run is never handed over', () => {
  for (const name of ['setup.exe', 'photo.jpg.desktop', 'x.SH', 'page.hta', 'a.command']) {
    const bench = on(file(name));
    assert.deepEqual(bench.state().dialogs, [], name);
    assert.match(bench.state().notice?.text ?? '', /would be run/);
  }
  const bench = on({ text: 'words' });
  bench.act({ type: 'saved-to-open', path: '/x/odd.sh' });
  assert.deepEqual(bench.take(), []);
});

test('a message without either says so', () => {
  assert.match(on({ text: 'words' }).state().notice?.text ?? '', /no link and no file/);
});
