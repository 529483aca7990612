import assert from 'node:assert/strict';
import { random, range } from '../../support/relay-account.ts';
import { accountFor, NOW, type Scenario } from '../store-scene.ts';

/** What every store does with invitations: each makes one account, until its expiry. */
export function invitationsConform(scenario: Scenario): void {
  scenario('an invitation makes one account, however many show it at once', async (store) => {
    const hash = random(32);
    await store.addInvitation(hash, NOW + 1);
    const many = range(8).map((n) => accountFor(`guest${n}`));
    const outcomes = await Promise.all(many.map((account) => store.createAccount(account, NOW, hash)));
    assert.equal(outcomes.filter((outcome) => outcome === 'created').length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === 'invitation').length, 7);
  });

  scenario(
    'an invitation that is unknown, or past its time, makes no account and is none of its name',
    async (store) => {
      const hash = random(32);
      await store.addInvitation(hash, NOW + 1);
      const carol = accountFor('carol');
      assert.equal(await store.createAccount(carol, NOW, random(32)), 'invitation');
      assert.equal(await store.createAccount(carol, NOW, new Uint8Array(0)), 'invitation');
      assert.equal(await store.createAccount(carol, NOW + 1, hash), 'invitation');
      assert.equal(await store.createAccount(accountFor('alice'), NOW, random(32)), 'invitation');
      assert.equal(await store.createAccount(carol, NOW, hash), 'created');
    },
  );

  scenario('a taken name uses no invitation up, nor does the very same account again', async (store) => {
    const hash = random(32);
    await store.addInvitation(hash, NOW + 1);
    assert.equal(await store.createAccount(accountFor('alice'), NOW, hash), 'exists');
    const carol = accountFor('carol');
    assert.equal(await store.createAccount(carol, NOW, hash), 'created');
    assert.equal(await store.createAccount(carol, NOW + 2, hash), 'created');
    assert.equal(await store.createAccount(carol, NOW, random(32)), 'created');
    const other = random(32);
    await store.addInvitation(other, NOW + 1);
    assert.equal(await store.createAccount(carol, NOW, other), 'created');
    assert.equal(await store.createAccount(accountFor('dave'), NOW, other), 'created');
  });

  scenario(
    'a used invitation that is added again stays used, and is forgotten once it is past its time',
    async (store) => {
      const hash = random(32);
      await store.addInvitation(hash, NOW + 10);
      assert.equal(await store.createAccount(accountFor('carol'), NOW, hash), 'created');
      await store.addInvitation(hash, NOW + 10);
      assert.equal(await store.createAccount(accountFor('dave'), NOW, hash), 'invitation');
      while (await store.expire(NOW + 9, 4));
      assert.equal(await store.createAccount(accountFor('dave'), NOW, hash), 'invitation');
      while (await store.expire(NOW + 10, 4));
      await store.addInvitation(hash, NOW + 20);
      assert.equal(await store.createAccount(accountFor('dave'), NOW + 10, hash), 'created');
    },
  );
}
