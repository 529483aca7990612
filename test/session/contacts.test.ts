import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRelayPort } from '../../src/net/relay-port.ts';
import type { ContactState } from '../../src/session/client.ts';
import { Password } from '../../src/session/password.ts';
import { createHome } from '../../src/store/home.ts';
import { messageOf, type Person, person, QUICK_PASSWORDS } from '../support/people.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';

let relay: RelayProcess;
const people: Person[] = [];

before(async () => {
  relay = await startRelay({ args: ['--tombstone-days', '0'] });
});

after(async () => {
  await Promise.all(people.map((each) => each.remove()));
  await relay?.dispose();
});

async function newPerson(name: string): Promise<Person> {
  const made = await person(name, relay.url);
  people.push(made);
  return made;
}

async function stateOf(of: Person, name: string): Promise<ContactState | undefined> {
  return (await of.client.contacts()).find((contact) => contact.name === name)?.state;
}

async function befriend(a: Person, b: Person): Promise<void> {
  await a.client.contact('add', b.name);
  await b.sees((event) => event.event === 'contact_request' && event.name === a.name, 'the request');
  await b.client.contact('accept', a.name);
  await a.sees(
    (event) => event.event === 'contact' && event.name === b.name && event.state === 'accepted',
    'acceptance',
  );
}

test('a request without a text is a request, and its acceptance reaches the asker', async () => {
  const [ann, ben] = await Promise.all([newPerson('ann'), newPerson('ben')]);
  assert.deepEqual(await ann.client.contact('add', 'ben'), { name: 'ben', state: 'requested' });
  await befriend(ann, ben);
  assert.equal(await stateOf(ann, 'ben'), 'accepted');
  assert.equal(await stateOf(ben, 'ann'), 'accepted');
});

test('a request that lies at the relay can be accepted at once by who comes back, and by its name alone', async () => {
  const [uma, vic] = await Promise.all([newPerson('uma'), newPerson('vic')]);
  await vic.client.close();
  await uma.client.contact('add', 'vic');
  await vic.restart();
  assert.deepEqual(await vic.client.contact('accept', 'uma'), { name: 'uma', state: 'accepted' });
});

test('two requests that cross make both contacts, and every message arrives in one session', async () => {
  const [cat, dan] = await Promise.all([newPerson('cat'), newPerson('dan')]);
  await Promise.all([
    cat.client.send({ name: 'dan', text: 'from cat' }),
    dan.client.send({ name: 'cat', text: 'from dan' }),
  ]);
  await Promise.all([cat.sees(messageOf('from dan'), "dan's"), dan.sees(messageOf('from cat'), "cat's")]);
  for (let i = 0; i < 5; i++) {
    await cat.client.send({ name: 'dan', text: `cat ${i}` });
    await dan.client.send({ name: 'cat', text: `dan ${i}` });
  }
  await Promise.all([cat.sees(messageOf('dan 4'), 'the last'), dan.sees(messageOf('cat 4'), 'the last')]);
  assert.equal(await stateOf(cat, 'dan'), 'accepted');
  assert.equal(await stateOf(dan, 'cat'), 'accepted');
});

test('a stranger gets twenty messages in, the rest waits with the sender until accepted, and all appear in order', async () => {
  const [eve, fay] = await Promise.all([newPerson('eve'), newPerson('fay')]);
  const texts = Array.from({ length: 25 }, (_, i) => `knock ${i}`);
  for (const text of texts) await eve.client.send({ name: 'fay', text, wait: 'queued' });
  await eve.sees(
    (event) =>
      event.event === 'status' &&
      eve.events.filter((other) => other.event === 'status' && other.status === 'sent').length === 20,
    'twenty sent',
  );
  await fay.sees((event) => event.event === 'contact_request', 'the request');
  assert.deepEqual(await fay.client.history('eve'), []);
  assert.equal(eve.events.filter((event) => event.event === 'status').length, 20);
  await fay.client.contact('accept', 'eve');
  await fay.sees(messageOf('knock 24'), 'the last one');
  assert.deepEqual(
    (await fay.client.history('eve')).map((message) => message.text),
    texts,
  );
});

test('a blocked contact is not heard and not told; unblocked, they are heard again', async () => {
  const [gus, hal, witness] = await Promise.all([newPerson('gus'), newPerson('hal'), newPerson('witness')]);
  await befriend(gus, hal);
  await befriend(witness, hal);
  await hal.client.contact('block', 'gus');
  const unheard = await gus.client.send({ name: 'hal', text: 'unheard' });
  await assert.rejects(hal.client.send({ name: 'gus', text: 'x' }), { code: 'content-refused' });
  // A mailbox is read in order: when this one is there, the one before it was dealt with.
  await witness.client.send({ name: 'hal', text: 'now' });
  await hal.sees(messageOf('now'), 'the message behind it');

  await hal.client.contact('unblock', 'gus');
  const heard = await gus.client.send({ name: 'hal', text: 'heard' });
  await hal.sees(messageOf('heard'), 'the second message');
  await gus.sees((event) => event.event === 'receipt' && event.id === heard.id, 'its receipt');
  assert.deepEqual(
    (await hal.client.history('gus')).filter((message) => message.kind === 'text').map((message) => message.text),
    ['heard'],
  );
  assert.equal(
    gus.events.some((event) => event.event === 'receipt' && event.id === unheard.id),
    false,
  );
});

