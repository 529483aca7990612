import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attachment } from '../../src/session/client.ts';
import { fillWithPeople } from '../support/scripted-chats.ts';
import { contact, KEY, message, type ScriptedOptions, startScripted } from '../support/scripted-interface.ts';

const PDF: Attachment = { name: 'plan.pdf', mime: 'application/pdf', bytes: 81_000, sha256: 'ab', state: 'offered' };

async function chatting(context: { after(done: () => Promise<void>): void }, options: ScriptedOptions = {}) {
  const scripted = await startScripted({ setUp: fillWithPeople, ...options });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter);
  return scripted;
}

test('from the folders to the other side: open, descend, choose, caption, send', async (context) => {
  const { screen, press, client } = await chatting(context);
  await press(KEY.ctrlO);
  assert.match(screen.text(), /Send a picture or file to bob[\s\S]*\/home\/alice[\s\S]*Documents\/[\s\S]*2 hidden/);
  await press('pic', KEY.enter, 'cat', KEY.enter);
  assert.match(screen.text(), /picture: cat\.png · 418 KB/);
  await press('our cat', KEY.enter);
  assert.deepEqual(
    client.calls.filter(([method]) => method === 'send').map(([, request]) => request),
    [
      {
        name: 'bob',
        text: 'our cat',
        attachment: { kind: 'image', path: '/home/alice/Pictures/cat.png' },
        wait: 'queued',
      },
    ],
  );
  assert.doesNotMatch(screen.text(), /picture: cat\.png · 418 KB ─/);
});

test('a path dropped into the terminal is offered as what it is', async (context) => {
  const { screen, press, client } = await chatting(context);
  await press("\x1b[200~'/home/alice/holiday.jpg' \x1b[201~");
  assert.match(screen.text(), /holiday\.jpg · 2\.1 MB[\s\S]*\[ Picture \] {4}File {6}Text/);
  await press('f', KEY.enter);
  assert.deepEqual(
    client.calls.filter(([method]) => method === 'send').map(([, request]) => request),
    [{ name: 'bob', text: '', attachment: { kind: 'file', path: '/home/alice/holiday.jpg' }, wait: 'queued' }],
  );
});

