import assert from 'node:assert/strict';
import { accountId } from '../../../src/crypto/bytes.ts';
import { random, range } from '../../support/relay-account.ts';
import { accountFor, DAY_MS, enqueueAll, envelopeFor, expireAll, NOW, type Scenario } from '../store-scene.ts';

/** What a mailbox promises: order, one read's size, each message once, and acknowledgements that let go of no more than they say. */
export function mailboxesConform(scenario: Scenario): void {
  scenario('envelopes come back whole and in order, with growing sequence numbers', async (store, id) => {
    const sent = range(5).map((n) => envelopeFor(id, { arrivedAt: NOW + n }));
    const results = await enqueueAll(store, sent);
    const seqs = results.map((result) => (result.status === 'stored' ? result.seq : -1));
    assert.ok(
      seqs.every((seq, index) => seq > (seqs[index - 1] ?? 0)),
      String(seqs),
    );
    const read = await store.read(id, 0, NOW);
    assert.deepEqual(
      read.map(({ seq, relayId, arrivedAt, envelope }) => ({ seq, relayId, arrivedAt, envelope })),
      sent.map(({ relayId, arrivedAt, envelope }, index) => ({ seq: seqs[index], relayId, arrivedAt, envelope })),
    );
    assert.deepEqual(
      (await store.read(id, seqs[2] ?? 0, NOW)).map(({ seq }) => seq),
      seqs.slice(3),
    );
  });

  scenario('one read gives 64 envelopes at most', async (store, id) => {
    await enqueueAll(
      store,
      range(65).map(() => envelopeFor(id)),
    );
    const first = await store.read(id, 0, NOW);
    assert.equal(first.length, 64);
    assert.equal((await store.read(id, first[63]?.seq ?? 0, NOW)).length, 1);
  });

  scenario('an envelope for nobody is refused, and the rest of its batch is stored', async (store, id) => {
    const results = await enqueueAll(store, [envelopeFor(accountId(random(16))), envelopeFor(id)]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['no-account', 'stored'],
    );
  });

  scenario(
    'the same message id is the same message, within a batch, later, and for 7 days past the ack',
    async (store, id) => {
      const item = envelopeFor(id);
      const [first, second] = await enqueueAll(store, [item, { ...item, envelope: random(9) }]);
      assert.equal(second?.status, 'duplicate');
      assert.ok(first?.status === 'stored');
      await store.commit({ now: NOW, acks: [{ account: id, upToSeq: first.seq }], enqueues: [] });
      assert.deepEqual(await store.read(id, 0, NOW), []);
      const late = NOW + 7 * DAY_MS - 1;
      await expireAll(store, late);
      assert.deepEqual(await enqueueAll(store, [item], late), [{ status: 'duplicate' }]);
      const past = NOW + 7 * DAY_MS + 2 * 3_600_000;
      await expireAll(store, past);
      assert.equal((await enqueueAll(store, [{ ...item, expiresAt: past + 1 }], past))[0]?.status, 'stored');
    },
  );

  scenario('the same message id to another account is another message', async (store, id) => {
    const other = accountFor('bob');
    await store.createAccount(other, NOW);
    const item = envelopeFor(id);
    const results = await enqueueAll(store, [item, { ...item, recipient: accountId(other.accountId) }]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['stored', 'stored'],
    );
  });

  scenario(
    'an acknowledgement lets go of everything up to it and of nothing after it, nor of later mail',
    async (store, id) => {
      const results = await enqueueAll(
        store,
        range(4).map(() => envelopeFor(id)),
      );
      const seqs = results.map((result) => (result.status === 'stored' ? result.seq : -1));
      await store.commit({ now: NOW, acks: [{ account: id, upToSeq: seqs[1] ?? 0 }], enqueues: [] });
      assert.deepEqual(
        (await store.read(id, 0, NOW)).map(({ seq }) => seq),
        seqs.slice(2),
      );
      await store.commit({ now: NOW, acks: [{ account: id, upToSeq: Number.MAX_SAFE_INTEGER }], enqueues: [] });
      const [later] = await enqueueAll(store, [envelopeFor(id)]);
      assert.ok(later?.status === 'stored' && later.seq > (seqs[3] ?? 0));
      assert.equal((await store.read(id, 0, NOW)).length, 1);
    },
  );
}
