import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { Password } from '../../src/session/password.ts';
import type { RelayPort } from '../../src/session/relay-port.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { createHome } from '../../src/store/home.ts';
import { accountsIn, messageOf, type Person, person, QUICK_PASSWORDS } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend, offline, openRaw, viewOf } from './changes-fixture.ts';

let relay: RelayProcess;
let witness: Person;
const people: Person[] = [];

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE, args: ['--send-burst', '0'] });
  witness = await newPerson('witness');
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

/** Someone whom the witness knows. */
async function friend(name: string): Promise<Person> {
  const made = await newPerson(name);
  await befriend(made, witness);
  return made;
}

const passwordOf = ({ name }: Person) => new Password(`password of ${name}`);
const goodbyeOf = ({ name }: Person) => messageOf(`${name} deleted their account`);
const foldersOf = ({ home }: Person) => readdir(join(home, 'accounts'));

/** A relay port whose `deleteAccount` ends like this. */
function relayWhere(deleteAccount: RelayPort['deleteAccount']): RelayPort {
  return { ...createRelayPort(), deleteAccount };
}

test('the account is gone at the relay, here, and says so to its contacts', async () => {
  const ann = await friend('ann');
  await ann.client.deleteAccount(passwordOf(ann));
  await witness.sees(goodbyeOf(ann), 'the goodbye');
  assert.equal(ann.events.at(-1)?.event, 'account_deleted');
  assert.deepEqual(await foldersOf(ann), []);
  assert.deepEqual(await accountsIn(ann.home).list(), []);
  await assert.rejects(ann.client.whoami(), { code: 'locked' });
  await assert.rejects(accountsIn(ann.home).unlock('ann', passwordOf(ann)), { code: 'no-such-account' });

  await assert.rejects(witness.client.send({ name: 'ann', text: 'anybody there?' }), {
    code: 'no-such-contact',
    message: 'nobody has this name at the relay: the account was deleted, or never was',
  });
  const last = (await witness.client.history('ann')).at(-1);
  assert.deepEqual([last?.status, last?.reason], ['failed', 'no-account']);
  await assert.rejects(witness.client.disappear('ann', 60), { code: 'no-such-contact' });
  assert.ok(last !== undefined);
  await assert.rejects(witness.client.edit(last.id, 'x'), { code: 'content-refused' });
});

test('a wrong password changes nothing and tells nobody', async () => {
  const ben = await friend('ben');
  const before = await viewOf(ben, 'witness');
  await assert.rejects(ben.client.deleteAccount(new Password('a guess')), { code: 'wrong-password' });
  assert.deepEqual(await viewOf(ben, 'witness'), before);
  await ben.client.send({ name: 'witness', text: 'still here' });
  await witness.sees(messageOf('still here'), 'the message');
  assert.equal(witness.events.some(goodbyeOf(ben)), false);
});

test('without the relay nothing is deleted, and the account goes on working', async () => {
  const cal = await friend('cal');
  const before = await viewOf(cal, 'witness');
  cal.events.length = 0;
  await relay.stop();
  await cal.sees(offline, 'the end');
  await assert.rejects(cal.client.deleteAccount(passwordOf(cal)), { code: 'relay-unreachable' });
  assert.deepEqual(await viewOf(cal, 'witness'), before);
  await relay.restart();
  await cal.client.send({ name: 'witness', text: 'and on it goes', timeoutMs: 60_000 });
  await witness.sees(messageOf('and on it goes'), 'the message');
  assert.equal(witness.events.some(goodbyeOf(cal)), false);
});

test('where the relay erased it but its answer was lost, deleting again completes it', async () => {
  const dee = await friend('dee');
  const lossy = relayWhere(async (url, credentials) => {
    await createRelayPort().deleteAccount(url, credentials);
    throw new SmchatError('relay-unreachable');
  });
  await dee.restart({ relay: lossy });
  await dee.sees((event) => event.event === 'connection' && event.state === 'online', 'the relay');
  await assert.rejects(dee.client.deleteAccount(passwordOf(dee)), { code: 'relay-unreachable' });
  assert.equal((await dee.client.whoami()).account, 'dee');
  await dee.restart({ relay: createRelayPort() });
  await dee.client.deleteAccount(passwordOf(dee));
  assert.deepEqual(await foldersOf(dee), []);
});

