import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillWithPeople } from '../../support/scripted-chats.ts';
import { contact, KEY, message, type ScriptedInterface, startScripted } from '../../support/scripted-interface.ts';

async function filled(context: { after(done: () => Promise<void>): void }): Promise<ScriptedInterface> {
  const scripted = await startScripted({ setUp: fillWithPeople });
  context.after(() => scripted.close());
  return scripted;
}

test('a request is answered in its box: accepted, the chat opens', async (context) => {
  const { screen, press, client } = await filled(context);
  await press('stranger', KEY.enter);
  assert.match(screen.text(), /stranger wants to write to you\.[\s\S]*\[ Accept \] {4}Block/);
  await press('a');
  assert.deepEqual(
    client.calls.filter(([method]) => method === 'contact'),
    [['contact', 'accept', 'stranger']],
  );
  assert.match(screen.text(), /stranger is a contact now/);
});

test('the buttons can be walked', async (context) => {
  const { screen, press, client } = await filled(context);
  await press('stranger', KEY.enter, KEY.tab);
  assert.match(screen.text(), /\[ Block \]/);
  await press(KEY.enter);
  assert.deepEqual(
    client.calls.filter(([method]) => method === 'contact'),
    [['contact', 'block', 'stranger']],
  );
});

test('search marks what it found and jumps to it', async (context) => {
  const { screen, press } = await filled(context);
  await press('bob', KEY.enter, KEY.f3, 'certificate');
  assert.match(screen.text(), /2 found, newest first/);
  const row = screen.grid().findIndex((line) => line.includes('take the certificate'));
  const col = (screen.grid()[row] ?? '').indexOf('certificate');
  assert.equal(screen.cell(row, col).bg, '#ebcb8b');
  await press(KEY.down, KEY.enter);
  assert.doesNotMatch(screen.text(), /newest first/);
  const shown = screen.grid().findIndex((line) => line.includes('the certificate ends'));
  assert.equal(screen.cell(shown, 30).bg, '#3b4a63');
});

test('search says when there is nothing, and when it failed', async (context) => {
  const { screen, press, client } = await filled(context);
  await press(KEY.f3, 'zzz');
  assert.match(screen.text(), /nothing found/);
  client.failNext('search', 'storage-damaged');
  await press('y');
  assert.match(screen.text(), /stored data is damaged/);
});

test('the help shows its last line at its end', async (context) => {
  const { screen, press } = await filled(context);
  await press(KEY.f1);
  assert.match(screen.text(), /\/options +keys and commands/);
  await press('\x1b[F');
  assert.match(screen.text(), /! +failed, with the reason below/);
});

test('a paste of many lines is shown as a chip with its size', async (context) => {
  const { screen, press } = await filled(context);
  const lines = Array.from({ length: 23 }, (_, at) => `line ${at}`).join('\r');
  await press('bob', KEY.enter, `\x1b[200~${lines}\x1b[201~`);
  assert.match(screen.text(), /Paste of 23 lines ─+ 0\.2 KiB[\s\S]*│ line 0[\s\S]*and 17 more/);
});

test('typing commands shows what fits, with what they want', async (context) => {
  const { screen, press } = await filled(context);
  await press('bob', KEY.enter, '/ver');
  assert.match(screen.text(), /\/verify \[NAME\] +compare safety numbers/);
  await press(KEY.tab, 'ma');
  assert.match(screen.text(), /│ {2}mallory\n +├/);
});

test('nobody new can be mistaken for the interface: names are cleaned in lists and boxes', async (context) => {
  const scripted = await startScripted({
    setUp(client) {
      client.people = [contact('\x1b[7m● online', { state: 'incoming' })];
      client.messages.push(message({ chat: 'x', direction: 'in', text: 'x' }));
    },
  });
  context.after(() => scripted.close());
  await scripted.press(KEY.enter);
  assert.match(scripted.screen.text(), /␛\[7m● online wants to write to you/);
  assert.doesNotMatch(scripted.screen.raw(), /\x1b\[7m/);
});
