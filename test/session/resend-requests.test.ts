import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type MessageId, messageId } from '../../src/crypto/bytes.ts';
import { decodeSession } from '../../src/crypto/pairwise-session.ts';
import type { SentBody } from '../../src/session/repair-port.ts';
import type { ResendContent } from '../../src/session/resend-body.ts';
import { messageOf, type Person, person } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend, openRaw, type RawAccount } from './changes-fixture.ts';
import { type Handled, handled, onFirst, textsFrom } from './repair-fixture.ts';

/** The end of all places: asks for nothing by order. */
const NOTHING = 2n ** 64n - 1n;

let relay: RelayProcess;
let alice: Handled;
let bob: Person;
let carol: Person;
let mallory: RawAccount;
let eve: RawAccount;
const people: Person[] = [];
let barriers = 0;

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  alice = await handled('alice', relay.url);
  const [one, two, three, four] = await Promise.all(
    ['bob', 'carol', 'mallory', 'eve'].map((name) => person(name, relay.url)),
  );
  assert.ok(one !== undefined && two !== undefined && three !== undefined && four !== undefined);
  people.push(one, two, three, four);
  [bob, carol] = [one, two];
  await befriend(bob, alice.person);
  await befriend(carol, alice.person);
  await befriend(three, alice.person);
  // Eve stays a stranger.
  await four.client.send({ name: 'alice', text: 'may I' });
  [mallory, eve] = [await openRaw(three), await openRaw(four)];
  for (const name of ['bob', 'mallory']) {
    await alice.person.client.send({ name, text: `secret for ${name}` });
  }
});

after(async () => {
  await Promise.all([mallory?.close(), eve?.close()]);
  await Promise.all([alice?.person, ...people].map((each) => each?.remove()));
  await relay?.dispose();
});

const idOf = (name: string) => alice.vault().contacts.byName(name)?.contactId ?? -1;
const sentTo = (name: string): readonly SentBody[] => alice.vault().sent.ofContact(idOf(name));
const request = (content: ResendContent) => ({ type: 'resend', content }) as const;
const ids = (bodies: readonly SentBody[]) => bodies.map((sent) => sent.relayId);
const randomId = (): MessageId => messageId(crypto.getRandomValues(new Uint8Array(16)));

/** Waits until alice has dealt with all that mallory said. */
async function goesOn(): Promise<void> {
  const words = `barrier ${++barriers}`;
  mallory.say('alice', { type: 'text', text: words, replyTo: null, expirySeconds: 0 });
  await alice.person.sees(messageOf(words), words);
}

/** Alice's repair has had the time to do whatever it does. */
async function repaired(): Promise<void> {
  alice.clock.advance(3_000);
  await alice.person.client.connection();
}

const resentTo = (name: string) => sentTo(name).map((sent) => sent.resent);

/** Whom a request waits for, which sessions there are, and how often each thing was sent again. */
function stateOf() {
  const { contacts, repairs, sessions, sent } = alice.vault();
  return contacts.list().map(({ contactId, name }) => ({
    name,
    request: repairs.get(contactId).request,
    sessions: sessions.forContact(contactId).map(({ sessionId, current }) => ({ sessionId, current })),
    sent: sent.ofContact(contactId).map(({ relayId, resent }) => ({ relayId, resent })),
  }));
}

/** That a request leaves all that is another's as it was; and that the message behind it opens. */
async function leavesNothing(of: readonly string[], ask: () => Promise<void> | void): Promise<void> {
  const before = stateOf().filter(({ name }) => of.includes(name));
  await ask();
  await goesOn();
  await repaired();
  assert.deepEqual(
    stateOf().filter(({ name }) => of.includes(name)),
    before,
  );
}

test('a stranger’s resend request counts for nothing', async () => {
  await leavesNothing(['bob', 'carol', 'mallory', 'eve'], async () => {
    eve.say('alice', request({ after: 0n, relayIds: ids(sentTo('bob')) }));
    await eve.sent();
  });
});

