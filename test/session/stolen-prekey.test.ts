import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { x25519 } from '@noble/curves/ed25519.js';
import { equal, messageId, utf8 } from '../../src/crypto/bytes.ts';
import { x25519KeyPair } from '../../src/crypto/x25519.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { encodeBody, type MessageBody, newMessageId } from '../../src/session/message-body.ts';
import type { PublishedBundle } from '../../src/session/relay-port.ts';
import type { StoredPreKey } from '../../src/session/vault-port.ts';
import type { OracleSession, Pair } from '../crypto/oracle.ts';
import { oracleInitiate, oracleOpenLayer, oracleRespond } from '../crypto/oracle-handshake.ts';
import { messageOf } from '../support/people.ts';
import { type RelayLogin, registerAccount } from '../support/relay-account.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend, editOf, type RawContent } from './changes-fixture.ts';
import { eventOf, type Handled, handled } from './repair-fixture.ts';

let relay: RelayProcess;
let alice: Handled;
let bob: Handled;
let carol: Handled;
let thief: RelayLogin;

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  [alice, bob, carol] = await Promise.all([
    handled('alice', relay.url),
    handled('bob', relay.url),
    handled('carol', relay.url),
  ]);
  thief = await (await registerAccount(createRelayPort(), relay.url, 'thief')).login();
});

after(async () => {
  thief?.connection.close();
  await Promise.all([alice, bob, carol].map((who) => who?.person.remove()));
  await relay?.dispose();
});

/** After all places that were really given out: the era is one to come. */
let place = BigInt(Math.floor(Date.now() / 1000) + 3_600) << 32n;

const draw = (length: number) => new Uint8Array(randomBytes(length));
const fresh = () => ({
  ratchetKeyPair: x25519KeyPair(draw(32)),
  headerNonce: draw(12),
  initialNonce: draw(12),
  kemSeed: draw(64),
  now: Date.now(),
});

/** What was stolen from Bob: the private halves of one signed and one one-time prekey. */
interface Loot {
  readonly signed: StoredPreKey;
  readonly oneTime: StoredPreKey;
  /** What anybody gets of the relay. */
  readonly bundle: PublishedBundle;
}

async function stealFromBob(): Promise<Loot> {
  const answer = await thief.connection.fetchBundle('bob');
  assert.ok(answer.ok);
  const { preKeys } = bob.vault();
  const signed = preKeys.get('signed', answer.value.signedPreKey.id);
  const oneTime = preKeys.get('one-time', answer.value.oneTimePreKey?.id ?? -1);
  assert.ok(signed !== null && oneTime !== null);
  return { signed, oneTime, bundle: answer.value };
}

/** A session to Bob in somebody's name, by whoever has that name's public key and account id, and the loot. */
function posingAs(whom: Handled, { signed, oneTime, bundle }: Loot): OracleSession {
  const { accountId, identityKeyPair, name } = whom.vault().account.load();
  const identity = { publicKey: identityKeyPair.publicKey, privateKey: draw(32) };
  assert.equal(bundle.kemPreKey.kind, 'one-time');
  return oracleInitiate(
    { id: accountId, name, identity },
    x25519KeyPair(draw(32)),
    x25519KeyPair(draw(32)),
    draw(32),
    {
      responder: { id: bundle.accountId, name: 'bob', identityKey: bundle.identityKey.slice(1) },
      signed: { id: signed.id, key: signed.publicKey },
      oneTime: { id: oneTime.id, key: oneTime.publicKey },
      kem: { id: bundle.kemPreKey.id, kind: 1, key: bundle.kemPreKey.key.slice(1) },
    },
    Date.now(),
    x25519.getSharedSecret(signed.privateKey, identity.publicKey),
  );
}

/** Seals a body in the thief's session and has the relay bring it to Bob. */
async function say(posing: OracleSession, content: RawContent): Promise<MessageBody['messageId']> {
  const head = { messageId: newMessageId({ bytes: draw }), sentAt: Date.now(), sequence: ++place };
  const body: MessageBody = { ...head, ...content };
  const sent = await thief.connection.send(
    bob.vault().account.load().accountId,
    draw(16),
    3_600,
    posing.encrypt(encodeBody(body), fresh()),
  );
  assert.ok(sent.ok);
  return body.messageId;
}

const idOf = ({ id }: { readonly id: string }) => messageId(new Uint8Array(Buffer.from(id, 'hex')));

const text = (words: string): RawContent => ({ type: 'text', text: words, replyTo: null, expirySeconds: 0 });

/** The reasons why the thief's session opens none of these, with each private key that it could try in the identity's place. */
function refusalsOf(posing: OracleSession, envelopes: readonly Uint8Array[], loot: Loot): readonly string[] {
  const publicKey = posing.identity.publicKey;
  const tries: object[] = [
    {},
    { seDue: false },
    { identity: { publicKey, privateKey: loot.signed.privateKey } },
    { identity: { publicKey, privateKey: loot.oneTime.privateKey } },
  ];
  return envelopes.flatMap((envelope) => tries.map((changes) => refusalOf(posing, changes, envelope)));
}

