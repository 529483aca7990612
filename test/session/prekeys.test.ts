import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { befriend } from './changes-fixture.ts';
import { type Handled, handled } from './repair-fixture.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

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

const signedIds = () =>
  bob
    .vault()
    .preKeys.all('signed')
    .map(({ id }) => id);
const lastResortIds = () =>
  bob
    .vault()
    .preKeys.all('kem-last-resort')
    .map(({ id }) => id);

/** Moves bob's clock and starts him anew, which looks after his prekeys at once. */
async function later(ms: number): Promise<void> {
  bob.clock.advance(ms);
  await bob.person.restart();
}

async function becomes(holds: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 1_000 && !holds(); i++)
    await bob.person.client.connection().then(() => new Promise(setImmediate));
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, what);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('an accepted initiation takes its one-time prekeys with it, and is remembered over a restart', async () => {
  assert.equal(bob.vault().preKeys.count('one-time'), 99);
  assert.equal(bob.vault().preKeys.count('kem-one-time'), 19);
  const first = bob.hand.seen[0]?.envelope;
  assert.ok(first !== undefined && first[1] === 1);
  const ephemeralKey = first.slice(6, 38);
  assert.notEqual(bob.vault().preKeys.findInitiation(signedIds()[0] ?? 0, ephemeralKey), null);
  await bob.person.restart();
  assert.notEqual(bob.vault().preKeys.findInitiation(signedIds()[0] ?? 0, ephemeralKey), null);
});

test('signed and last-resort prekeys rotate after 48 hours, and are destroyed 14 days after that', async () => {
  const [first, firstKem] = [signedIds()[0] ?? -1, lastResortIds()[0] ?? -1];
  await later(47 * HOUR_MS);
  assert.deepEqual(signedIds(), [first], 'not before');
  await later(HOUR_MS + 1);
  await becomes(() => signedIds().length === 2 && lastResortIds().length === 2, 'the rotation');
  assert.ok(signedIds().includes(first) && lastResortIds().includes(firstKem), 'kept for what is still in a mailbox');
  await later(13 * DAY_MS);
  await becomes(() => signedIds().length === 3, 'another rotation');
  assert.ok(signedIds().includes(first));
  await later(2 * DAY_MS + 1);
  await becomes(() => !signedIds().includes(first) && !lastResortIds().includes(firstKem), 'their end');
  const ephemeralKey = bob.hand.seen[0]?.envelope.slice(6, 38) ?? new Uint8Array(32);
  assert.equal(
    bob.vault().preKeys.findInitiation(first, ephemeralKey),
    null,
    'with them goes what was seen under them',
  );
});
