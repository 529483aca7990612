import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertScreen } from '../../support/golden-screen.ts';
import { fillWithPeople } from '../../support/scripted-chats.ts';
import { KEY, message, NOON, startScripted } from '../../support/scripted-interface.ts';

const PLANS: readonly { readonly name: string; readonly keys: readonly string[] }[] = [
  { name: 'completing-commands', keys: ['/s'] },
  { name: 'completing-names', keys: ['ask @'] },
  { name: 'menu-typed', keys: [KEY.f10, 'pass'] },
  { name: 'menu-asks', keys: [KEY.f10, 'vanish', KEY.enter] },
  { name: 'find-in-chat', keys: [KEY.ctrlSpace, '/', 'the before:yesterday'] },
  { name: 'find-refused', keys: [KEY.ctrlSpace, '/', 'the before:31.5.', KEY.enter] },
  { name: 'search-in-chat', keys: [KEY.f3, 'the', KEY.f3] },
  { name: 'links', keys: [KEY.ctrlSpace, 'o', KEY.down] },
];

const LINKS =
  'Notes: https://example.org/notes?day=monday (and the map, https://example.org/map/48.2,16.4/a/rather/long/way/to/say/where)';

for (const { name, keys } of PLANS) {
  test(`${name} looks as it should`, async (context) => {
    const scripted = await startScripted({
      setUp(client) {
        fillWithPeople(client);
        client.messages.push(
          message({ chat: 'bob', direction: 'in', text: LINKS, sent_at: new Date(NOON - 60_000).toISOString() }),
        );
      },
    });
    context.after(() => scripted.close());
    await scripted.press('bob', KEY.enter, ...keys);
    assertScreen(`${name}-80x24-dark`, scripted.screen);
  });
}

test('completing-emoji looks as it should, once their names are there', async (context) => {
  const scripted = await startScripted({ setUp: fillWithPeople });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter, 'well done :sm');
  while (!scripted.screen.text().includes(':smile:')) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    await scripted.idle();
  }
  await scripted.press(KEY.tab, KEY.tab);
  assertScreen('completing-emoji-80x24-dark', scripted.screen);
});

test('a link in a message is one for the terminal too, broken over rows or not, and nothing else is', async (context) => {
  const scripted = await startScripted({
    setUp(client) {
      fillWithPeople(client);
      const text = `${LINKS} \x1b]8;;https://evil.example/\x1b\\https://good.example/\x1b]8;;\x1b\\`;
      client.messages.push(message({ chat: 'bob', direction: 'in', text }));
    },
  });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter);
  const targets = new Set([...scripted.screen.raw().matchAll(/\x1b\]8;;([^\x1b]*)\x1b\\/g)].map(([, url]) => url));
  assert.deepEqual(
    [...targets].sort(),
    [
      '',
      'https://evil.example/',
      'https://example.org/map/48.2,16.4/a/rather/long/way/to/say/where',
      'https://example.org/notes?day=monday',
      'https://good.example/',
    ].sort(),
  );
});

test('Alt-E hands what is typed to the editor and takes back what it left, also when it left nothing new', async (context) => {
  const given: string[] = [];
  const answers: (string | null)[] = ['two\nlines', null];
  const scripted = await startScripted({
    setUp: fillWithPeople,
    editor: {
      edit: async (text) => {
        given.push(text);
        return answers.shift() ?? null;
      },
    },
  });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter, 'one', '\x1be');
  assert.match(scripted.screen.text(), /› two\n.*lines/);
  await scripted.press('\x18');
  assert.deepEqual(given, ['one', 'two\nlines']);
  assert.match(scripted.screen.text(), /› two\n.*lines/);
  assert.match(scripted.screen.text(), /as it was/);
});

test('an opener that fails is told of in the interface', async (context) => {
  const scripted = await startScripted({
    setUp(client) {
      fillWithPeople(client);
      client.messages.push(message({ chat: 'bob', direction: 'in', text: 'https://example.org/' }));
    },
    opener: { open: (target) => Promise.reject(new Error(`cannot open ${target}`)) },
  });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter, KEY.ctrlSpace, 'o', KEY.enter);
  assert.match(scripted.screen.text(), /something went wrong|cannot open/);
});
