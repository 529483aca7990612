import assert from 'node:assert/strict';
import { accountId } from '../../../src/crypto/bytes.ts';
import { random, range } from '../../support/relay-account.ts';
import { accountFor, DAY_MS, enqueueAll, envelopeFor, expireAll, NOW, type Scenario } from '../store-scene.ts';

/** Names and ids are taken once, tokens exchanged, and a deleted account leaves its name alone. */
export function accountsConform(scenario: Scenario): void {
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

  scenario('of two accounts made at once under one name one is made', async (store) => {
    const twins = range(8).map(() => accountFor('twin'));
    const outcomes = await Promise.all(twins.map((twin) => store.createAccount(twin, NOW)));
    assert.equal(outcomes.filter((outcome) => outcome === 'created').length, 1);
    const bundle = await store.takeBundle('twin', false, NOW);
    assert.deepEqual(bundle?.accountId, twins[outcomes.indexOf('created')]?.accountId);
  });

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
}
