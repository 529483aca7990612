import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { messageOf } from '../support/people.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { type Handled, handled, textsFrom } from './repair-fixture.ts';

let relay: RelayProcess;
let alice: Handled;
let bob: Handled;

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  [alice, bob] = await Promise.all([handled('alice', relay.url), handled('bob', relay.url)]);
});

after(async () => {
  await Promise.all([alice?.person.remove(), bob?.person.remove()]);
  await relay?.dispose();
});

test('two initiations that cross lose nothing and end in one session, the same on both sides', async () => {
  await Promise.all([
    alice.person.client.send({ name: 'bob', text: 'first of alice' }),
    bob.person.client.send({ name: 'alice', text: 'first of bob' }),
  ]);
  await alice.person.sees(messageOf('first of bob'), 'bob’s');
  await bob.person.sees(messageOf('first of alice'), 'alice’s');
  for (const word of ['second', 'third']) {
    await alice.person.client.send({ name: 'bob', text: `${word} of alice`, wait: 'delivered' });
    await bob.person.client.send({ name: 'alice', text: `${word} of bob`, wait: 'delivered' });
  }
  assert.deepEqual(await textsFrom(alice.person, 'bob'), ['first of bob', 'second of bob', 'third of bob']);
  assert.deepEqual(await textsFrom(bob.person, 'alice'), ['first of alice', 'second of alice', 'third of alice']);
  const current = (who: Handled) =>
    who
      .vault()
      .sessions.all()
      .filter((row) => row.current)
      .map((row) => row.sessionId);
  assert.equal(current(alice).length, 1);
  assert.deepEqual(current(alice), current(bob));
});
