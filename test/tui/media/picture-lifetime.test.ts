import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contact, KEY, type ScriptedOptions, startScripted } from '../../support/scripted-interface.ts';
import { pictureMessage, scriptedRenderer } from '../../support/scripted-pictures.ts';

const withPicture: ScriptedOptions['setUp'] = (client) => {
  client.people = [contact('bob')];
  client.messages.push(pictureMessage({ id: 'pic' }));
  client.thumbnails.set('pic', new Uint8Array(10));
};

test('locking ends the decoder and forgets what it drew; unlocking begins anew', async (context) => {
  const renderer = scriptedRenderer();
  const scripted = await startScripted({ setUp: withPicture, renderer });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter);
  assert.match(scripted.screen.text(), /▄▄▄/);
  assert.equal(renderer.asked.length, 1);
  await scripted.press(KEY.f9);
  assert.ok(renderer.isClosed);
  assert.doesNotMatch(scripted.screen.text(), /▄|harbour/);
  await scripted.press('secret', KEY.enter, 'bob', KEY.enter);
  assert.equal(renderer.asked.length, 2);
  assert.match(scripted.screen.text(), /▄▄▄/);
});

test('quitting ends the decoder', async () => {
  const renderer = scriptedRenderer('when told');
  const scripted = await startScripted({ setUp: withPicture, renderer });
  await scripted.press('bob', KEY.enter, KEY.ctrlC, KEY.ctrlC);
  assert.equal(await scripted.loop.done, 0);
  await scripted.close();
  assert.ok(renderer.isClosed);
});

test('keys are shown while a picture is being decoded', async (context) => {
  const scripted = await startScripted({ setUp: withPicture, renderer: scriptedRenderer('when told') });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter, 'typed meanwhile');
  assert.match(scripted.screen.text(), /loading…[\s\S]*› typed meanwhile/);
});

test('no decoder runs for a terminal without colours', async (context) => {
  const renderer = scriptedRenderer();
  const scripted = await startScripted({ setUp: withPicture, renderer, depth: 'none' });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter);
  assert.match(scripted.screen.text(), /picture: harbour\.jpg, 1920×1080, 2\.1 MB/);
  assert.equal(renderer.asked.length, 0);
});

test('a peer’s file name is shown, not obeyed, in the chat and over the whole screen', async (context) => {
  const scripted = await startScripted({
    renderer: scriptedRenderer(),
    setUp(client) {
      client.people = [contact('bob')];
      const name = 'x\x1b]0;owned\x07\x1b[2J\u202Egpj.exe';
      client.messages.push(pictureMessage({ id: 'pic', attachment: { name, mime: 'image/\x1b[7m' } }));
    },
  });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter, KEY.ctrlSpace, KEY.enter);
  assert.match(scripted.screen.grid()[0] ?? '', /^ x␛\]0;owned␇/);
  await scripted.press('s');
  assert.doesNotMatch(scripted.screen.raw(), /owned\x07|\x1b\]0;|\u202e/);
});
