import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccountId, accountId } from '../../src/crypto/bytes.ts';
import type { AccountRegistration, Enqueue, EnqueueResult, Store, StoreLimits } from '../../src/relay/store.ts';
import { DEFAULT_STORE_LIMITS } from '../../src/relay/store.ts';
import { kemPreKey, preKey, preKeys, random, range, registration } from '../support/relay-account.ts';
import { blobsConform } from './blob-conformance.ts';
import { invitationsConform } from './invitation-conformance.ts';

const DAY_MS = 86_400_000;
const NOW = 1_800_000_000_000;

export interface StoreUnderTest {
  readonly store: Store;
  /** Closes it and opens it again on the same data. */
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}

export type OpenStore = (limits: StoreLimits) => Promise<StoreUnderTest>;

export function accountFor(name: string, upload = preKeys()): AccountRegistration {
  const { accountId: id, publicKey, identityKey, loginToken } = registration(name);
  return { name, accountId: id, accountKey: publicKey, identityKey, loginToken, preKeys: upload };
}

export function envelopeFor(recipient: AccountId, changes: Partial<Enqueue> = {}): Enqueue {
  return {
    recipient,
    relayId: random(16),
    envelope: random(100),
    arrivedAt: NOW,
    expiresAt: NOW + 14 * DAY_MS,
    ...changes,
  };
}

export async function enqueueAll(
  store: Store,
  enqueues: readonly Enqueue[],
  now = NOW,
): Promise<readonly EnqueueResult[]> {
  return store.commit({ now, acks: [], enqueues });
}

export type Scenario = (
  name: string,
  run: (store: Store, id: AccountId, under: StoreUnderTest) => Promise<void>,
  limits?: Partial<StoreLimits>,
) => void;

