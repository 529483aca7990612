import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fillWithPeople } from '../support/scripted-chats.ts';
import { KEY, type ScriptedInterface, type ScriptedOptions, startScripted } from '../support/scripted-interface.ts';

async function started(context: TestContext, options: ScriptedOptions = {}): Promise<ScriptedInterface> {
  const scripted = await startScripted({ setUp: fillWithPeople, ...options });
  context.after(() => scripted.close());
  return scripted;
}

/** Where a text stands on the screen; the last place, as in a chat the newest is the lowest. */
function placeOf({ screen }: ScriptedInterface, text: string): { readonly row: number; readonly col: number } {
  const grid = screen.grid();
  const row = grid.findLastIndex((line) => line.includes(text));
  assert.ok(row >= 0, `${text} is not on the screen`);
  return { row, col: (grid[row] ?? '').indexOf(text) };
}

async function click(scripted: ScriptedInterface, text: string): Promise<void> {
  const { row, col } = placeOf(scripted, text);
  const at = `${col + 1};${row + 1}`;
  await scripted.press(`\x1b[<0;${at}M\x1b[<0;${at}m`);
}

function shown({ screen }: ScriptedInterface): string {
  return screen.grid().join('\n');
}

test('a click on a contact opens the chat, one on the composer goes back to writing', async (context) => {
  const scripted = await started(context);
  await click(scripted, 'trent');
  assert.match(shown(scripted), /Write to trent/);
  await scripted.press(KEY.f2);
  assert.match(shown(scripted), /type to filter/);
  await click(scripted, 'Write to trent');
  await scripted.press('hello');
  assert.match(shown(scripted), /› hello/);
});

test('a click selects a message, on any of its rows, and writing goes on with a click below', async (context) => {
  const scripted = await started(context);
  await scripted.press('bob', KEY.enter);
  await click(scripted, 'the certificate ends');
  await scripted.press('y');
  assert.match(shown(scripted), /copied/);
  await click(scripted, 'Esc goes back');
  assert.match(shown(scripted), /Write to bob/);
});

test('the second click on a message does what Enter does: of a text it shows what can be done', async (context) => {
  const scripted = await started(context);
  await scripted.press('bob', KEY.enter);
  await click(scripted, 'Tomorrow is fine');
  await click(scripted, 'Tomorrow is fine');
  assert.match(shown(scripted), /This message/);
});

test('a click on a button presses it, and one beside the dialog does nothing', async (context) => {
  const scripted = await started(context);
  await scripted.press('bob', KEY.enter, '/block', KEY.enter);
  await click(scripted, 'trent');
  assert.match(shown(scripted), /Block bob\?/);
  await click(scripted, 'Nothing from them');
  assert.match(shown(scripted), /Block bob\?/);
  await click(scripted, 'Cancel');
  assert.doesNotMatch(shown(scripted), /Block bob\?/);
  assert.deepEqual(
    scripted.client.calls.filter(([method]) => method === 'contact'),
    [],
  );
  await scripted.press('/block', KEY.enter);
  const { row, col } = placeOf(scripted, 'Cancel');
  await scripted.press(`\x1b[<0;${col - 8};${row + 1}M`);
  assert.deepEqual(
    scripted.client.calls.filter(([method]) => method === 'contact'),
    [['contact', 'block', 'bob']],
  );
});

test('a click on a line of a list takes it', async (context) => {
  const scripted = await started(context);
  await scripted.press('bob', KEY.enter, KEY.ctrlP);
  const grid = scripted.screen.grid();
  const row = grid.findIndex((line) => /│ +carol/.test(line));
  await scripted.press(`\x1b[<0;${(grid[row] ?? '').lastIndexOf('carol') + 1};${row + 1}M`);
  assert.match(shown(scripted), /Write to carol/);
});

test('the wheel scrolls the chat, a list and the help', async (context) => {
  const scripted = await started(context);
  await scripted.press('bob', KEY.enter);
  await scripted.press('\x1b[<64;40;10M');
  assert.match(shown(scripted), /\[scrolled\]/);
  await scripted.press('\x1b[<65;40;10M', '\x1b[<65;40;10M');
  assert.doesNotMatch(shown(scripted), /\[scrolled\]/);
  await scripted.press(KEY.f1);
  assert.match(shown(scripted), /Commands, typed like a message/);
  await scripted.press('\x1b[<65;40;10M');
  assert.doesNotMatch(shown(scripted), /Commands, typed like a message/);
});

test('at the login a click chooses the account', async (context) => {
  const scripted = await started(context, {
    locked: true,
    setUp: (_client, accounts) => accounts.listings.push({ account: 'work', relay: 'wss://relay.example.org' }),
  });
  const backgroundOf = (text: string): string | null | undefined => {
    const { row, col } = placeOf(scripted, text);
    return scripted.screen.cells()[row]?.[col]?.bg;
  };
  assert.equal(backgroundOf('work'), null);
  await click(scripted, 'work');
  assert.equal(backgroundOf('work'), '#3b4a63');
});

test('other buttons, releases and places without meaning do nothing', async (context) => {
  const scripted = await started(context);
  await scripted.press('bob', KEY.enter);
  const before = shown(scripted);
  const { row, col } = placeOf(scripted, 'trent');
  const at = `${col + 1};${row + 1}`;
  await scripted.press(`\x1b[<2;${at}M`, `\x1b[<0;${at}m`, `\x1b[<32;${at}M`, '\x1b[<0;1;24M', '\x1b[<0;999;999M');
  assert.equal(shown(scripted), before);
});

test('the mouse is let go and taken again by a key and by a command', async (context) => {
  const heard: boolean[] = [];
  const scripted = await started(context, { setMouse: (enabled) => heard.push(enabled) });
  await scripted.press('bob', KEY.enter, '\x1bm');
  assert.deepEqual(heard, [false]);
  assert.match(shown(scripted), /the mouse is let go/);
  await scripted.press('/mouse', KEY.enter);
  assert.deepEqual(heard, [false, true]);
});
