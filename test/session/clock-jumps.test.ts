import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend } from './changes-fixture.ts';
import { eventOf, type Handled, handled, textsFrom } from './repair-fixture.ts';

const YEARS_MS = 10 * 365 * 24 * 3_600_000;

let relay: RelayProcess;
let alice: Handled;
let bob: Handled;

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  [alice, bob] = await Promise.all([handled('alice', relay.url), handled('bob', relay.url)]);
  await befriend(alice.person, bob.person);
});

after(async () => {
  await Promise.all([alice?.person.remove(), bob?.person.remove()]);
  await relay?.dispose();
});

async function exchange(word: string): Promise<void> {
  await alice.person.client.send({ name: 'bob', text: `${word} of alice`, wait: 'delivered' });
  await bob.person.client.send({ name: 'alice', text: `${word} of bob`, wait: 'delivered' });
}

test('clocks that jump ten years, forward and back, on either side, change neither order nor delivery', async () => {
  const words = ['before', 'alice ahead', 'bob ahead too', 'alice behind', 'bob behind too', 'after'];
  const jumps = [
    () => {},
    () => alice.clock.advance(YEARS_MS),
    () => bob.clock.advance(YEARS_MS),
    () => alice.clock.advance(-2 * YEARS_MS),
    () => bob.clock.advance(-2 * YEARS_MS),
    () => [alice, bob].map(({ clock }) => clock.advance(YEARS_MS)),
  ];
  for (const [i, word] of words.entries()) {
    jumps[i]?.();
    await exchange(word);
  }
  const texts = (of: string) => words.map((word) => `${word} of ${of}`);
  assert.deepEqual((await textsFrom(bob.person, 'alice')).slice(-words.length), texts('alice'));
  assert.deepEqual((await textsFrom(alice.person, 'bob')).slice(-words.length), texts('bob'));
  for (const { person } of [alice, bob]) {
    assert.equal(person.events.some(eventOf('undecryptable')) || person.events.some(eventOf('gap')), false);
  }
});