/** What every store of the relay does (relay.md, section 3): each implementation passes all of it. */
export function storeConforms(kind: string, durable: boolean, open: OpenStore, skip: string | false = false): void {
  function scenario(
    name: string,
    run: (store: Store, id: AccountId, under: StoreUnderTest) => Promise<void>,
    limits: Partial<StoreLimits> = {},
  ): void {
    test(`${kind}: ${name}`, { skip }, async () => {
      const under = await open({ ...DEFAULT_STORE_LIMITS, ...limits });
      try {
        const account = accountFor('alice');
        assert.equal(await under.store.createAccount(account, NOW), 'created');
        await run(under.store, accountId(account.accountId), under);
      } finally {
        await under.dispose();
      }
    });
  }

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

  scenario('a name or an id that is taken is refused, the very same account is not', async (store, id) => {
    const mine = accountFor('carol');
    assert.equal(await store.createAccount(mine, NOW), 'created');
    assert.equal(await store.createAccount(mine, NOW), 'created');
    assert.equal(await store.createAccount({ ...mine, identityKey: random(33) }, NOW), 'exists');
    assert.equal(await store.createAccount({ ...mine, accountKey: random(32) }, NOW), 'exists');
    assert.equal(await store.createAccount({ ...mine, accountId: random(16) }, NOW), 'exists');
    assert.equal(await store.createAccount({ ...accountFor('other'), accountId: id }, NOW), 'exists');
    assert.deepEqual(await store.accountKey(accountId(mine.accountId)), mine.accountKey);
  });

  scenario('a login token is exchanged, and an unknown one is noticed', async (store) => {
    const account = accountFor('carol');
    await store.createAccount(account, NOW);
    const id = accountId(account.accountId);
    const [one, two, three] = [random(16), random(16), random(16)];
    assert.deepEqual(await store.exchangeToken(id, { previous: account.loginToken, next: one }), { copied: false });
    // The answer was lost: the same pair again.
    assert.deepEqual(await store.exchangeToken(id, { previous: account.loginToken, next: one }), { copied: false });
    assert.deepEqual(await store.exchangeToken(id, { previous: one, next: two }), { copied: false });
    assert.deepEqual(await store.exchangeToken(id, { previous: account.loginToken, next: three }), { copied: true });
    assert.deepEqual(await store.exchangeToken(id, { previous: three, next: one }), { copied: false });
    assert.equal(await store.exchangeToken(accountId(random(16)), { previous: one, next: two }), null);
  });

  scenario('each one-time prekey is given once under concurrency, the last-resort key for ever', async (store) => {
    const account = accountFor('carol', preKeys(20, 10));
    await store.createAccount(account, NOW);
    const bundles = await Promise.all(range(40).map(() => store.takeBundle('carol', true, NOW)));
    const oneTime = bundles.flatMap((bundle) => (bundle?.oneTimePreKey === undefined ? [] : [bundle.oneTimePreKey.id]));
    const kem = bundles.map((bundle) => bundle?.kemPreKey);
    assert.deepEqual(
      oneTime.sort((a, b) => a - b),
      range(20),
    );
    const kemIds = kem.flatMap((key) => (key?.kind === 'one-time' ? [key.id] : []));
    assert.deepEqual(
      kemIds.sort((a, b) => a - b),
      range(10),
    );
    const { lastResortKemPreKey, signedPreKey } = account.preKeys;
    for (const key of kem.filter((each) => each?.kind === 'last-resort')) {
      assert.deepEqual(key, { ...lastResortKemPreKey, kind: 'last-resort' });
    }
    assert.deepEqual(bundles[39]?.signedPreKey, signedPreKey);
    assert.deepEqual(bundles[39]?.identityKey, account.identityKey);
    assert.deepEqual(await store.preKeyCounts(accountId(account.accountId)), {
      oneTimePreKeys: 0,
      oneTimeKemPreKeys: 0,
    });
    assert.equal(await store.takeBundle('nobody', true, NOW), null);
  });

  scenario('a bundle without one-time prekeys takes none', async (store, id) => {
    const bundle = await store.takeBundle('alice', false, NOW);
    assert.equal(bundle?.oneTimePreKey, undefined);
    assert.equal(bundle?.kemPreKey.kind, 'last-resort');
    assert.deepEqual(await store.preKeyCounts(id), { oneTimePreKeys: 3, oneTimeKemPreKeys: 2 });
  });

  scenario('an upload adds and rotates; repeated, it revives nothing that was given out', async (store, id) => {
    const rotation = { signedPreKey: preKey(2), lastResortKemPreKey: kemPreKey(2) };
    const upload = { ...rotation, oneTimePreKeys: [preKey(10), preKey(11)], oneTimeKemPreKeys: [kemPreKey(10)] };
    assert.deepEqual(await store.putPreKeys(id, upload), { oneTimePreKeys: 5, oneTimeKemPreKeys: 3 });
    for (const _ of range(5)) await store.takeBundle('alice', true, NOW);
    assert.deepEqual(await store.putPreKeys(id, upload), { oneTimePreKeys: 0, oneTimeKemPreKeys: 0 });
    const bundle = await store.takeBundle('alice', true, NOW);
    assert.deepEqual(bundle?.signedPreKey, rotation.signedPreKey);
    assert.deepEqual(bundle?.kemPreKey, { ...rotation.lastResortKemPreKey, kind: 'last-resort' });
    assert.equal(await store.putPreKeys(accountId(random(16)), upload), 'no-account');
  });

  scenario('of one prekey twice in one upload the last counts, and once', async (store, id) => {
    const [first, last] = [preKey(50), preKey(50)];
    const counts = await store.putPreKeys(id, { oneTimePreKeys: [first, last], oneTimeKemPreKeys: [] });
    assert.deepEqual(counts, { oneTimePreKeys: 4, oneTimeKemPreKeys: 2 });
    const bundles = await Promise.all(range(5).map(() => store.takeBundle('alice', true, NOW)));
    const given = bundles.map((bundle) => bundle?.oneTimePreKey).filter((each) => each?.id === 50);
    assert.deepEqual(given, [last]);
  });

  scenario('prekeys uploaded again while they are given out are never given twice', async (store, id) => {
    const upload = { oneTimePreKeys: range(30, 100).map(preKey), oneTimeKemPreKeys: [] };
    const taken = await Promise.all(
      range(60).map(async (n) => {
        if (n % 3 === 0) await store.putPreKeys(id, upload);
        return (await store.takeBundle('alice', true, NOW))?.oneTimePreKey?.id;
      }),
    );
    const ids = taken.filter((each) => each !== undefined);
    assert.equal(new Set(ids).size, ids.length, String(ids));
  });

  scenario('of two accounts made at once under one name one is made', async (store) => {
    const twins = range(8).map(() => accountFor('twin'));
    const outcomes = await Promise.all(twins.map((twin) => store.createAccount(twin, NOW)));
    assert.equal(outcomes.filter((outcome) => outcome === 'created').length, 1);
    const bundle = await store.takeBundle('twin', false, NOW);
    assert.deepEqual(bundle?.accountId, twins[outcomes.indexOf('created')]?.accountId);
  });

  scenario(
    'a pool takes its number of prekeys; one more changes nothing',
    async (store, id) => {
      const put = (...ids: number[]) =>
        store.putPreKeys(id, { oneTimePreKeys: ids.map(preKey), oneTimeKemPreKeys: [] });
      assert.deepEqual(await put(4, 5), { oneTimePreKeys: 5, oneTimeKemPreKeys: 2 });
      assert.equal(await put(6), 'too-many');
      assert.deepEqual(await put(5), { oneTimePreKeys: 5, oneTimeKemPreKeys: 2 });
      const kem = { oneTimePreKeys: [], oneTimeKemPreKeys: [kemPreKey(8)], signedPreKey: preKey(99) };
      assert.equal(await store.putPreKeys(id, kem), 'too-many');
      assert.notEqual((await store.takeBundle('alice', false, NOW))?.signedPreKey.id, 99);
    },
    { maxOneTimePreKeys: 5, maxOneTimeKemPreKeys: 2 },
  );

  scenario('a deleted account leaves nothing but its name, taken for 180 days', async (store, id) => {
    await enqueueAll(store, [envelopeFor(id)]);
    assert.deepEqual(await store.deleteAccount(id, NOW), []);
    assert.equal(await store.deleteAccount(id, NOW), null);
    assert.equal(await store.accountKey(id), null);
    assert.deepEqual(await store.read(id, 0, NOW), []);
    assert.equal(await store.takeBundle('alice', true, NOW), null);
    assert.equal(await store.preKeyCounts(id), null);
    assert.deepEqual(await enqueueAll(store, [envelopeFor(id)]), [{ status: 'no-account' }]);
    const heir = accountFor('alice');
    const last = NOW + 180 * DAY_MS;
    await expireAll(store, last - 1);
    assert.equal(await store.createAccount(heir, last - 1), 'exists');
    assert.equal(await store.createAccount(heir, last), 'created');
    assert.deepEqual(await store.read(accountId(heir.accountId), 0, last), []);
  });

  invitationsConform(scenario);
  blobsConform(scenario, durable);

  if (!durable) return;
  scenario('everything outlives the store being closed', async (store, id, under) => {
    const item = envelopeFor(id);
    const [before] = await enqueueAll(store, [item]);
    await store.takeBundle('alice', true, NOW);
    const token = random(16);
    await store.exchangeToken(id, { previous: random(16), next: token });
    const again = await under.reopen();
    assert.deepEqual(
      (await again.read(id, 0, NOW)).map(({ envelope }) => envelope),
      [item.envelope],
    );
    assert.deepEqual(await enqueueAll(again, [item]), [{ status: 'duplicate' }]);
    const [later] = await enqueueAll(again, [envelopeFor(id)]);
    assert.ok(before?.status === 'stored' && later?.status === 'stored' && later.seq > before.seq);
    assert.deepEqual(await again.preKeyCounts(id), { oneTimePreKeys: 2, oneTimeKemPreKeys: 1 });
    assert.deepEqual(await again.exchangeToken(id, { previous: token, next: random(16) }), { copied: false });
  });
}

async function expireAll(store: Store, now: number): Promise<void> {
  while (await store.expire(now, 4));
}