test('the status line tells a transfer with name, share, speed and what is left', async (context) => {
  const { screen, press, client, pass, idle } = await chatting(context, {
    cols: 120,
    setUp(client) {
      client.people = [contact('bob')];
      client.messages.push(message({ id: 'f', chat: 'bob', direction: 'in', text: '', kind: 'file', attachment: PDF }));
    },
  });
  const tell = (state: 'running' | 'waiting' | 'failed', done: number, reason?: string): void =>
    client.tell({
      event: 'transfer',
      id: 'f',
      chat: 'bob',
      direction: 'download',
      state,
      done,
      bytes: 24_000_000,
      ...(reason === undefined ? {} : { reason }),
    });
  tell('running', 0);
  await idle();
  await pass(2000);
  tell('running', 2_400_000);
  await pass(20);
  assert.match(screen.text(), /↓ plan\.pdf 10 % 1\.2 MB\/s 0:18 left/);
  tell('waiting', 2_400_000, 'no\x1b[7mroute');
  await pass(20);
  assert.match(screen.text(), /↓ plan\.pdf 10 % waiting: no␛\[7mroute/);
  tell('failed', 2_400_000, 'damaged');
  await idle();
  await pass(20);
  assert.match(screen.text(), /! plan\.pdf could not be fetched: damaged/);
  await press(KEY.escape);
  assert.doesNotMatch(screen.text(), /↓ plan\.pdf 10/);
});

test('a notice and a transfer share the line where it holds both; else the notice has it', async (context) => {
  const { screen, press, client, idle } = await chatting(context, { cols: 120 });
  client.tell({
    event: 'transfer',
    id: 'x',
    chat: 'carol',
    direction: 'upload',
    state: 'waiting',
    done: 0,
    bytes: 10,
    reason: 'the relay cannot be reached',
  });
  await idle();
  await press('/block nobody', KEY.enter);
  assert.match(
    screen.text(),
    /↑ file to carol 0 % waiting: the relay cannot be reached {2}! nobody called nobody here/,
  );
  screen.resize(80, 24);
  await idle();
  assert.doesNotMatch(screen.text(), /↑ file to carol/);
  assert.match(screen.text(), /! nobody called nobody here/);
});

test('where a file was saved is shown by the end of its path', async (context) => {
  const { screen, press } = await chatting(context, {
    setUp(client) {
      client.people = [contact('bob')];
      const deep = { ...PDF, name: `${'folder/'.repeat(20)}plan.pdf` };
      client.messages.push(
        message({ id: 'f', chat: 'bob', direction: 'in', text: '', kind: 'file', attachment: deep }),
      );
    },
  });
  await press('/save', KEY.enter);
  assert.match(screen.text(), /✓ saved: ….*folder\/plan\.pdf\s*$/);
});

test('a selected message can be copied, through the terminal’s clipboard', async (context) => {
  const { screen, press } = await chatting(context);
  await press(KEY.ctrlSpace, 'k', 'y');
  const encoded = Buffer.from('Good. See you then 🙂').toString('base64');
  assert.ok(screen.raw().includes(`\x1b]52;c;${encoded}\x1b\\`));
  assert.match(screen.text(), /✓ copied/);
});

test('a selected message is deleted after a question, and the screen follows', async (context) => {
  const { screen, press, client, pass } = await chatting(context);
  await press(KEY.ctrlSpace, 'd', 'y');
  await pass(20);
  assert.deepEqual(
    client.calls.filter(([method]) => method === 'delete').map(([, , options]) => options),
    [{ forAll: false }],
  );
  assert.doesNotMatch(screen.text(), /│ │ See you!/);
});

test('a chat is erased after a question', async (context) => {
  const { screen, press, pass } = await chatting(context);
  await press('--delete-history:bob', KEY.enter, 'y');
  await pass(20);
  assert.match(screen.text(), /12 messages erased/);
  assert.match(screen.text(), /No messages yet\./);
});

test('the account is deleted with its password, and nothing of it is left on the screen', async (context) => {
  const { screen, press, client, accounts, pass } = await chatting(context);
  client.failNext('deleteAccount', 'wrong-password');
  await press('/delete-account', KEY.enter, 'wrong', KEY.enter);
  assert.match(screen.text(), /! wrong password/);
  accounts.listings = [];
  await press('secret', KEY.enter);
  await pass(20);
  assert.match(screen.text(), /Register[\s\S]*the account is deleted, here and at the relay/);
  assert.doesNotMatch(screen.text(), /bob|alice/);
  assert.ok(client.isClosed);
  assert.doesNotMatch(screen.raw(), /wrong(?! password)|secret/);
});

test('hostile names of files and folders are shown as marks, never obeyed', async (context) => {
  const { screen, press } = await chatting(context, {
    folders: { '/home/alice': { '\x1b]0;owned\x07': null, '\x1b[2J\u202Egnp.exe.png': 12 } },
  });
  await press(KEY.ctrlO, KEY.down, KEY.enter);
  assert.match(screen.text(), /picture: ␛\[2J‹U\+202E›gnp\.exe\.png/);
  assert.doesNotMatch(screen.raw(), /owned\x07|\x1b\]0;|\u202e/);
});

test('the new dialogs survive every size', async (context) => {
  const { screen, press, idle } = await chatting(context);
  for (const [cols, rows] of [
    [40, 8],
    [20, 5],
    [1, 1],
    [70, 10],
    [200, 60],
    [41, 9],
  ] as const) {
    screen.resize(cols, rows);
    await idle();
    await press(KEY.ctrlO, KEY.escape, KEY.ctrlSpace, 'k', 'd', KEY.escape, KEY.escape);
    await press('/delete-account', KEY.enter, KEY.escape, '/change-password', KEY.enter, KEY.escape);
    await press('\x1b[200~/home/alice/holiday.jpg\x1b[201~', 't', KEY.ctrlC);
  }
  screen.resize(80, 24);
  await idle();
  assert.match(screen.text(), /See you!/);
});
