import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Password } from '../../src/session/password.ts';
import type { StoredPreKey } from '../../src/session/vault-port.ts';
import { createHome } from '../../src/store/home.ts';
import {
  accountRecord,
  bytes,
  CHEAP,
  contactRecord,
  keyPair,
  messageRecord,
  newAccountId,
  newMessageId,
  newVault,
  T0,
  temporaryFolder,
} from './vault-fixture.ts';

const preKey = (id: number, created = T0): StoredPreKey => ({
  id,
  created,
  privateKey: bytes(64),
  publicKey: bytes(1568),
  signature: bytes(64),
});

test('the account row is what was created, also after closing and opening', async (t) => {
  const home = createHome(temporaryFolder(t), { passwordPolicy: CHEAP });
  const account = accountRecord({ lastSeq: 2n ** 64n - 1n, registeredAt: T0, relayKey: bytes(32) });
  const first = await home.create(account, new Password('pass'));
  assert.deepEqual(first.account.load(), account);
  first.close();
  const second = await home.open('alice', new Password('pass'));
  t.after(() => second.close());
  assert.deepEqual(second.account.load(), account);
});

test('the account row changes only where it is told to', async (t) => {
  const { account } = await newVault(t);
  const before = account.load();
  account.update({});
  assert.deepEqual(account.load(), before);
  const changes = {
    relayUrl: 'wss://relay.example',
    relayKey: bytes(32),
    registeredAt: T0,
    relayKeyPair: keyPair(),
    loginToken: bytes(16),
    pendingLoginToken: bytes(16),
    lastSeq: 2n ** 63n + 5n,
  };
  account.update(changes);
  assert.deepEqual(account.load(), { ...before, ...changes });
  account.update({ pendingLoginToken: null });
  assert.deepEqual(account.load(), { ...before, ...changes, pendingLoginToken: null });
});

test('prekeys of each kind are kept apart and found by number', async (t) => {
  const { preKeys } = await newVault(t);
  const [one, two, kem] = [preKey(1), preKey(2), preKey(1)];
  preKeys.add('one-time', [two, one]);
  preKeys.add('kem-one-time', [kem]);
  assert.deepEqual(preKeys.all('one-time'), [one, two]);
  assert.deepEqual(preKeys.get('one-time', 2), two);
  assert.deepEqual(preKeys.get('kem-one-time', 1), kem);
  assert.equal(preKeys.get('kem-one-time', 2), null);
  assert.equal(preKeys.count('one-time'), 2);
  preKeys.remove('one-time', 1);
  assert.deepEqual(preKeys.all('one-time'), [two]);
  assert.equal(preKeys.newest('signed'), null);
});

test('the newest prekey is the one numbered last, also where the clock went back', async (t) => {
  const { preKeys } = await newVault(t);
  const [early, late] = [preKey(1, T0 + 1e12), preKey(2, T0)];
  preKeys.add('signed', [early, late]);
  assert.deepEqual(preKeys.newest('signed'), late);
});

test('old prekeys are destroyed, but never the newest of its kind', async (t) => {
  const { preKeys } = await newVault(t);
  preKeys.add('signed', [preKey(1, T0), preKey(2, T0 + 1), preKey(3, T0 + 2)]);
  preKeys.add('one-time', [preKey(1, T0), preKey(2, T0)]);
  preKeys.removeReplacedBefore('signed', T0 + 2);
  assert.deepEqual(
    preKeys.all('signed').map(({ id }) => id),
    [2, 3],
  );
  preKeys.removeReplacedBefore('signed', T0 + 1000);
  assert.deepEqual(
    preKeys.all('signed').map(({ id }) => id),
    [3],
  );
  assert.equal(preKeys.count('one-time'), 2);
});

test('an initiation is remembered until its signed prekey is destroyed', async (t) => {
  const { preKeys } = await newVault(t);
  preKeys.add('signed', [preKey(1, T0), preKey(2, T0 + 1)]);
  preKeys.add('one-time', [preKey(2, T0)]);
  const initiation = (signedPreKeyId: number) => ({
    signedPreKeyId,
    ephemeralKey: bytes(32),
    transcriptHash: bytes(32),
    sessionId: bytes(32),
  });
  const [old, current] = [initiation(1), initiation(2)];
  preKeys.rememberInitiation(old);
  preKeys.rememberInitiation(current);
  assert.deepEqual(preKeys.findInitiation(1, old.ephemeralKey), old);
  assert.equal(preKeys.findInitiation(2, old.ephemeralKey), null);
  preKeys.remove('one-time', 2);
  preKeys.removeReplacedBefore('signed', T0 + 1000);
  assert.equal(preKeys.findInitiation(1, old.ephemeralKey), null);
  assert.deepEqual(preKeys.findInitiation(2, current.ephemeralKey), current);
});

