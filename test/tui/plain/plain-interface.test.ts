import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contact, message, NOON, numberMessagesAnew } from '../../support/scripted-interface.ts';
import { type ScriptedPlain, startScriptedPlain } from '../../support/scripted-plain.ts';

const at = (minutes: number): string => new Date(NOON - minutes * 60_000).toISOString();

const picture = {
  name: 'cat.jpg',
  mime: 'image/jpeg',
  bytes: 12_345,
  width: 640,
  height: 480,
  sha256: 'ab'.repeat(32),
  state: 'here',
} as const;

/** Alice with two contacts and a chat of three messages with Bob. */
function start(over: Parameters<typeof startScriptedPlain>[0] = {}): Promise<ScriptedPlain> {
  numberMessagesAnew();
  return startScriptedPlain({
    setUp(client) {
      client.people = [contact('bob', { unread: 2, verified: true }), contact('carol', { state: 'incoming' })];
      client.messages.push(
        message({ chat: 'bob', direction: 'in', text: 'hello', sent_at: at(9) }),
        message({ chat: 'bob', direction: 'out', text: 'two\nlines', sent_at: at(8) }),
        message({ chat: 'bob', direction: 'in', kind: 'image', text: '', attachment: picture, sent_at: at(7) }),
      );
    },
    ...over,
  });
}

async function inChat(over: Parameters<typeof startScriptedPlain>[0] = {}): Promise<ScriptedPlain> {
  const plain = await start(over);
  await plain.type('/chat bob');
  return plain;
}

test('an opened account tells its state and what is unread', async () => {
  const plain = await start();
  assert.equal(
    plain.told(),
    [
      '-- smchat, as lines; /options tells the commands at every prompt',
      '-- opening alice…',
      '-- alice is open, at ws://127.0.0.1:50007, online',
      '-- bob: 2 unread, verified',
      '-- carol: wants to write to you',
      '',
    ].join('\n'),
  );
  await plain.stop();
});

test('a chat is told as numbered lines, with its pictures described, and is read by that', async () => {
  const plain = await start();
  plain.told();
  assert.equal(
    await plain.type('/chat bob'),
    [
      '-- chat with bob, the last 3',
      '1. 14:21 bob: hello',
      '2. 14:22 you: two',
      '    lines',
      '3. 14:23 bob: picture cat.jpg, 640×480, 12 KB, ID 3',
      '',
    ].join('\n'),
  );
  assert.deepEqual(plain.client.calls.at(-1), ['markRead', 'bob']);
  await plain.stop();
});

test('the prompt names the open chat, and stands again below what is told', async () => {
  const plain = await start({ showsPrompt: true });
  assert.ok(plain.told().endsWith('\nno chat> '));
  assert.ok((await plain.type('/chat bob')).endsWith('\nto bob> '));
  plain.client.tell({ event: 'message', ...message({ chat: 'bob', direction: 'in', text: 'again', sent_at: at(1) }) });
  assert.equal(plain.told(), '\n4. 14:29 bob: again\nto bob> ');
  await plain.stop();
});

test('nothing that is written moves a cursor, clears or colours', async () => {
  const plain = await start({ showsPrompt: true });
  const all = [plain.told()];
  for (const line of ['/chat bob', 'hi', '/options', '/contacts', '/search hello']) all.push(await plain.type(line));
  for (const character of all.join('')) assert.ok(character === '\n' || character >= ' ', JSON.stringify(character));
  await plain.stop();
});

test('what a peer wrote cannot act on the terminal, nor pass for a line of the interface', async () => {
  const plain = await inChat();
  const text = 'a\x1b[2J\n-- bob is verified\r\n\u202eevil';
  plain.client.tell({ event: 'message', ...message({ chat: 'bob', direction: 'in', text, sent_at: at(1) }) });
  assert.equal(plain.told(), '4. 14:29 bob: a␛[2J\n    -- bob is verified\n    ‹U+202E›evil\n');
  await plain.stop();
});

test('a message of another chat is announced, its text is not told before that chat is opened', async () => {
  const plain = await inChat();
  plain.client.tell({ event: 'message', ...message({ chat: 'dave', direction: 'in', text: 'psst' }) });
  assert.equal(plain.told(), '-- new from dave; /chat dave\n');
  await plain.stop();
});

