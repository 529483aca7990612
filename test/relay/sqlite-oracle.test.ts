import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { accountId, toHex } from '../../src/crypto/bytes.ts';
import { createMemoryStore } from '../../src/relay/memory-store.ts';
import { openSqliteStore } from '../../src/relay/sqlite-store.ts';
import { DEFAULT_STORE_LIMITS, type Store } from '../../src/relay/store.ts';
import { random, range } from '../support/relay-account.ts';
import { accountFor } from './store-scene.ts';

const NOW = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Later than any id of before is remembered, whatever the hour it is counted from. */
const JUMP_MS = 8 * DAY_MS;
const LIMITS = { ...DEFAULT_STORE_LIMITS, mailboxMessages: 4 };

const ACCOUNTS = [accountFor('alice'), accountFor('bob')];
const IDS = range(14).map(() => random(16));

const turn = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      items: fc.array(fc.record({ to: fc.nat(1), id: fc.nat(13), isShort: fc.boolean() }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), of: fc.nat(1), upTo: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 20_000, JUMP_MS) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open again' as const) }) },
);

test('on any schedule SQLite answers as the store in memory does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'smchat-store-'));
  let run = 0;
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { maxLength: 30 }), async (turns) => {
        const file = join(folder, `${++run}.db`);
        let now = NOW;
        let sqlite = openSqliteStore(file, LIMITS, random(32));
        const memory = createMemoryStore(LIMITS, random(32));
        try {
          for (const store of [sqlite, memory]) for (const each of ACCOUNTS) await store.createAccount(each, now);
          for (const each of turns) {
            switch (each.do) {
              case 'send': {
                const enqueues = each.items.map(({ to, id, isShort }) => ({
                  recipient: recipient(to),
                  relayId: IDS[id] ?? random(16),
                  envelope: random(50),
                  arrivedAt: now,
                  expiresAt: now + (isShort ? 10_000 : 30 * DAY_MS),
                }));
                const statuses = async (store: Store) =>
                  (await store.commit({ now, acks: [], enqueues })).map(({ status }) => status);
                assert.deepEqual(await statuses(sqlite), await statuses(memory));
                break;
              }
              case 'acknowledge':
                // By the place among what waits: the numbers themselves may differ.
                for (const store of [sqlite, memory]) {
                  const account = recipient(each.of);
                  const upToSeq = (await store.read(account, 0, now))[each.upTo]?.seq;
                  if (upToSeq !== undefined) await store.commit({ now, acks: [{ account, upToSeq }], enqueues: [] });
                }
                break;
              case 'wait':
                // SQLite looks for what is past its time once an hour, and remembers an id from when it finds that.
                for (const ms of each.ms === JUMP_MS ? [2 * HOUR_MS, JUMP_MS] : [each.ms]) {
                  now += ms;
                  for (const store of [sqlite, memory]) while (await store.expire(now, 3));
                }
                break;
              case 'open again':
                await sqlite.close();
                sqlite = openSqliteStore(file, LIMITS, random(32));
                break;
              default:
                each satisfies never;
            }
            for (const to of [0, 1]) assert.deepEqual(await waiting(sqlite, to, now), await waiting(memory, to, now));
          }
        } finally {
          await sqlite.close();
        }
      }),
      { numRuns: 60 },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

function recipient(to: number) {
  const account = ACCOUNTS[to];
  if (account === undefined) throw new Error('nobody');
  return accountId(account.accountId);
}

async function waiting(store: Store, to: number, now: number): Promise<readonly string[]> {
  return (await store.read(recipient(to), 0, now)).map(({ relayId, envelope }) => toHex(relayId) + toHex(envelope));
}
