import assert from 'node:assert/strict';
import { accountId } from '../../../src/crypto/bytes.ts';
import { random, range } from '../../support/relay-account.ts';
import { accountFor, DAY_MS, enqueueAll, envelopeFor, expireAll, NOW, type Scenario } from '../store-scene.ts';

/** What a mailbox takes at most, in number, bytes and time, also from batches that come at once. */
export function mailboxLimitsConform(scenario: Scenario): void {
  scenario(
    'a mailbox takes its number of messages and refuses one more, and takes again after an ack',
    async (store, id) => {
      const items = range(4).map(() => envelopeFor(id));
      const results = await enqueueAll(store, items);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['stored', 'stored', 'stored', 'mailbox-full'],
      );
      assert.deepEqual(await enqueueAll(store, items.slice(2)), [{ status: 'duplicate' }, { status: 'mailbox-full' }]);
      const seq = results[0]?.status === 'stored' ? results[0].seq : 0;
      const both = await store.commit({ now: NOW, acks: [{ account: id, upToSeq: seq }], enqueues: items.slice(3) });
      assert.deepEqual(
        both.map(({ status }) => status),
        ['stored'],
      );
    },
    { mailboxMessages: 3 },
  );

  scenario(
    'a mailbox takes its number of bytes and refuses one more',
    async (store, id) => {
      const results = await enqueueAll(store, [
        envelopeFor(id, { envelope: random(600) }),
        envelopeFor(id, { envelope: random(401) }),
        envelopeFor(id, { envelope: random(400) }),
        envelopeFor(id, { envelope: random(1) }),
      ]);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['stored', 'mailbox-full', 'stored', 'mailbox-full'],
      );
    },
    { mailboxBytes: 1_000 },
  );

  scenario(
    'a full mailbox takes nothing from the others in its batch, whose order stays',
    async (store, id) => {
      const bob = accountFor('bob');
      await store.createAccount(bob, NOW);
      const other = accountId(bob.accountId);
      const mine = range(5).map(() => envelopeFor(id));
      const others = range(3).map(() => envelopeFor(other));
      const batch = mine.flatMap((item, index) => [item, ...others.slice(index, index + 1)]);
      const results = await enqueueAll(store, batch);
      assert.deepEqual(
        results.map(({ status }) => status),
        ['stored', 'stored', 'stored', 'stored', 'stored', 'stored', 'mailbox-full', 'mailbox-full'],
      );
      for (const [account, sent] of [[id, mine.slice(0, 3)] as const, [other, others] as const]) {
        const read = await store.read(account, 0, NOW);
        assert.deepEqual(
          read.map(({ envelope }) => envelope),
          sent.map(({ envelope }) => envelope),
        );
      }
      await expireAll(store, NOW + 15 * DAY_MS);
      const later = NOW + 15 * DAY_MS;
      const again = await enqueueAll(store, [...mine, envelopeFor(id, { expiresAt: later + 1 })], later);
      assert.deepEqual(
        again.map(({ status }) => status),
        ['duplicate', 'duplicate', 'duplicate', 'stored', 'stored', 'stored'],
      );
    },
    { mailboxMessages: 3 },
  );

  scenario('batches that are committed at once all count, each envelope once', async (store, id) => {
    const items = range(60).map(() => envelopeFor(id));
    const batches = range(6, 0).map((n) => items.slice(n * 10, n * 10 + 20));
    const results = (await Promise.all(batches.map((batch) => enqueueAll(store, batch)))).flat();
    assert.equal(results.filter(({ status }) => status === 'stored').length, 60);
    assert.equal(results.filter(({ status }) => status === 'duplicate').length, 50);
    const read = await store.read(id, 0, NOW);
    assert.equal(new Set(read.map(({ relayId }) => String(relayId))).size, 60);
  });

  scenario(
    'expired mail is not read, fills no mailbox, and stays a duplicate for 7 days',
    async (store, id) => {
      const short = envelopeFor(id, { expiresAt: NOW + 1_000 });
      const long = envelopeFor(id);
      await enqueueAll(store, [short, long]);
      assert.equal((await store.read(id, 0, NOW + 999)).length, 2);
      assert.deepEqual(
        (await store.read(id, 0, NOW + 1_000)).map(({ relayId }) => relayId),
        [long.relayId],
      );
      const later = NOW + 2_000;
      assert.equal((await enqueueAll(store, [envelopeFor(id)], later))[0]?.status, 'stored');
      assert.equal((await enqueueAll(store, [short], later))[0]?.status, 'duplicate');
    },
    { mailboxMessages: 2 },
  );

  scenario('expiry works in slices until nothing is left', async (store, id) => {
    await enqueueAll(
      store,
      range(10).map(() => envelopeFor(id, { expiresAt: NOW + 1 })),
    );
    await enqueueAll(store, [envelopeFor(id)]);
    assert.equal(await store.expire(NOW + 2, 4), true);
    await expireAll(store, NOW + 2);
    const [kept] = await store.read(id, 0, NOW);
    assert.equal((await store.read(id, 0, NOW)).length, 1);
    const [next] = await enqueueAll(store, [envelopeFor(id)]);
    assert.deepEqual(next, { status: 'stored', seq: (kept?.seq ?? 0) + 1 });
  });
}