function refusalOf(posing: OracleSession, changes: object, envelope: Uint8Array): string {
  try {
    Object.assign(posing.clone(), changes).decrypt(envelope, Date.now(), draw(32));
    return 'opened';
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : 'thrown';
  }
}

/** Which of the envelopes that came to somebody are of the thief's session: their headers open in it. */
const ofSession = (posing: OracleSession, who: Handled) =>
  who.hand.seen.map(({ envelope }) => envelope).filter((each) => refusalOf(posing, {}, each) === 'commitment');

/** Keeps the answers in the thief's session from their receiver, who would begin to repair; gives the first one. */
function intercepted(posing: OracleSession, who: Handled): Promise<Uint8Array> {
  return new Promise((resolve) => {
    who.hand.touch = (delivery) => {
      if (refusalOf(posing, {}, delivery.envelope) !== 'commitment') return [delivery];
      resolve(delivery.envelope);
      return [];
    };
  });
}

test('in a known contact’s name a thief of prekeys begins a session that bears the mark and that nothing is said in', async () => {
  await befriend(alice.person, bob.person);
  const { safety_number } = await bob.person.client.verify('alice');
  await bob.person.client.verify('alice', safety_number);
  await alice.person.client.send({ name: 'bob', text: 'really me', wait: 'delivered' });
  const genuine = bob
    .vault()
    .sessions.all()
    .find((row) => row.current)?.sessionId;

  const loot = await stealFromBob();
  const posing = posingAs(alice, loot);
  const answer = intercepted(posing, alice);
  await say(posing, text('it is me'));
  await bob.person.sees(messageOf('it is me'), 'the forged one');
  // More of it opens, and bears the mark as well.
  await say(posing, text('still me'));
  const forged = await bob.person.sees(messageOf('still me'), 'the second forged one');
  assert.ok(forged.event === 'message' && forged.unproven === true && forged.from === 'alice');
  const history = await bob.person.client.history('alice');
  assert.deepEqual(
    history.map(({ text: words, unproven }) => [words, unproven === true]),
    [
      ['hello bob', true],
      ['you compared safety numbers: alice is verified', false],
      ['really me', false],
      ['it is me', true],
      ['still me', true],
    ],
  );

  // What Bob writes goes on in the session that Alice has proven herself in.
  await bob.person.client.send({ name: 'alice', text: 'what Alice alone may read', wait: 'delivered' });
  await alice.person.sees(messageOf('what Alice alone may read'), 'the answer');
  assert.deepEqual(
    bob
      .vault()
      .sessions.all()
      .find((row) => row.current)?.sessionId,
    genuine,
  );

  // The thief's session got one empty answer; it opens for nobody without Alice's identity key.
  const stray = await answer;
  const answers = ofSession(posing, alice);
  for (const reason of refusalsOf(posing, answers, loot)) assert.notEqual(reason, 'opened');
  const identity: Pair = alice.vault().account.load().identityKeyPair;
  assert.equal(refusalOf(posing, { identity }, stray), 'opened', 'and that key is all that is missing');
});

test('a thief of prekeys changes nothing that a contact wrote, and sets no timer', async () => {
  const { client } = bob.person;
  const genuine = await alice.person.client.send({ name: 'bob', text: 'as Alice wrote it', wait: 'delivered' });
  const own = await client.send({ name: 'alice', text: 'as Bob wrote it', wait: 'delivered' });
  const posing = posingAs(alice, await stealFromBob());
  intercepted(posing, alice);
  await say(posing, text('Alice, it seems'));
  await bob.person.sees(messageOf('Alice, it seems'), 'the forged one');
  const before = await client.history('alice');
  const target = idOf(genuine);
  await say(posing, { type: 'edit', target, text: 'as the thief wants it' });
  await say(posing, { type: 'reaction', target: idOf(own), emoji: '👎' });
  await say(posing, { type: 'timer', seconds: 5 });
  await say(posing, { type: 'delete', target });
  await say(posing, text('and so on'));
  await bob.person.sees(messageOf('and so on'), 'what came after the changes');
  assert.deepEqual((await client.history('alice')).slice(0, -1), before);
  assert.equal((await client.contacts()).find(({ name }) => name === 'alice')?.disappear_s, undefined);
  // Alice's own changes count as ever.
  await alice.person.client.edit(genuine.id, 'as Alice wants it');
  await bob.person.sees(editOf('as Alice wants it'), 'her edit');
});

