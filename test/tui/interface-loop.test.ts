import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillWithPeople } from '../support/scripted-chats.ts';
import { contact, KEY, message, NOON, type ScriptedOptions, startScripted } from '../support/scripted-interface.ts';

async function started(context: { after(done: () => Promise<void>): void }, options: ScriptedOptions = {}) {
  const scripted = await startScripted(options);
  context.after(() => scripted.close());
  return scripted;
}

const withBob: ScriptedOptions = {
  setUp(client) {
    client.people = [contact('bob')];
  },
};

test('goes from the password to the contacts, to a chat, to a sent message and its answer', async (context) => {
  const { screen, press, client, pass } = await started(context, { ...withBob, locked: true });
  assert.match(screen.text(), /Unlock[\s\S]*alice[\s\S]*Password/);
  await press('secret', KEY.enter);
  assert.match(screen.text(), /● online {2}alice/);
  await press(KEY.enter, 'Hello Bob', KEY.enter);
  assert.deepEqual(
    client.calls.filter(([method]) => method === 'send').map(([, request]) => request),
    [{ name: 'bob', text: 'Hello Bob', wait: 'queued' }],
  );
  assert.match(screen.text(), /Hello Bob +○/);
  client.tell({ event: 'status', id: 'sent-1', chat: 'bob', status: 'sent' });
  await pass(20);
  assert.match(screen.text(), /Hello Bob +✓/);
  client.tell({
    event: 'message',
    ...message({ chat: 'bob', direction: 'in', text: 'Hello Alice', sent_at: new Date(NOON).toISOString() }),
  });
  await pass(20);
  assert.match(screen.text(), /│ Hello Alice/);
});

test('shows a wrong password in its place and takes the next one', async (context) => {
  const { screen, press, accounts } = await started(context, { locked: true });
  accounts.failNext('wrong-password');
  await press('wrong', KEY.enter);
  assert.match(screen.text(), /! wrong password/);
  assert.doesNotMatch(screen.text(), /wrong$/m);
  await press('right', KEY.enter);
  assert.match(screen.text(), /● online/);
  assert.deepEqual(accounts.passwords, ['wrong', 'right']);
});

test('says that it is busy while the keys are derived', async (context) => {
  const { screen, press, accounts, idle } = await started(context, { locked: true });
  accounts.hold();
  await press('secret', KEY.enter, '/add zed');
  assert.match(screen.text(), /deriving the keys…/);
  accounts.release();
  await idle();
  assert.match(screen.text(), /› \/add zed/);
});

test('opens all the same where the relay is down, and says so', async (context) => {
  const { screen, press } = await started(context, {
    setUp(client) {
      client.people = [contact('bob')];
      client.connected = { state: 'offline', reason: 'the relay cannot be reached' };
    },
  });
  assert.match(screen.text(), /○ offline: the relay cannot be reached/);
  await press(KEY.enter, 'later', KEY.enter);
  assert.match(screen.text(), /later +○/);
});

