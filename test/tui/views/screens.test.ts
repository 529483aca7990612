import { test } from 'node:test';
import { assertScreen } from '../../support/golden-screen.ts';
import { fillWithPeople } from '../../support/scripted-chats.ts';
import { KEY, message, NOON, type ScriptedOptions, startScripted } from '../../support/scripted-interface.ts';

interface Plan extends Pick<ScriptedOptions, 'locked' | 'setUp'> {
  readonly name: string;
  readonly keys: readonly string[];
}

const SIZES = [
  [80, 24],
  [120, 40],
  [50, 20],
] as const;

const PLANS: readonly Plan[] = [
  {
    name: 'login',
    locked: true,
    setUp: (_client, accounts) => accounts.listings.push({ account: 'work', relay: 'wss://relay.example.org' }),
    keys: ['secret'],
  },
  {
    name: 'register',
    locked: true,
    setUp: (_client, accounts) => {
      accounts.listings = [];
    },
    keys: ['alice', KEY.enter, 'one', KEY.enter, 'other', KEY.enter, KEY.enter],
  },
  { name: 'main', keys: ['bob', KEY.enter] },
  { name: 'request', keys: ['stranger', KEY.enter] },
  { name: 'help', keys: ['bob', KEY.enter, KEY.f1] },
  { name: 'safety-number', keys: ['carol', KEY.enter, KEY.f4] },
  { name: 'changed-key', keys: ['mallory', KEY.enter, KEY.f4] },
  { name: 'search', keys: ['bob', KEY.enter, KEY.f3, 'the'] },
  { name: 'answering', keys: ['bob', KEY.enter, KEY.ctrlSpace, 'k', 'r', 'of course'] },
  { name: 'editing', keys: ['bob', KEY.enter, KEY.up] },
  { name: 'react', keys: ['bob', KEY.enter, KEY.ctrlSpace, '+', 'ow'] },
  { name: 'message-info', keys: ['bob', KEY.enter, KEY.ctrlSpace, 'i'] },
  { name: 'switcher', keys: ['bob', KEY.enter, KEY.ctrlP, 'a'] },
];

for (const { name, keys, ...plan } of PLANS) {
  for (const [cols, rows] of SIZES) {
    for (const theme of ['dark', 'light'] as const) {
      test(`${name} looks as it should at ${cols} by ${rows}, ${theme}`, async (context) => {
        const scripted = await startScripted({
          ...plan,
          cols,
          rows,
          theme,
          setUp(client, accounts) {
            fillWithPeople(client);
            plan.setUp?.(client, accounts);
          },
        });
        context.after(() => scripted.close());
        await scripted.press(...keys);
        assertScreen(`${name}-${cols}x${rows}-${theme}`, scripted.screen);
      });
    }
  }
}

for (const depth of ['16', 'none'] as const) {
  test(`main can be read with ${depth === '16' ? '16 colours' : 'no colours'}`, async (context) => {
    const scripted = await startScripted({ depth, setUp: fillWithPeople });
    context.after(() => scripted.close());
    await scripted.press('bob', KEY.enter);
    assertScreen(`main-80x24-${depth}`, scripted.screen);
  });
}

test('the facts of a message that came unproven say so, and the chat beside them bears the mark', async (context) => {
  const scripted = await startScripted({
    cols: 120,
    rows: 40,
    setUp(client) {
      fillWithPeople(client);
      client.messages.push(
        message({
          chat: 'bob',
          direction: 'in',
          id: 'unproven1',
          text: 'it is me',
          sent_at: new Date(NOON - 60_000).toISOString(),
          unproven: true,
        }),
      );
    },
  });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter);
  assertScreen('unproven-120x40-dark', scripted.screen);
  await scripted.press(KEY.ctrlSpace, 'i');
  assertScreen('unproven-info-120x40-dark', scripted.screen);
});

test('a relay without TLS on another machine is told of where it is typed and where its account is unlocked', async (context) => {
  const scripted = await startScripted({
    locked: true,
    setUp: (_client, accounts) => {
      accounts.listings = [];
    },
  });
  context.after(() => scripted.close());
  await scripted.press('alice', KEY.tab, 'one', KEY.tab, 'one', KEY.tab, '\x15', 'ws://relay.example.org');
  assertScreen('plain-relay-80x24-dark', scripted.screen);

  const unlocking = await startScripted({
    locked: true,
    cols: 50,
    rows: 20,
    setUp: (_client, accounts) => {
      accounts.listings = [{ account: 'alice', relay: 'ws://relay.example.org' }];
    },
  });
  context.after(() => unlocking.close());
  assertScreen('plain-relay-50x20-dark', unlocking.screen);
});

for (const [cols, rows] of [
  [80, 24],
  [120, 40],
  [50, 20],
] as const) {
  test(`the link to one's own account stands as text, and as a code where there is room, at ${cols} by ${rows}`, async (context) => {
    const scripted = await startScripted({ cols, rows, setUp: fillWithPeople });
    context.after(() => scripted.close());
    await scripted.press('/link', KEY.enter);
    assertScreen(`link-${cols}x${rows}-dark`, scripted.screen);
  });
}

test('a link whose relay is on this machine says that nobody elsewhere can use it', async (context) => {
  const scripted = await startScripted({
    setUp(client) {
      fillWithPeople(client);
      client.ownLink = async () => ({
        ...(await client.whoami()),
        link: `smchat:alice?relay=ws://127.0.0.1:50007&key=${'A'.repeat(43)}`,
      });
    },
  });
  context.after(() => scripted.close());
  await scripted.press('/link', KEY.enter);
  assertScreen('link-here-alone-80x24-dark', scripted.screen);
});