test('what a contact changes in a session begun anew counts once that session has proven them', async () => {
  const written = { name: 'bob', text: 'before the new session' };
  const { id } = await alice.person.client.send({ ...written, wait: 'delivered' });
  const atBob = async () => (await bob.person.client.history('alice')).find((each) => each.id === id)?.text;
  // As after the loss of a session: the next message begins one.
  const { sessions } = alice.vault();
  for (const row of sessions.all()) if (row.current) sessions.put({ ...row, current: false });
  await alice.person.restart();
  await alice.person.client.edit(id, 'changed in the new one');
  // Before its receipt comes Bob's answer in the new session.
  await alice.person.client.send({ name: 'bob', text: 'no proof yet', wait: 'delivered' });
  assert.equal(await atBob(), written.text);
  await alice.person.client.send({ name: 'bob', text: 'the proof', wait: 'delivered' });
  await bob.person.sees(editOf('changed in the new one'), 'the change');
  assert.equal(await atBob(), 'changed in the new one');
});

test('after Bob’s first answer a thief who goes on without the step is not heard any more', async () => {
  const posing = posingAs(alice, await stealFromBob());
  const answer = intercepted(posing, alice);
  await say(posing, text('and again'));
  await bob.person.sees(messageOf('and again'), 'the forged one');
  await alice.person.client.send({ name: 'bob', text: 'a witness', wait: 'delivered' });
  const answered = await answer;
  // The answer's header tells Bob's new ratchet key. The root step from there lacks DH(IKa, rb).
  const guessing = Object.assign(posing.clone(), { seDue: false, block: null });
  assert.throws(() => guessing.decrypt(answered, Date.now(), draw(32)), /commitment/);
  const state = () => ({
    sessions: bob.vault().sessions.all(),
    messages: bob.vault().messages.history(1, { limit: 100 }),
  });
  const prior = state();
  bob.person.events.length = 0;
  await say(guessing, text('proven?'));
  await bob.person.sees(eventOf('undecryptable'), 'what does not open');
  assert.deepEqual(state(), prior);
  await alice.person.client.send({ name: 'bob', text: 'really me again', wait: 'delivered' });
});

test('in a stranger’s name a thief of prekeys gets a request accepted, and reads nothing of what is then written', async () => {
  const loot = await stealFromBob();
  const posing = posingAs(carol, loot);
  await say(posing, text('I am Carol'));
  await bob.person.sees((event) => event.event === 'contact_request' && event.name === 'carol', 'the request');
  await bob.person.client.contact('accept', 'carol');
  const forged = await bob.person.sees(messageOf('I am Carol'), 'what waited');
  assert.ok(forged.event === 'message' && forged.unproven === true);
  await bob.person.client.send({ name: 'carol', text: 'a secret for Carol' });
  await carol.person.sees(() => ofSession(posing, carol).length >= 2, 'the acceptance and the answer');
  const answers = ofSession(posing, carol);
  for (const reason of refusalsOf(posing, answers, loot)) assert.notEqual(reason, 'opened');
  // Nor is the session ever proven: what the thief adds bears the mark still.
  await say(posing, text('still Carol'));
  const more = await bob.person.sees(messageOf('still Carol'), 'the next one');
  assert.ok(more.event === 'message' && more.unproven === true);
});

test('of a genuine first envelope the thief learns who wrote it, and reads nothing', async () => {
  const before = bob.hand.seen.length;
  const stolen = bob.vault().preKeys.all('one-time');
  const dave = await handled('dave', relay.url);
  try {
    await dave.person.client.send({ name: 'bob', text: 'first words' });
    await bob.person.sees((event) => event.event === 'contact_request' && event.name === 'dave', 'the request');
    const signed = bob.vault().preKeys.newest('signed');
    assert.ok(signed !== null);
    // Others may have begun sessions for repair meanwhile.
    const envelope = bob.hand.seen
      .slice(before)
      .map((each) => each.envelope)
      .find((each) => each[1] === 1 && equal(oracleOpenLayer(each, signed).slice(50, 54), utf8('dave')));
    assert.ok(envelope !== undefined);
    const layer = oracleOpenLayer(envelope, signed);
    const id = Buffer.from(layer).readUInt32BE(83);
    const oneTime = stolen.find((each) => each.id === id);
    assert.ok(oneTime !== undefined && bob.vault().preKeys.get('one-time', id) === null, 'gone at Bob’s by now');
    const { accountId, identityKeyPair } = bob.vault().account.load();
    const kem = { id: Buffer.from(layer).readUInt32BE(88), seed: draw(64) };
    const identity = { publicKey: identityKeyPair.publicKey, privateKey: draw(32) };
    assert.throws(
      () =>
        oracleRespond(
          { id: accountId, name: 'bob', identity },
          { signed, oneTime, kem },
          envelope,
          Date.now(),
          draw(32),
        ),
      /no header key/,
    );
  } finally {
    await dave.person.remove();
  }
});
