import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { encodeContactLink } from '../../src/session/contact-address.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import { messageOf, type Person, person } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';

let here: RelayProcess;
let elsewhere: RelayProcess;
const people: Person[] = [];

before(async () => {
  [here, elsewhere] = await Promise.all([startRelay({ program: RELAY_SOURCE }), startRelay({ program: RELAY_SOURCE })]);
});

after(async () => {
  await Promise.all(people.map((each) => each.remove()));
  await Promise.all([here?.dispose(), elsewhere?.dispose()]);
});

async function newPerson(name: string, relay = here): Promise<Person> {
  const made = await person(name, relay.url);
  people.push(made);
  return made;
}

const linkOf = async ({ client }: Person) => (await client.ownLink()).link;
const wrongLink = (name: string) => encodeContactLink(name, here.url, new Uint8Array(32).fill(9));
const changed = (name: string) => (event: SmchatEvent) => event.event === 'identity_changed' && event.name === name;
const namesOf = async ({ client }: Person) => (await client.contacts()).map(({ name }) => name);

test('a link says who it is of, and adds them', async () => {
  const [ann, ben] = await Promise.all([newPerson('ann'), newPerson('ben')]);
  const own = await ben.client.ownLink();
  assert.equal(own.account, 'ben');
  assert.ok(own.link.startsWith(`smchat:ben?relay=${here.url}&key=`));
  const key = Buffer.from(own.identity_key, 'hex').subarray(1);
  assert.ok(own.link.endsWith(`&key=${key.toString('base64url')}`));
  assert.deepEqual(await ann.client.addAddress(own.link), { name: 'ben', state: 'requested' });
  await ben.sees((event) => event.event === 'contact_request', 'the request');
  await ben.client.contact('accept', 'ann');
  await ann.client.send({ name: 'ben', text: 'by link' });
  await ben.sees(messageOf('by link'), 'the text');
  const [contact] = await ann.client.contacts();
  assert.equal(contact?.verified, false, 'a link is no comparison of numbers by both');
  assert.deepEqual(await ann.client.addAddress(own.link), { name: 'ben', state: 'accepted' });
});

test('where the relay gives another key than the link says, nobody is met and nothing is sent', async () => {
  const [cat, dan] = await Promise.all([newPerson('cat'), newPerson('dan')]);
  await assert.rejects(cat.client.addAddress(wrongLink('dan')), {
    code: 'bad-prekey',
    exitCode: 6,
    message: /another identity key for dan than the link says/,
  });
  assert.deepEqual(await namesOf(cat), []);
  await cat.client.addAddress(await linkOf(dan));
  await dan.sees((event) => event.event === 'contact_request', 'the one request');
  assert.equal(dan.events.filter(({ event }) => event === 'contact_request').length, 1);
});

test('who is known under another key than the link says stays as known, and it is told', async () => {
  const [eve] = await Promise.all([newPerson('eve'), newPerson('fay')]);
  await eve.client.contact('add', 'fay');
  const before = await eve.client.verify('fay');
  await assert.rejects(eve.client.addAddress(wrongLink('fay')), { code: 'safety-number-differs', exitCode: 6 });
  assert.deepEqual(await eve.client.verify('fay'), before);
});

test('added without the relay, the key is pinned: another one stops the chat both ways until the number is given', async () => {
  const [gus, hal] = await Promise.all([newPerson('gus'), newPerson('hal')]);
  await gus.client.close();
  await here.stop();
  await gus.restart();
  assert.deepEqual(await gus.client.addAddress(wrongLink('hal')), { name: 'hal', state: 'requested' });
  await gus.client.send({ name: 'hal', text: 'for the right one alone', wait: 'queued' });
  await here.restart();
  await gus.sees(changed('hal'), 'that the key is another one');
  await hal.client.send({ name: 'gus', text: 'let me in' });
  await assert.rejects(gus.client.send({ name: 'hal', text: 'more' }), { code: 'identity-changed' });
  const { changed: isChanged, safety_number } = await gus.client.verify('hal');
  assert.equal(isChanged, true);
  assert.equal(safety_number, (await hal.client.verify('gus')).safety_number);
  assert.ok(!gus.events.some(messageOf('let me in')));
  assert.ok(!hal.events.some(({ event }) => event === 'contact_request'));
  await gus.client.trust('hal', safety_number);
  await hal.sees((event) => event.event !== 'connection' && 'chat' in event && event.chat === 'gus', 'what waited');
});

test('somebody at another relay is not mistaken for their namesake here', async () => {
  const [ida] = await Promise.all([newPerson('ida'), newPerson('jon')]);
  const [away, only] = await Promise.all([newPerson('jon', elsewhere), newPerson('kim', elsewhere)]);
  for (const [link, code] of [
    [await linkOf(away), 'bad-prekey'],
    [await linkOf(only), 'no-such-contact'],
    [`kim@127.0.0.1:${elsewhere.port}`, 'no-such-contact'],
  ] as const) {
    await assert.rejects(ida.client.addAddress(link), {
      code,
      message: new RegExp(`is at the relay .*${elsewhere.port}, and this account at ${here.url}`),
    });
  }
  assert.deepEqual(await namesOf(ida), []);
  assert.deepEqual(await ida.client.addAddress(`jon@127.0.0.1:${here.port}`), { name: 'jon', state: 'requested' });
  await assert.rejects(ida.client.addAddress('no name at all'), { code: 'invalid-name' });
});
