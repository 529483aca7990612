import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEY, startScripted } from '../../support/scripted-interface.ts';

for (const typed of ['ben', '@ben', '/add ben', '/add @Ben', ' Ben ', '--add:ben']) {
  test(`“${typed}” in the dialog that adds a contact asks ben`, async () => {
    const scripted = await startScripted();
    await scripted.press(KEY.ctrlN, typed, KEY.enter);
    assert.deepEqual(scripted.client.calls.filter(([method]) => method === 'contact').at(-1), [
      'contact',
      'add',
      'ben',
    ]);
    await scripted.close();
  });
}

test('a link behind /add stays as it is, with the capitals of its key', async () => {
  const scripted = await startScripted();
  const link = 'smchat:ben?relay=wss://relay.example.org&key=AbC';
  await scripted.press(KEY.ctrlN, `/add ${link}`, KEY.enter);
  assert.deepEqual(scripted.client.calls.filter(([method]) => method === 'addAddress').at(-1), ['addAddress', link]);
  await scripted.close();
});

test('what is no name is refused and stays as it was typed', async () => {
  const scripted = await startScripted();
  await scripted.press(KEY.ctrlN, '/add b!', KEY.enter);
  assert.match(scripted.screen.text(), /\/add b![\s\S]*names are 2 to 32/);
  assert.ok(scripted.client.calls.every(([method]) => method !== 'contact'));
  await scripted.close();
});