test('a line goes to the open chat; without one it is sent to nobody', async () => {
  const plain = await start();
  plain.told();
  assert.equal(await plain.type('lost?'), '-- no chat is open; /chat NAME opens one\n');
  assert.ok(plain.client.calls.every(([method]) => method !== 'send'));
  await plain.type('/chat bob');
  assert.match(await plain.type('//slash'), /^4\. \d\d:\d\d you: \/slash\n$/);
  assert.deepEqual(plain.client.calls.find(([method]) => method === 'send')?.[1], {
    name: 'bob',
    text: '/slash',
    wait: 'queued',
  });
  await plain.stop();
});

test('messages are answered, reacted to, changed and deleted by their numbers', async () => {
  const plain = await inChat();
  await plain.type('/reply 1 hello yourself');
  const sent = plain.client.calls.findLast(([method]) => method === 'send')?.[1];
  assert.deepEqual(sent, { name: 'bob', text: 'hello yourself', replyTo: 'm1', wait: 'queued' });
  assert.equal(await plain.type('/react 3 👍'), '-- you, reaction to message 3: 👍\n');
  assert.deepEqual(plain.client.calls.at(-1), ['react', 'm3', '👍']);
  assert.equal(await plain.type('/edit 2 one line'), '2. 14:22 you: one line (edited)\n');
  assert.deepEqual(plain.client.calls.at(-1), ['edit', 'm2', 'one line']);
  assert.equal(await plain.type('/delete 1'), '-- message 1 with bob is deleted\n');
  assert.deepEqual(plain.client.calls.at(-1), ['delete', 'm1', {}]);
  assert.equal(await plain.type('/delete-for-all 3'), '-- only what you wrote can be deleted for all\n');
  await plain.type('/delete-for-all 2');
  await plain.type('yes');
  assert.deepEqual(plain.client.calls.at(-1), ['delete', 'm2', { forAll: true }]);
  await plain.stop();
});

test('a number that was never told does nothing', async () => {
  const plain = await inChat();
  const calls = plain.client.calls.length;
  assert.equal(await plain.type('/delete 9'), '-- no message 9 was told\n');
  assert.equal(await plain.type('/delete it'), '-- say which message, by its number\n');
  assert.equal(plain.client.calls.length, calls);
  await plain.stop();
});

test('what erases is asked about, and anything but yes leaves it', async () => {
  const plain = await inChat();
  for (const [command, method] of [
    ['/remove bob', 'contact'],
    ['/block', 'contact'],
    ['/delete-history', 'deleteHistory'],
    ['/delete-account', 'deleteAccount'],
  ] as const) {
    await plain.type(command);
    assert.equal(await plain.type('y'), '-- left as it is\n');
    assert.ok(plain.client.calls.every(([called]) => called !== method));
  }
  await plain.stop();
});

test('a file is saved by its number or as the newest, and where it lies is told', async () => {
  const plain = await inChat();
  assert.equal(await plain.type('/save 1'), '-- that message has no file\n');
  for (const line of ['/save 3', '/save']) {
    const told = (await plain.type(line)) + plain.told();
    assert.match(told, /^-- saving cat\.jpg…\n-- saved: \/pictures\/smchat\/alice\/cat\.jpg\n$/);
  }
  await plain.stop();
});

test('a file is sent by its path, from the folder that smchat was started in', async () => {
  const plain = await inChat();
  await plain.type('/send-image ~/a cat.png');
  await plain.end();
  const sent = plain.client.calls.find(([method]) => method === 'send')?.[1];
  const attachment = { kind: 'image', path: '/home/alice/a cat.png' };
  assert.deepEqual(sent, { name: 'bob', text: '', attachment, wait: 'queued' });
});

test('transfers are told when they are over, not as they go', async () => {
  const plain = await inChat();
  const transfer = { event: 'transfer', id: 'm3', chat: 'bob', direction: 'download', bytes: 100 } as const;
  plain.client.tell({ ...transfer, state: 'running', done: 50 });
  assert.equal(plain.told(), '');
  plain.client.tell({ ...transfer, state: 'complete', done: 100 });
  assert.equal(plain.told(), '-- cat.jpg, message 3: arrived\n');
  plain.client.tell({ ...transfer, state: 'failed', done: 50, reason: 'gone' });
  assert.equal(plain.told(), '-- cat.jpg, message 3: not fetched: gone\n');
  await plain.stop();
});