test('a removed contact is gone, and what they send later is a new request', async () => {
  const [ida, joe] = await Promise.all([newPerson('ida'), newPerson('joe')]);
  await befriend(ida, joe);
  await ida.client.send({ name: 'joe', text: 'before' });
  await joe.sees(messageOf('before'), 'the message');
  await joe.client.contact('remove', 'ida');
  assert.deepEqual(await joe.client.contacts(), []);
  await assert.rejects(joe.client.history('ida'), { code: 'no-such-contact' });
  joe.events.length = 0;
  await ida.client.send({ name: 'joe', text: 'after' });
  await joe.sees((event) => event.event === 'contact_request' && event.name === 'ida', 'the new request');
  assert.equal(await stateOf(joe, 'ida'), 'incoming');
  await joe.client.contact('accept', 'ida');
  assert.deepEqual(
    (await joe.client.history('ida')).map((message) => message.text),
    ['after'],
  );
});

test('a changed identity blocks both directions until it is trusted by its number', async () => {
  const [kim, lee] = await Promise.all([newPerson('kim'), newPerson('lee')]);
  await befriend(kim, lee);
  await kim.client.send({ name: 'lee', text: 'to the old lee' });
  await lee.sees(messageOf('to the old lee'), 'the message');
  const oldNumber = (await kim.client.verify('lee')).safety_number;

  await deleteAtRelay(lee);
  const newLee = await newPerson('lee');
  await leavesNothing(kim, 'lee', async () => {
    await newLee.client.send({ name: 'kim', text: 'from the new lee' });
    await kim.sees((event) => event.event === 'identity_changed' && event.name === 'lee', 'the change');
    assert.equal(kim.events.some(messageOf('from the new lee')), false);
    await assert.rejects(kim.client.send({ name: 'lee', text: 'x' }), { code: 'identity-changed' });
  });

  const verification = await kim.client.verify('lee');
  assert.equal(verification.changed, true);
  assert.equal(verification.previous_safety_number, oldNumber);
  assert.notEqual(verification.safety_number, oldNumber);
  await assert.rejects(kim.client.trust('lee', oldNumber), { code: 'safety-number-differs' });
  await kim.client.trust('lee', verification.safety_number);
  await kim.sees(messageOf('from the new lee'), 'what waited');
  await newLee.client.contact('accept', 'kim').catch(() => {});
  await goesOn(kim, newLee);
  assert.deepEqual(await systemLines(kim, 'lee'), [
    'lee’s identity key has changed',
    'you compared safety numbers: lee’s new identity key is accepted',
  ]);
});

/** That a chat, but for the line that tells of it, and the contact's state stay as they were. */
async function leavesNothing(of: Person, chat: string, attempt: () => Promise<void>): Promise<void> {
  const seen = async () => ({
    shown: (await of.client.history(chat)).filter(({ kind }) => kind !== 'system'),
    state: await stateOf(of, chat),
  });
  const before = await seen();
  await attempt();
  assert.deepEqual(await seen(), before);
}

async function goesOn(from: Person, to: Person): Promise<void> {
  await from.client.send({ name: to.name, text: 'the next one' });
  await to.sees(messageOf('the next one'), 'the next message');
}

test('a compared safety number leaves a line in the chat, over restarts, and only the first time', async () => {
  const [mia, ned] = await Promise.all([newPerson('mia'), newPerson('ned')]);
  await befriend(mia, ned);
  const { safety_number: number } = await mia.client.verify('ned');
  await assert.rejects(
    mia.client.verify(
      'ned',
      number.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    ),
    {
      code: 'safety-number-differs',
    },
  );
  assert.deepEqual(await systemLines(mia, 'ned'), []);
  await mia.client.verify('ned', number);
  await mia.client.verify('ned', number);
  await mia.restart();
  assert.deepEqual(await systemLines(mia, 'ned'), ['you compared safety numbers: ned is verified']);
  assert.deepEqual(await systemLines(ned, 'mia'), ['mia asked to chat'], 'it is nobody else’s business');
});

async function systemLines(who: Person, chat: string): Promise<readonly (string | undefined)[]> {
  return (await who.client.history(chat)).filter(({ kind }) => kind === 'system').map(({ text }) => text);
}

async function deleteAtRelay(who: Person): Promise<void> {
  await who.client.close();
  const vault = await createHome(who.home, { passwordPolicy: QUICK_PASSWORDS }).open(
    who.name,
    new Password(`password of ${who.name}`),
  );
  const account = vault.account.load();
  vault.close();
  assert.ok(account.relayKey !== null);
  await createRelayPort().deleteAccount(relay.url, {
    accountId: account.accountId,
    ...account.relayKeyPair,
    relayKey: account.relayKey,
  });
}
