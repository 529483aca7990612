import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLoop } from '../../../src/tui/interface-loop.ts';
import { createImageRenderer } from '../../../src/tui/media/image-renderer.ts';
import { DEFAULT_PREFERENCES } from '../../../src/tui/state/app-state.ts';
import { createScreen } from '../../../src/tui/term/screen.ts';
import { bytesOf, twoColours } from '../../media/sample-pictures.ts';
import { fileOf, transferOf, withPair } from '../../support/attachments.ts';
import { accountsIn, type Person } from '../../support/people.ts';
import { themesAt } from '../../support/preferences.ts';
import { startScreen } from '../../support/screen-harness.ts';
import { scriptedFiles } from '../../support/scripted-files.ts';
import { KEY } from '../../support/scripted-interface.ts';
import { watchedRenderer } from '../../support/scripted-pictures.ts';

const RED = /^#f[c-f]0[0-3]0[0-3]$/;
const BLUE = /^#0[0-3]0[0-3]f[c-f]$/;

/** The whole interface over a person's real account, with a real decoder. */
async function interfaceOf({ home, folder, client }: Person) {
  await client.close();
  const accounts = accountsIn(home, {}, folder);
  let opening: Promise<unknown> = Promise.resolve();
  const screen = startScreen({ cols: 100, rows: 30 });
  const renderer = watchedRenderer(createImageRenderer());
  const loop = startLoop({
    accounts: {
      ...accounts,
      unlock(name, password, relayUrl) {
        const unlocked = accounts.unlock(name, password, relayUrl);
        opening = unlocked;
        return unlocked;
      },
    },
    files: scriptedFiles(),
    createRenderer: () => renderer,
    config: { relayUrl: 'ws://127.0.0.1:1', relayUrlGiven: false, account: null },
    input: screen.input,
    output: screen.output,
    screen: createScreen({ output: screen.output, depth: 'truecolor' }),
    clipboard: { read: async () => ({ kind: 'nothing' }), forget: () => undefined, close: () => undefined },
    opener: { open: async () => undefined },
    editor: { edit: async () => null },
    owner: {
      suspend: () => undefined,
      lend: (borrow) => borrow(),
      handleReply: () => undefined,
      setMouse: () => undefined,
    },
    env: {},
    depth: 'truecolor',
    background: 'dark',
    themes: themesAt('truecolor'),
    preferences: DEFAULT_PREFERENCES,
    now: () => Date.now(),
    timer(delayMs, fire) {
      const timeout = setTimeout(fire, delayMs);
      return () => clearTimeout(timeout);
    },
  });
  return {
    screen,
    async press(...keys: readonly string[]) {
      for (const key of keys) {
        screen.send(key);
        await screen.idle();
        await opening;
        await screen.idle();
        await renderer.settled();
        await screen.idle();
      }
    },
    /** The two colours of a row's first and last picture cell. */
    ends(row: number): readonly (string | null)[] {
      const text = screen.grid()[row] ?? '';
      return [screen.cell(row, text.indexOf('▄')).fg, screen.cell(row, text.lastIndexOf('▄')).fg];
    },
    async close() {
      await loop.close();
      screen.close();
    },
  };
}

test('a WebP goes from one person to the other, is seen in the chat by its thumbnail and in full by its rendition', async () => {
  await withPair({}, async ({ alice, bob }) => {
    const path = await fileOf(alice, 'flag.webp', await bytesOf(twoColours(640, 480).webp({ lossless: true })));
    const sent = await alice.client.send({ name: 'bob', text: 'our flag', attachment: { kind: 'image', path } });
    await bob.sees(transferOf(sent.id, 'complete'), 'the picture');
    const shown = await interfaceOf(bob);
    try {
      await shown.screen.idle();
      await shown.press('password of bob', KEY.enter, 'alice', KEY.enter);
      assert.match(shown.screen.text(), /our flag\n.*▄▄▄[\s\S]*picture: flag\.webp, 640×480, /);
      const row = shown.screen.grid().findIndex((text) => text.includes('▄▄▄'));
      const [left, right] = shown.ends(row);
      assert.match(left ?? '', RED);
      assert.match(right ?? '', BLUE);
      await shown.press(KEY.ctrlSpace, KEY.enter);
      assert.match(shown.screen.grid()[0] ?? '', /^ flag\.webp .*640×480/);
      const [viewLeft, viewRight] = shown.ends(15);
      assert.match(viewLeft ?? '', RED);
      assert.match(viewRight ?? '', BLUE);
    } finally {
      await shown.close();
    }
  });
});

test('a picture of one’s own is seen as well, until it is deleted', async () => {
  await withPair({}, async ({ alice, bob }) => {
    const path = await fileOf(alice, 'flag.png', await bytesOf(twoColours(640, 480).png()));
    const sent = await alice.client.send({ name: 'bob', text: '', attachment: { kind: 'image', path } });
    await bob.sees(transferOf(sent.id, 'complete'), 'the picture');
    const shown = await interfaceOf(alice);
    try {
      await shown.screen.idle();
      await shown.press('password of alice', KEY.enter, 'bob', KEY.enter);
      assert.match(shown.screen.text(), /▄▄▄[\s\S]*picture: flag\.png, 640×480, /);
      await shown.press(KEY.ctrlSpace, 'd', 'y');
      assert.doesNotMatch(shown.screen.text(), /▄|flag/);
    } finally {
      await shown.close();
    }
  });
});
