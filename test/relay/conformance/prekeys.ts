import assert from 'node:assert/strict';
import { accountId } from '../../../src/crypto/bytes.ts';
import { kemPreKey, preKey, preKeys, random, range } from '../../support/relay-account.ts';
import { accountFor, NOW, type Scenario } from '../store-scene.ts';

/** A one-time prekey is given once, whatever comes at once or again; the last-resort key for ever. */
export function preKeysConform(scenario: Scenario): void {
  scenario(
    'of 100 one-time prekeys, fetched 200 times at once, each is given once; the rest get the last-resort key',
    async (store) => {
      const account = accountFor('carol', preKeys(100, 40));
      await store.createAccount(account, NOW);
      const bundles = await Promise.all(range(200).map(() => store.takeBundle('carol', true, NOW)));
      const oneTime = bundles.flatMap((bundle) =>
        bundle?.oneTimePreKey === undefined ? [] : [bundle.oneTimePreKey.id],
      );
      const kem = bundles.map((bundle) => bundle?.kemPreKey);
      assert.deepEqual(
        oneTime.sort((a, b) => a - b),
        range(100),
      );
      const kemIds = kem.flatMap((key) => (key?.kind === 'one-time' ? [key.id] : []));
      assert.deepEqual(
        kemIds.sort((a, b) => a - b),
        range(40),
      );
      const { lastResortKemPreKey, signedPreKey } = account.preKeys;
      const lastResort = kem.filter((each) => each?.kind === 'last-resort');
      assert.equal(lastResort.length, 160);
      for (const key of lastResort) {
        assert.deepEqual(key, { ...lastResortKemPreKey, kind: 'last-resort' });
      }
      assert.deepEqual(bundles[199]?.signedPreKey, signedPreKey);
      assert.deepEqual(bundles[199]?.identityKey, account.identityKey);
      assert.deepEqual(await store.preKeyCounts(accountId(account.accountId)), {
        oneTimePreKeys: 0,
        oneTimeKemPreKeys: 0,
      });
      assert.equal(await store.takeBundle('nobody', true, NOW), null);
    },
  );

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
}