test('never lets a peer’s text act on the terminal', async (context) => {
  const hostile = '\x1b]0;owned\x07\x1b[2J\x1b[31m{bold}x{/bold}\u202Eevil';
  const { screen, press, client, idle } = await started(context, {
    setUp(client) {
      client.people = [contact('bob', { last_text: hostile }), contact('carol')];
      client.messages.push(
        message({ chat: 'bob', direction: 'in', text: hostile, sent_at: new Date(NOON).toISOString() }),
      );
      client.verifications.set('bob', {
        name: 'bob',
        safety_number: `\x1b[5m${'1'.repeat(60)}`,
        verified: false,
        changed: false,
      });
    },
  });
  await press('bob', KEY.enter);
  assert.match(screen.text(), /\{bold\}x\{\/bold\}/);
  client.tell({ event: 'connection', state: 'offline', reason: `no\x1b[7mroute\x07` });
  client.tell({ event: 'contact_request', name: 'x\x1b]0;y\x07' });
  client.tell({ event: 'status', id: 'none', chat: 'bob', status: 'failed', reason: hostile });
  await idle();
  await press(KEY.f3, 'evil', KEY.escape, KEY.f4);
  const raw = screen.raw();
  assert.doesNotMatch(raw, /owned\x07|\x1b\]0;|\x1b\[31m|\x1b\[5m|\u202e/);
  assert.equal(screen.bells(), 0);
});

test('the window’s title counts what is unread', async (context) => {
  const { screen, client, idle } = await started(context, withBob);
  assert.equal(screen.titles().at(-1), 'smchat · alice');
  client.people = [contact('bob', { unread: 1 })];
  client.tell({
    event: 'message',
    ...message({ chat: 'bob', direction: 'in', text: 'psst', sent_at: new Date(NOON).toISOString() }),
  });
  await idle();
  assert.equal(screen.titles().at(-1), '(1) smchat · alice');
});

test('rings and notifies in a window without the focus, and never says what was written', async (context) => {
  const { screen, press, client, idle } = await started(context, { ...withBob, env: { TERM_PROGRAM: 'WezTerm' } });
  await press('\x1b[O');
  client.tell({
    event: 'message',
    ...message({ chat: 'bob', direction: 'in', text: 'secret words', sent_at: new Date(NOON).toISOString() }),
  });
  await idle();
  assert.equal(screen.bells(), 1);
  assert.match(screen.raw(), /\x1b\]9;new message from bob\x1b\\/);
  assert.doesNotMatch(screen.raw(), /\x1b\][^\x1b]*secret/);
});

test('a burst of a thousand messages is drawn a few times, not a thousand', async (context) => {
  const { screen, press, client, idle, pass } = await started(context, withBob);
  await press(KEY.enter);
  const before = screen.writes().length;
  for (let at = 0; at < 1000; at += 1) {
    client.tell({
      event: 'message',
      ...message({ chat: 'bob', direction: 'in', text: `number ${at}`, sent_at: new Date(NOON).toISOString() }),
    });
    if (at % 250 === 0) await idle();
  }
  await pass(50);
  assert.match(screen.text(), /number 999/);
  assert.ok(screen.writes().length - before < 20, String(screen.writes().length - before));
});

test('locks: the account is closed, and its password is asked for again', async (context) => {
  const { screen, press, client } = await started(context, withBob);
  await press(KEY.f9);
  assert.ok(client.isClosed);
  assert.match(screen.text(), /Password {2}›/);
  assert.doesNotMatch(screen.text(), /bob/);
});

test('ends with 0 and closes the account', async () => {
  const scripted = await startScripted(withBob);
  await scripted.press(KEY.ctrlC, KEY.ctrlC);
  assert.equal(await scripted.loop.done, 0);
  await scripted.close();
  assert.ok(scripted.client.isClosed);
});

test('a search jumps to what it found, in a page that was not loaded', async (context) => {
  const { screen, press, client } = await started(context, {
    setUp(client) {
      client.people = [contact('bob')];
      for (let at = 0; at < 400; at += 1) {
        client.messages.push(
          message({
            chat: 'bob',
            direction: 'in',
            text: at === 20 ? 'the needle' : `hay ${at}`,
            sent_at: new Date(NOON - (400 - at) * 60_000).toISOString(),
          }),
        );
      }
    },
  });
  await press(KEY.enter, KEY.f3, 'needle', KEY.enter);
  assert.match(screen.text(), /│ the needle/);
  assert.match(screen.text(), /\[scrolled\]/);
  assert.ok(client.calls.filter(([method]) => method === 'history').length < 6);
});

test('survives every size', async (context) => {
  const { screen, press, idle } = await started(context, { setUp: fillWithPeople });
  await press('bob', KEY.enter, KEY.f4);
  for (const [cols, rows] of [
    [40, 8],
    [20, 5],
    [1, 1],
    [70, 10],
    [69, 30],
    [200, 60],
    [41, 9],
  ] as const) {
    screen.resize(cols, rows);
    await idle();
    await press(KEY.escape, KEY.f1, KEY.escape, KEY.f3, KEY.escape, KEY.f10, KEY.escape, KEY.f4);
  }
  screen.resize(80, 24);
  await press(KEY.escape);
  assert.match(screen.text(), /See you!/);
});