test('a prekey number is given once for a kind, also after the keys are gone', async (t) => {
  const { preKeys } = await newVault(t);
  assert.deepEqual([preKeys.nextId('signed'), preKeys.nextId('signed'), preKeys.nextId('one-time')], [1, 2, 1]);
  preKeys.add('signed', [preKey(2)]);
  preKeys.remove('signed', 2);
  assert.equal(preKeys.nextId('signed'), 3);
});

test('a contact is found by number, name and account, and changes only where it is told to', async (t) => {
  const { contacts } = await newVault(t);
  const bob = contacts.insert(contactRecord({ nextSequence: 2n ** 64n - 1n }));
  const carol = contacts.insert(
    contactRecord({ name: 'carol', accountId: null, identityKey: null, state: 'requested' }),
  );
  assert.notEqual(bob.contactId, carol.contactId);
  assert.deepEqual(contacts.get(bob.contactId), bob);
  assert.deepEqual(contacts.byName('carol'), carol);
  assert.equal(contacts.byName('dave'), null);
  assert.equal(contacts.get(99), null);
  assert.deepEqual(contacts.byAccountId(bob.accountId ?? newAccountId()), bob);
  assert.equal(contacts.byAccountId(newAccountId()), null);
  const changes = {
    name: 'carola',
    accountId: newAccountId(),
    state: 'blocked',
    identityKey: bytes(33),
    changedIdentityKey: bytes(33),
    verified: true,
    peerAccepted: false,
    nextSequence: 7n,
    stateBeforeBlock: 'accepted',
    timerSeconds: 604_800,
    timerSetAt: T0 + 5,
  } as const;
  contacts.update(carol.contactId, changes);
  assert.deepEqual(contacts.get(carol.contactId), { ...carol, ...changes });
  contacts.update(carol.contactId, { changedIdentityKey: null, stateBeforeBlock: null });
  assert.deepEqual(contacts.get(carol.contactId), {
    ...carol,
    ...changes,
    changedIdentityKey: null,
    stateBeforeBlock: null,
  });
  assert.deepEqual(contacts.get(bob.contactId), bob);
});

test('the contact list tells the newest shown message and counts the unread ones', async (t) => {
  const { contacts, messages } = await newVault(t);
  const bob = contacts.insert(contactRecord());
  const anna = contacts.insert(contactRecord({ name: 'anna' }));
  messages.insert(messageRecord(bob.contactId, { text: 'one', sequence: 1n }));
  messages.insert(messageRecord(bob.contactId, { text: 'three\nlines', sequence: 3n, receivedAt: T0 + 9, sentAt: 1 }));
  messages.insert(messageRecord(bob.contactId, { text: 'two, late', sequence: 2n, receivedAt: T0 + 99 }));
  messages.insert(
    messageRecord(bob.contactId, { text: 'line', kind: 'system', direction: 'out', held: true, sequence: 9n }),
  );
  messages.insert(messageRecord(bob.contactId, { text: 'held', held: true, sequence: 10n }));
  const empty = { unread: 0, lastAt: null, lastText: null };
  assert.deepEqual(contacts.list(), [
    { ...anna, ...empty },
    { ...bob, unread: 3, lastAt: T0 + 9, lastText: 'three' },
  ]);
  messages.insert(messageRecord(bob.contactId, { direction: 'out', text: 'own', sentAt: T0 + 100, receivedAt: null }));
  messages.release(bob.contactId);
  messages.markRead(bob.contactId, T0);
  messages.insert(messageRecord(anna.contactId, { kind: 'system', text: 'asks to chat' }));
  assert.deepEqual(contacts.list(), [
    { ...anna, unread: 0, lastAt: T0 + 1000, lastText: 'asks to chat' },
    { ...bob, unread: 0, lastAt: T0 + 100, lastText: 'own' },
  ]);
});