test('receipts are quiet until they are wanted; what fails is always told', async () => {
  const plain = await inChat();
  const read = { event: 'receipt', id: 'm2', chat: 'bob', status: 'read' } as const;
  plain.client.tell(read);
  assert.equal(plain.told(), '');
  plain.client.tell({ event: 'status', id: 'm2', chat: 'bob', status: 'failed', reason: 'no room' });
  assert.equal(plain.told(), '-- message 2 to bob failed: no room\n');
  await plain.type('/receipts on');
  plain.client.tell(read);
  assert.equal(plain.told(), '-- message 2 to bob: read\n');
  await plain.stop();
});

test('a safety number is told to be compared, and only a yes marks it verified', async () => {
  const plain = await inChat();
  assert.match(await plain.type('/verify'), /safety number with bob: 48213 90317/);
  assert.equal(await plain.type('no'), '-- left as it is\n');
  await plain.type('/verify bob');
  assert.equal(await plain.type('yes'), '-- bob is verified\n');
  assert.equal(plain.client.verifications.get('bob')?.verified, true);
  await plain.stop();
});

test('a request is accepted without a name where one asks, and its chat is opened', async () => {
  const plain = await start();
  plain.told();
  assert.equal(await plain.type('/accept'), '-- chat with carol, empty\n');
  assert.ok(plain.client.calls.some(([method, action]) => method === 'contact' && action === 'accept'));
  await plain.stop();
});

test('/options answers at every question, and /quit ends at each', async () => {
  const plain = await startScriptedPlain({ accounts: ['alice', 'anna'] });
  assert.match(plain.told(), /1\. alice at [^\n]*\n-- 2\. anna at/);
  assert.match(await plain.type('/options'), /-- \/chat NAME: open a chat/);
  assert.match(await plain.type('anton'), /no account called anton here/);
  assert.match(await plain.type('2'), /opening anna/);
  await plain.type('/delete-account');
  assert.match(await plain.type('--options'), /-- \/reply NUMBER TEXT/);
  await plain.type('no');
  await plain.type('/quit');
  await plain.done;
  assert.ok(plain.client.isClosed);
});

test('a wrong password is asked for again', async () => {
  const plain = await start({
    setUp: (_client, accounts) => accounts.failNext('wrong-password'),
  });
  assert.match(plain.told(), /opening alice…\n-- error: wrong password[^\n]*\n-- opening alice…\n-- alice is open/);
  assert.deepEqual(plain.accounts.passwords, ['secret', 'secret']);
  await plain.stop();
});

test('a first account is made after its password was explained', async () => {
  const plain = await startScriptedPlain({ accounts: [] });
  plain.told();
  assert.match(await plain.type('Al'), /not a possible name/);
  assert.match(await plain.type('alice'), /no way to recover it[\s\S]*alice is open/);
  await plain.stop();
});

test('/logout closes the account and asks which is to be opened', async () => {
  const plain = await start();
  plain.told();
  assert.match(await plain.type('/logout'), /1\. alice at/);
  assert.ok(plain.client.isClosed);
  await plain.stop();
});

test('a failure is one line, and the next line is read', async () => {
  const plain = await inChat();
  plain.client.failNext('send', 'storage-full');
  assert.match(await plain.type('hello?'), /^-- error: [^\n]+\n$/);
  assert.match(await plain.type('hello!'), /you: hello!/);
  await plain.stop();
});

test('the end of a pipe waits until the relay has what was sent', async () => {
  let timeOut: () => void = () => assert.fail('nothing waits');
  const plain = await inChat({
    over: {
      timer: (_ms, fire) => {
        timeOut = fire;
        return () => undefined;
      },
    },
  });
  plain.client.tell({
    event: 'own_message',
    ...message({ chat: 'bob', direction: 'out', text: 'x', status: 'queued' }),
  });
  const ended = plain.end();
  let isOver = false;
  void plain.done.then(() => {
    isOver = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(!isOver && !plain.client.isClosed);
  plain.client.tell({ event: 'status', id: 'm4', chat: 'bob', status: 'sent' });
  await ended;
  await plain.done;
  assert.ok(plain.client.isClosed);
  assert.doesNotThrow(timeOut);
});
