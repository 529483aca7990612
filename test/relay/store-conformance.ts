import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountId } from '../../src/crypto/bytes.ts';
import { DEFAULT_STORE_LIMITS } from '../../src/relay/store.ts';
import { random } from '../support/relay-account.ts';
import { accountsConform } from './conformance/accounts.ts';
import { blobsConform } from './conformance/blobs.ts';
import { invitationsConform } from './conformance/invitations.ts';
import { mailboxesConform } from './conformance/mailbox.ts';
import { mailboxLimitsConform } from './conformance/mailbox-limits.ts';
import { preKeysConform } from './conformance/prekeys.ts';
import { accountFor, enqueueAll, envelopeFor, NOW, type OpenStore, type Scenario } from './store-scene.ts';

/** What every store of the relay does (relay.md, section 3): each implementation passes all of it. */
export function storeConforms(kind: string, durable: boolean, open: OpenStore, skip: string | false = false): void {
  const scenario: Scenario = (name, run, limits = {}) => {
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
  };

  mailboxesConform(scenario);
  mailboxLimitsConform(scenario);
  accountsConform(scenario);
  preKeysConform(scenario);
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
