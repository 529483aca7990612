import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { messageOf, type Person, person } from '../support/people.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';

let relay: RelayProcess;
let alice: Person;
let bob: Person;

before(async () => {
  relay = await startRelay();
  [alice, bob] = await Promise.all([person('alice', relay.url), person('bob', relay.url)]);
});

after(async () => {
  await Promise.all([alice?.remove(), bob?.remove()]);
  await relay?.dispose();
});

test('a request waits unseen, is accepted, and both chat with receipts', async () => {
  const first = await alice.client.send({ name: 'bob', text: 'hello bob 你好 👩‍👩‍👧' });
  assert.equal(first.status, 'sent');
  await bob.sees((event) => event.event === 'contact_request' && event.name === 'alice', 'the request');
  assert.deepEqual(await bob.client.history('alice'), []);
  assert.equal(
    alice.events.some((event) => event.event === 'receipt'),
    false,
  );

  assert.deepEqual(await bob.client.contact('accept', 'alice'), { name: 'alice', state: 'accepted' });
  await bob.sees(messageOf('hello bob 你好 👩‍👩‍👧'), 'the message');
  await alice.sees((event) => event.event === 'contact' && event.state === 'accepted', 'the acceptance');
  await alice.sees(
    (event) => event.event === 'receipt' && event.id === first.id && event.status === 'delivered',
    'delivered',
  );

  const answer = await bob.client.send({ name: 'alice', text: 'hi\nalice', replyTo: first.id });
  const received = await alice.sees(messageOf('hi\nalice'), 'the answer');
  assert.ok(received.event === 'message' && received.reply_to === first.id && received.id === answer.id);
  await alice.client.markRead('bob');
  await bob.sees((event) => event.event === 'receipt' && event.id === answer.id && event.status === 'read', 'read');
});

test('what was sent while the other was away arrives after a restart, once and in order', async () => {
  await bob.client.close();
  const texts = Array.from({ length: 30 }, (_, i) => `away ${i}`);
  for (const text of texts) await alice.client.send({ name: 'bob', text, wait: 'queued' });
  await alice.sees((event) => event.event === 'status' && event.status === 'sent', 'sent');
  await bob.restart();
  await bob.sees(messageOf('away 29'), 'the last one');
  const history = await bob.client.history('alice', { limit: 30 });
  assert.deepEqual(
    history.map((message) => message.text),
    texts,
  );
});

test('the same client id is the same message for ever', async () => {
  const clientId = '6e2c2e0e-5d54-4a65-9f8c-2b2f3f6f0b10';
  const one = await alice.client.send({ name: 'bob', text: 'once', clientId });
  const two = await alice.client.send({ name: 'bob', text: 'never mind what', clientId });
  assert.equal(two.id, one.id);
  await bob.sees(messageOf('once'), 'the message');
  const history = await bob.client.history('alice');
  assert.equal(history.filter((message) => message.text === 'once' || message.text === 'never mind what').length, 1);
});

test('safety numbers are equal on both sides, and only a right one verifies', async () => {
  const mine = await alice.client.verify('bob');
  const theirs = await bob.client.verify('alice');
  assert.match(mine.safety_number, /^(\d{5} ){11}\d{5}$/);
  assert.equal(mine.safety_number, theirs.safety_number);
  assert.equal(mine.verified, false);
  const wrong = mine.safety_number.replace(/^\d/, (digit) => String((Number(digit) + 1) % 10));
  await assert.rejects(alice.client.verify('bob', wrong), { code: 'safety-number-differs' });
  assert.equal((await alice.client.verify('bob', mine.safety_number)).verified, true);
});

test('an unknown name, an impossible one and a text of more than 16 KiB are refused and leave no trace', async () => {
  const before = await alice.client.contacts();
  await assert.rejects(alice.client.send({ name: 'nobody', text: 'x' }), { code: 'no-such-contact' });
  await assert.rejects(alice.client.send({ name: '../x', text: 'x' }), { code: 'invalid-name' });
  await assert.rejects(alice.client.send({ name: 'bob', text: 'x'.repeat(16 * 1024 + 1) }), { code: 'too-large' });
  assert.deepEqual(await alice.client.contacts(), before);
  const largest = 'x'.repeat(16 * 1024);
  await alice.client.send({ name: 'bob', text: largest });
  await bob.sees(messageOf(largest), 'the largest text');
});

test('what came before its sender had answered is marked as unproven for good, and nothing later is', async () => {
  const marked = async (who: Person, name: string) =>
    (await who.client.history(name, { limit: 1_000 }))
      .filter((each) => each.unproven === true)
      .map((each) => each.text);
  await alice.client.send({ name: 'bob', text: 'by now proven', wait: 'delivered' });
  assert.deepEqual(await marked(bob, 'alice'), ['hello bob 你好 👩‍👩‍👧']);
  assert.deepEqual(await marked(alice, 'bob'), [], 'whose first answer already proves');
});