test('killed between the relay and this disk, the account opens without the relay and can be deleted again', async () => {
  const eli = await friend('eli');
  const home = createHome(eli.home, { passwordPolicy: QUICK_PASSWORDS });
  const killed = new Error('killed');
  await eli.restart({ home: { ...home, destroy: () => Promise.reject(killed) } });
  await assert.rejects(eli.client.deleteAccount(passwordOf(eli)), killed);
  await assert.rejects(eli.client.whoami(), { code: 'locked' });

  const again = accountsIn(eli.home);
  await relay.stop();
  const client = await again.unlock('eli', passwordOf(eli));
  eli.client = client;
  assert.equal((await client.history('witness')).length, 1);
  await assert.rejects(client.deleteAccount(passwordOf(eli)), { code: 'relay-unreachable' });
  await relay.restart();
  await client.deleteAccount(passwordOf(eli));
  assert.deepEqual(await foldersOf(eli), []);
});

test('a deletion that was killed before the relay heard of it leaves no goodbye behind', async () => {
  const fay = await friend('fay');
  await fay.client.close();
  await relay.stop();
  await fay.restart();
  const raw = await openRaw(fay);
  raw.say('witness', { type: 'bye' });
  await raw.close();
  await fay.restart();
  await relay.restart();
  await fay.client.send({ name: 'witness', text: 'not deleted', timeoutMs: 60_000 });
  await witness.sees(messageOf('not deleted'), 'the message');
  assert.equal(witness.events.some(goodbyeOf(fay)), false);
});

test('closing in the middle of it does not keep it from being completed, once all that is under way has ended', async () => {
  const kim = await friend('kim');
  const order: string[] = [];
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const home = createHome(kim.home, { passwordPolicy: QUICK_PASSWORDS });
  let closed: Promise<void> | null = null;
  await kim.restart({
    home: {
      ...home,
      changePassword: () => gate.then(() => void order.push('changed the password')),
      destroy: (name) => {
        order.push('destroyed');
        return home.destroy(name);
      },
    },
    relay: relayWhere(async (url, credentials) => {
      closed = kim.client.close();
      await createRelayPort().deleteAccount(url, credentials);
      setImmediate(release);
    }),
  });
  const changed = kim.client.changePassword(passwordOf(kim), new Password('another'));
  await kim.client.deleteAccount(passwordOf(kim));
  await Promise.all([closed, changed]);
  assert.deepEqual(order, ['changed the password', 'destroyed']);
  assert.deepEqual(await foldersOf(kim), []);
});

test('two deletions at once are one', async () => {
  const gil = await friend('gil');
  const [one, two] = await Promise.allSettled([
    gil.client.deleteAccount(passwordOf(gil)),
    gil.client.deleteAccount(passwordOf(gil)),
  ]);
  assert.equal(one?.status, 'fulfilled');
  assert.equal(two?.status, 'rejected');
  assert.deepEqual(await foldersOf(gil), []);
});

test('only contacts accepted on both sides are told', async () => {
  const [hal, asked, asker] = [await friend('hal'), await newPerson('asked'), await friend('asker')];
  await hal.client.send({ name: 'asked', text: 'may I?' });
  await asked.sees((event) => event.event === 'contact_request', 'the request');
  await asker.client.send({ name: 'hal', text: 'may I too?' });
  await hal.sees((event) => event.event === 'contact_request', 'the other request');
  await hal.client.deleteAccount(passwordOf(hal));
  await witness.sees(goodbyeOf(hal), 'the goodbye');
  await asked.client.contact('accept', 'hal');
  // A mailbox is read in order: what was said before this is there by then.
  await witness.client.send({ name: 'asker', text: 'behind it' });
  await asker.sees(messageOf('behind it'), 'the message behind it');
  for (const each of [asked, asker]) {
    assert.deepEqual(
      (await each.client.history('hal')).map((message) => message.kind),
      ['text'],
    );
  }
});

test('a new password opens the account, the old one does not, and it works on meanwhile', async () => {
  const ida = await friend('ida');
  const next = new Password('another password');
  await assert.rejects(ida.client.changePassword(new Password('a guess'), next), { code: 'wrong-password' });
  await assert.rejects(ida.client.changePassword(passwordOf(ida), new Password('')), { code: 'content-refused' });
  await ida.client.changePassword(passwordOf(ida), next);
  await ida.client.send({ name: 'witness', text: 'behind a new lock', wait: 'delivered' });
  await assert.rejects(ida.client.deleteAccount(passwordOf(ida)), { code: 'wrong-password' });
  await ida.client.close();
  await assert.rejects(accountsIn(ida.home).unlock('ida', passwordOf(ida)), { code: 'wrong-password' });
  const client = await accountsIn(ida.home).unlock('ida', new Password('another password'));
  ida.client = client;
  assert.deepEqual(
    (await client.history('witness')).map((message) => message.text),
    ['hello witness', 'behind a new lock'],
  );
  await client.deleteAccount(new Password('another password'));
  assert.deepEqual(await foldersOf(ida), []);
});
