import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodySize, paneAreas } from '../../../src/tui/demo/pane-areas.ts';
import { createTwoPanes } from '../../../src/tui/demo/two-panes.ts';
import { listenTo } from '../../../src/tui/input/input-events.ts';
import { startLoop } from '../../../src/tui/interface-loop.ts';
import { createImageRenderer } from '../../../src/tui/media/image-renderer.ts';
import { DEFAULT_PREFERENCES } from '../../../src/tui/state/app-state.ts';
import { label } from '../../../src/tui/term/sanitize.ts';
import { createScreen } from '../../../src/tui/term/screen.ts';
import { assertScreen } from '../../support/golden-screen.ts';
import { themesAt } from '../../support/preferences.ts';
import { startScreen } from '../../support/screen-harness.ts';
import { scriptedAccounts, scriptedClient } from '../../support/scripted-client.ts';
import { scriptedFiles } from '../../support/scripted-files.ts';
import { contact, message, NOON, numberMessagesAnew } from '../../support/scripted-interface.ts';

const RELAY = 'ws://127.0.0.1:50007';

/** Alice and Bob, each with an interface and a scripted account, on one terminal. */
async function startPair(cols: number, rows: number) {
  numberMessagesAnew();
  const harness = startScreen({ cols, rows });
  const themes = themesAt('truecolor');
  const screen = createScreen({ output: harness.output, depth: 'truecolor' });
  const timer = () => () => undefined;
  const panes = createTwoPanes({
    screen,
    names: [label('alice'), label('bob')],
    hints: [label('F12 or Ctrl-]: other side'), label('F12: other side')],
    theme: () => themes.dark,
  });
  const endInput = listenTo(harness.input, (event) => panes.input(event), timer);
  const clients = (['alice', 'bob'] as const).map((name, side) => {
    const other = side === 0 ? 'bob' : 'alice';
    const client = scriptedClient(name, RELAY);
    client.people = [contact(other)];
    client.messages.push(
      message({ chat: other, direction: side === 0 ? 'out' : 'in', from: 'alice', text: 'hello from alice' }),
      message({ chat: other, direction: side === 0 ? 'in' : 'out', from: 'bob', text: 'hello from bob' }),
    );
    return client;
  });
  const loops = clients.map((client, side) => {
    const pane = panes.panes[side === 0 ? 0 : 1];
    const loop = startLoop({
      accounts: scriptedAccounts(client, [{ account: client.account, relay: RELAY }]),
      files: scriptedFiles(undefined),
      createRenderer: () => createImageRenderer(),
      config: { relayUrl: RELAY, relayUrlGiven: false, account: null, chat: side === 0 ? 'bob' : 'alice' },
      input: pane.events,
      output: { write: () => true },
      screen: pane.screen,
      opener: { open: async () => undefined },
      editor: { edit: async () => null },
      clipboard: { read: async () => ({ kind: 'nothing' }), forget: () => undefined, close: () => undefined },
      owner: {
        suspend: () => undefined,
        lend: (borrow) => borrow(),
        handleReply: () => undefined,
        setMouse: () => undefined,
      },
      env: {},
      depth: 'truecolor',
      background: 'dark',
      themes,
      preferences: DEFAULT_PREFERENCES,
      now: () => NOON,
      timer,
    });
    pane.type('demo\r');
    return loop;
  });
  await harness.idle();
  const sent = (side: 0 | 1): readonly unknown[] =>
    clients[side]?.calls.filter(([method]) => method === 'send').map(([, request]) => request) ?? [];
  return {
    harness,
    panes,
    sent,
    async press(keys: string) {
      harness.send(keys);
      await harness.idle();
    },
    async close() {
      endInput();
      await Promise.all(loops.map((loop) => loop.close()));
      screen.close();
      harness.close();
    },
  };
}

for (const [cols, rows] of [
  [80, 24],
  [121, 30],
  [70, 30],
  [60, 20],
] as const) {
  test(`two interfaces on ${cols} by ${rows}`, async () => {
    const pair = await startPair(cols, rows);
    assertScreen(`demo-${cols}x${rows}`, pair.harness);
    await pair.close();
  });
}

test('keys go to one side, and F12 or Ctrl-] gives them to the other', async () => {
  const pair = await startPair(80, 24);
  await pair.press('one\r');
  await pair.press('\x1b[24~');
  assert.equal(pair.panes.active, 1);
  await pair.press('two\r');
  await pair.press('\x1d');
  assert.equal(pair.panes.active, 0);
  await pair.press('three\r');
  const texts = ([0, 1] as const).map((side) => pair.sent(side).map((each) => JSON.stringify(each)));
  assert.deepEqual([texts[0]?.length, texts[1]?.length], [2, 1]);
  assert.match(texts[0]?.join() ?? '', /"bob".*"one".*"bob".*"three"/);
  assert.match(texts[1]?.join() ?? '', /"alice".*"two"/);
  await pair.close();
});

test('a paste with the key in it changes no side', async () => {
  const pair = await startPair(80, 24);
  await pair.press('\x1b[200~a\x1db\x1b[201~');
  assert.equal(pair.panes.active, 0);
  await pair.close();
});

test('a click gives the keys to the side that was clicked', async () => {
  const pair = await startPair(80, 24);
  await pair.press('\x1b[<0;60;10M\x1b[<0;60;10m');
  assert.equal(pair.panes.active, 1);
  await pair.press('\x1b[<0;3;1M\x1b[<0;3;1m');
  assert.equal(pair.panes.active, 0);
  await pair.close();
});

test('a dialog on one side hides the cursor of neither more than its own', async () => {
  const pair = await startPair(80, 24);
  const before = pair.harness.cursor();
  assert.ok(before.visible && before.col < 40);
  await pair.press('\x1b[24~');
  assert.ok(pair.harness.cursor().col >= 40);
  await pair.press('\x1bOP');
  assert.ok(!pair.harness.cursor().visible, 'the other side’s cursor is not shown in its place');
  await pair.close();
});

test('a new size reaches both sides', async () => {
  const pair = await startPair(60, 20);
  assert.ok(!pair.harness.text().includes(' bob'.padEnd(30, ' ')));
  pair.harness.resize(100, 24);
  await pair.harness.idle();
  assert.match(pair.harness.text(), /alice · keys go here[^\n]*bob/);
  await pair.close();
});

test('no side is narrower or lower than an interface can be, where there is room for one at all', () => {
  for (let cols = 40; cols <= 200; cols += 1) {
    for (let rows = 9; rows <= 60; rows += 1) {
      for (const side of [0, 1] as const) {
        const body = bodySize({ rows, cols }, side);
        assert.ok(body.cols >= 40 && body.rows >= 8, `${cols}x${rows}: ${body.cols}x${body.rows}`);
      }
      const seen = paneAreas({ rows, cols }, 0).filter((area) => area !== null);
      const cells = seen.reduce(
        (sum, { heading, body }) => sum + heading.rows * heading.cols + body.rows * body.cols,
        0,
      );
      assert.ok(cells <= rows * cols && cells >= rows * (cols - 1));
    }
  }
});
