import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withRelay } from '../relay/relay-fixture.ts';
import { person } from '../support/people.ts';

test('an account tells how its vault is, what waits, and what the relay has left of its keys', async () => {
  await withRelay({}, async (relay) => {
    const alice = await person('alice', relay.url);
    try {
      assert.deepEqual(await alice.client.health(), { vault: [], queued: 0, prekeys: { one_time: 100, kem: 20 } });
      const bob = await person('bob', relay.url);
      await bob.client.send({ name: 'alice', text: 'hello', wait: 'sent' });
      await bob.remove();
      const { prekeys } = await alice.client.health();
      assert.deepEqual(prekeys, { one_time: 99, kem: 19 });
    } finally {
      await alice.remove();
    }
  });
});

test('without the relay it tells what it can', async () => {
  const { person: alice } = await afterItsRelay();
  try {
    await alice.restart();
    await alice.client.send({ name: 'bob', text: 'later', wait: 'queued' });
    const { vault, prekeys, queued } = await alice.client.health();
    assert.deepEqual([vault, prekeys, queued], [[], undefined, 1]);
  } finally {
    await alice.remove();
  }
});

/** Somebody whose relay has gone. */
async function afterItsRelay() {
  return new Promise<{ readonly person: Awaited<ReturnType<typeof person>> }>((resolve, reject) => {
    let made: Awaited<ReturnType<typeof person>>;
    withRelay({}, async (relay) => {
      made = await person('alice', relay.url);
    }).then(() => resolve({ person: made }), reject);
  });
}