test('a contact’s resend request for what was sent to another contact gets nothing of it', async () => {
  const resent = resentTo('mallory');
  await leavesNothing(['bob', 'carol', 'eve'], async () => {
    mallory.say('alice', request({ after: NOTHING, relayIds: ids(sentTo('bob')) }));
  });
  await alice.person.sees((event) => event.event === 'session_reset' && event.name === 'mallory', 'the answer');
  assert.deepEqual(resentTo('mallory').slice(0, resent.length), resent);
});

test('a request repeated by the relay is answered once', async () => {
  const replayed = [...alice.hand.seen];
  const stateOf = () =>
    alice
      .vault()
      .sessions.forContact(idOf('mallory'))
      .map((row) => row.sessionId);
  const before = stateOf();
  alice.clock.advance(11 * 60_000);
  alice.person.events.length = 0;
  onFirst(alice.hand, (delivery) => [...replayed.map((each) => ({ ...each, relayId: randomId() })), delivery]);
  await goesOn();
  await repaired();
  assert.equal(alice.vault().repairs.get(idOf('mallory')).request, null);
  assert.deepEqual(stateOf(), before);
  assert.equal(
    alice.person.events.some((event) => event.event === 'session_reset'),
    false,
  );
});

test('a request inside an unproven session is never answered in it, but in one begun to the pinned identity', async () => {
  const { sessions } = mallory.parts.context;
  const aliceThere = mallory.parts.context.vault.contacts.byName('alice')?.contactId ?? -1;
  alice.clock.advance(11 * 60_000);
  // A receipt still on its way in the old session would make it current again.
  await goesOn();
  await alice.person.client.send({ name: 'mallory', text: 'nothing comes after this', wait: 'delivered' });
  alice.person.events.length = 0;
  sessions.archive(aliceThere);
  mallory.say('alice', request({ after: 0n, relayIds: [] }));
  await goesOn();
  await repaired();
  await alice.person.sees((event) => event.event === 'session_reset' && event.name === 'mallory', 'the answer');
  const booked = alice
    .vault()
    .sessions.forContact(idOf('mallory'))
    .flatMap((row) => {
      const decoded = decodeSession(row.record);
      return decoded.ok ? [{ current: row.current, session: decoded.value }] : [];
    });
  const asking = booked.filter(({ session }) => session.role === 'responder' && !session.proven);
  assert.equal(asking.length, 1);
  assert.equal(asking[0]?.current, false);
  assert.equal(asking[0]?.session.record.ratchet.sending.phase, 'due', 'nothing was ever sent in it');
  const answering = booked.find(({ current }) => current)?.session;
  assert.equal(answering?.role, 'initiator');
  assert.deepEqual(answering?.remoteIdentityKey, alice.vault().contacts.get(idOf('mallory'))?.identityKey);
  assert.equal(Math.max(...resentTo('mallory')), 1);
});

test('who asks again and again gets each thing three times at most', async () => {
  for (let round = 0; round < 3; round++) {
    alice.person.events.length = 0;
    alice.clock.advance(11 * 60_000);
    mallory.say('alice', request({ after: 0n, relayIds: [] }));
    await goesOn();
    await repaired();
    await alice.person.sees((event) => event.event === 'session_reset' && event.name === 'mallory', 'the answer');
  }
  assert.equal(Math.max(...resentTo('mallory')), 3);
});

test('what was deleted is not sent again, and the identity it went to is kept with everything else', async () => {
  const { id } = await alice.person.client.send({ name: 'carol', text: 'deleted soon', wait: 'delivered' });
  const count = sentTo('carol').length;
  await alice.person.client.delete(id);
  assert.equal(sentTo('carol').length, count - 1);
  const { vault } = alice;
  const carols = vault().contacts.get(idOf('carol'));
  assert.ok(carols !== null && carols.identityKey !== null);
  assert.ok(sentTo('carol').every((sent) => sent.identityKey.length === 32));
});

test('a resent deletion or edit still counts only by the author of its message', async () => {
  const texts = await textsFrom(alice.person, 'bob');
  const target = sentTo('bob').find((sent) => sent.about !== null)?.about;
  assert.ok(target != null);
  mallory.say('alice', { type: 'delete', target, messageId: target });
  mallory.say('alice', { type: 'edit', target, text: 'forged' });
  await goesOn();
  assert.deepEqual(await textsFrom(alice.person, 'bob'), texts);
});
