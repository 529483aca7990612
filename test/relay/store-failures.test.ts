import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Database } from '@signalapp/sqlcipher';
import { toHex } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { openDatabase } from '../../src/relay/sqlite-database.ts';
import { sqliteStoreOn } from '../../src/relay/sqlite-store.ts';
import { DEFAULT_STORE_LIMITS } from '../../src/relay/store.ts';
import { random, range, registerAccount } from '../support/relay-account.ts';
import { withRelay } from './relay-fixture.ts';

const DAY_S = 86_400;
const port = createRelayPort();
const PRLIMIT = '/usr/bin/prlimit';
const UNAVAILABLE = { ok: false, reason: 'store-unavailable', retryAfterMs: 1_000 };

/** No file that this process writes may become larger; null: any may. */
function limitFiles(bytes: number | null): void {
  execFileSync(PRLIMIT, ['--pid', String(process.pid), `--fsize=${bytes ?? 'unlimited'}:`]);
}

interface Failure {
  readonly what: string;
  readonly logged: string;
  readonly skip: string | false;
  begin(database: Database, file: string): void;
  end(database: Database): void;
}

const FAILURES: readonly Failure[] = [
  {
    what: 'a disk that is full (SQLITE_FULL)',
    logged: 'storage-full',
    skip: false,
    begin(database) {
      const pages = Number(database.pragma('page_count', { simple: true }));
      database.pragma(`max_page_count = ${pages}`);
    },
    end: (database) => void database.pragma('max_page_count = 1073741823'),
  },
  {
    what: 'a write that the system refuses (SQLITE_IOERR)',
    logged: 'storage-not-writable',
    skip: existsSync(PRLIMIT) ? false : 'needs prlimit',
    begin: (_database, file) => limitFiles(statSync(`${file}-wal`).size),
    end: () => limitFiles(null),
  },
];

for (const { what, logged, skip, begin, end } of FAILURES) {
  test(`${what} is told as not stored, nothing is falsely SENT, and the relay goes on after it`, { skip }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'smchat-failing-'));
    const file = join(folder, 'relay.db');
    const database = openDatabase(file);
    const store = sqliteStoreOn(database, DEFAULT_STORE_LIMITS, random(32));
    const logLines: string[] = [];
    try {
      await withRelay({ wrapStore: () => store, logLines }, async (relay) => {
        const alice = await registerAccount(port, relay.url, 'alice');
        const bob = await registerAccount(port, relay.url, 'bob');
        const [a, b] = [await alice.login(), await bob.login()];
        const messages = range(40).map(() => ({ id: random(16), envelope: random(20_000) }));
        const send = ({ id, envelope }: { id: Uint8Array; envelope: Uint8Array }) =>
          a.connection.send(bob.credentials.accountId, id, DAY_S, envelope);
        const first = messages.slice(0, 10);
        for (const message of first) assert.ok((await send(message)).ok);
        begin(database, file);
        const refused: typeof messages = [];
        const taken = [...first];
        try {
          for (const message of messages.slice(10)) {
            const answer = await send(message);
            if (answer.ok) {
              taken.push(message);
              continue;
            }
            assert.deepEqual(answer, UNAVAILABLE);
            refused.push(message);
          }
          assert.ok(refused.length > 20, `${refused.length} refused`);
          const read = await store.read(bob.credentials.accountId, 0, Date.now());
          assert.deepEqual(
            read.map(({ envelope }) => toHex(envelope)),
            taken.map(({ envelope }) => toHex(envelope)),
          );
        } finally {
          end(database);
        }
        for (const message of refused) {
          assert.deepEqual(await send(message), { ok: true, value: { duplicate: false } });
        }
        b.connection.subscribe(0n);
        let seen = 0;
        while (seen < messages.length) {
          const all = await b.delivered(seen + 1);
          seen = all.length;
          b.connection.acknowledge(all.at(-1)?.seq ?? 0n);
        }
        assert.deepEqual(
          b.deliveries.map(({ envelope }) => toHex(envelope)),
          [...taken, ...refused].map(({ envelope }) => toHex(envelope)),
        );
        const log = logLines.join('');
        assert.ok(log.includes(`"code":"${logged}"`), log.slice(0, 500));
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