test('removing a contact takes along all that belongs to it, and nothing else', async (t) => {
  const { contacts, messages, sessions, outbox, receipts } = await newVault(t);
  const [bob, anna] = [contacts.insert(contactRecord()), contacts.insert(contactRecord({ name: 'anna' }))];
  for (const { contactId } of [bob, anna]) {
    messages.insert(messageRecord(contactId, { text: 'findable' }));
    sessions.put({ sessionId: bytes(32), contactId, current: true, record: bytes(9), updatedAt: T0 });
    outbox.add({ contactId, messageId: null, relayId: bytes(16), body: bytes(9), envelope: null, createdAt: T0 });
    receipts.add(contactId, newMessageId(), 'read');
  }
  contacts.remove(bob.contactId);
  assert.deepEqual(
    contacts.list().map(({ name, unread }) => ({ name, unread })),
    [{ name: 'anna', unread: 1 }],
  );
  for (const rows of [sessions.all(), outbox.all(), messages.search('findable', { limit: 9 })]) {
    assert.deepEqual(
      rows.map(({ contactId }) => contactId),
      [anna.contactId],
    );
  }
  assert.deepEqual(receipts.dueContacts(), [anna.contactId]);
  assert.notEqual(contacts.insert(contactRecord()).contactId, bob.contactId);
});

test('sessions: one current a contact, current and recently used first, replaced by id', async (t) => {
  const { contacts, sessions } = await newVault(t);
  const [a, b] = [contacts.insert(contactRecord()), contacts.insert(contactRecord({ name: 'anna' }))];
  const row = (contactId: number, current: boolean, updatedAt: number) => ({
    sessionId: bytes(32),
    contactId,
    current,
    record: bytes(100),
    updatedAt,
  });
  const [first, second, other] = [row(a.contactId, true, 1), row(a.contactId, true, 2), row(b.contactId, false, 3)];
  for (const session of [first, second, other]) sessions.put(session);
  assert.deepEqual(sessions.all(), [second, other, { ...first, current: false }]);
  assert.deepEqual(sessions.forContact(a.contactId), [second, { ...first, current: false }]);
  const advanced = { ...first, record: bytes(200), updatedAt: 5 };
  sessions.put(advanced);
  assert.deepEqual(sessions.forContact(a.contactId), [advanced, { ...second, current: false }]);
  sessions.remove(advanced.sessionId);
  assert.deepEqual(sessions.all(), [other, { ...second, current: false }]);
});

test('the outbox keeps the order in which entries came', async (t) => {
  const { contacts, outbox } = await newVault(t);
  const [a, b] = [contacts.insert(contactRecord()), contacts.insert(contactRecord({ name: 'anna' }))];
  const entry = (contactId: number) => ({
    contactId,
    messageId: newMessageId(),
    relayId: bytes(16),
    body: bytes(750),
    envelope: null,
    createdAt: T0,
  });
  const [one, two, three] = [
    outbox.add(entry(a.contactId)),
    outbox.add(entry(b.contactId)),
    outbox.add({ ...entry(a.contactId), messageId: null }),
  ];
  assert.deepEqual(outbox.all(), [one, two, three]);
  const envelope = bytes(2048);
  outbox.setEnvelope(one.entryId, envelope);
  outbox.setEnvelope(two.entryId, envelope);
  assert.deepEqual(outbox.all(), [{ ...one, envelope }, { ...two, envelope }, three]);
  outbox.clearEnvelopes(a.contactId);
  assert.deepEqual(outbox.all(), [one, { ...two, envelope }, three]);
  outbox.remove(one.entryId);
  outbox.remove(three.entryId);
  assert.deepEqual(outbox.all(), [{ ...two, envelope }]);
  assert.ok(outbox.add(entry(a.contactId)).entryId > three.entryId);
});

test('receipts are due once, in order, until they are removed', async (t) => {
  const { contacts, receipts } = await newVault(t);
  const [a, b] = [contacts.insert(contactRecord()), contacts.insert(contactRecord({ name: 'anna' }))];
  const [one, two] = [newMessageId(), newMessageId()];
  receipts.add(b.contactId, one, 'delivered');
  receipts.add(a.contactId, one, 'delivered');
  receipts.add(a.contactId, two, 'delivered');
  receipts.add(a.contactId, one, 'read');
  receipts.add(a.contactId, one, 'delivered');
  assert.deepEqual(receipts.dueContacts(), [b.contactId, a.contactId]);
  assert.deepEqual(receipts.due(a.contactId, 2), [
    { messageId: one, kind: 'delivered' },
    { messageId: two, kind: 'delivered' },
  ]);
  receipts.remove(a.contactId, one, 'delivered');
  assert.deepEqual(receipts.due(a.contactId, 9), [
    { messageId: two, kind: 'delivered' },
    { messageId: one, kind: 'read' },
  ]);
  receipts.remove(b.contactId, one, 'delivered');
  assert.deepEqual(receipts.dueContacts(), [a.contactId]);
});
