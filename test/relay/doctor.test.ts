import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Database } from '@signalapp/sqlcipher';
import { openDataFolder } from '../../src/relay/data-folder.ts';
import { type DoctorOptions, examine, exitCodeOf, type Finding } from '../../src/relay/doctor.ts';
import { openSqliteStore } from '../../src/relay/sqlite-store.ts';
import { DEFAULT_STORE_LIMITS } from '../../src/relay/store.ts';

const NOW = 1_800_000_000_000;
const LIMITS = 'Max open files            65536                65536                files\n';
const pem = (name: string) => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));

/** A folder as a relay leaves it that was ready at NOW. */
async function withFolder(
  scenario: (folder: string, look: (changes?: Partial<DoctorOptions>) => Promise<readonly Finding[]>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'smchat-doctor-'));
  try {
    const data = openDataFolder(folder);
    const store = openSqliteStore(data.databaseFile, DEFAULT_STORE_LIMITS, data.tombstoneKey);
    await store.probe(NOW);
    await store.close();
    const well: DoctorOptions = {
      choice: { kind: 'sqlite', folder },
      tls: null,
      freeBytesFloor: 1,
      now: NOW,
      limits: LIMITS,
    };
    await scenario(folder, (changes = {}) => examine({ ...well, ...changes }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const failing = (findings: readonly Finding[]) => findings.filter(({ ok }) => !ok).map(({ check }) => check);
const detailOf = (findings: readonly Finding[], check: string) =>
  findings.find((finding) => finding.check === check)?.detail ?? '';

test('a relay that is well is found well, running or not, and left as it was', () =>
  withFolder(async (folder, look) => {
    const before = (await readdir(folder)).sort();
    const findings = await look();
    assert.deepEqual(
      findings.map(({ check }) => check),
      ['folder', 'disk', 'store', 'clock', 'open files'],
    );
    assert.deepEqual(failing(findings), []);
    assert.equal(exitCodeOf(findings), 0);
    assert.match(detailOf(findings, 'store'), /version \d/);
    assert.deepEqual((await readdir(folder)).sort(), before);
    const data = openDataFolder(folder);
    const store = openSqliteStore(data.databaseFile, DEFAULT_STORE_LIMITS, data.tombstoneKey);
    const running = await look();
    await store.close();
    assert.deepEqual(failing(running), []);
    assert.match(detailOf(running, 'store'), /a relay that runs/);
  }));

test('each thing that is not well is said with what to do, and with its exit code', () =>
  withFolder(async (folder, look) => {
    const full = await look({ freeBytesFloor: 2 ** 60 });
    assert.deepEqual([failing(full), exitCodeOf(full)], [['disk'], 8]);
    assert.match(detailOf(full, 'disk'), /make room/);

    const early = await look({ now: NOW - 3_600_000 });
    assert.deepEqual([failing(early), exitCodeOf(early)], [['clock'], 1]);
    assert.match(detailOf(early, 'clock'), /3600 s: set it by NTP/);

    const few = await look({ limits: 'Max open files            1024                 4096                 files\n' });
    assert.deepEqual([failing(few), exitCodeOf(few)], [['open files'], 1]);
    assert.match(detailOf(few, 'open files'), /about 924 connections: raise/);

    await chmod(join(folder, 'relay.key'), 0o640);
    const readable = await look();
    assert.deepEqual(failing(readable), ['folder']);
    assert.match(detailOf(readable, 'folder'), /others can read \S*relay\.key: chmod/);
    await chmod(join(folder, 'relay.key'), 0o600);

    const database = new Database(join(folder, 'relay.db'));
    database.exec('INSERT INTO migration (version) VALUES (99)');
    database.close();
    const newer = await look();
    assert.deepEqual([failing(newer), exitCodeOf(newer)], [['store'], 8]);
    assert.match(detailOf(newer, 'store'), /install a newer/);

    await rm(join(folder, 'relay.key'));
    assert.match(detailOf(await look(), 'folder'), /relay\.key missing/);
    const nowhere = await look({ choice: { kind: 'sqlite', folder: join(folder, 'nowhere') } });
    assert.deepEqual([failing(nowhere), exitCodeOf(nowhere)], [['folder'], 8]);
  }));

test('a certificate is told with its names and its end, before the end comes', () =>
  withFolder(async (_folder, look) => {
    const tls = { cert: pem('first.pem'), key: pem('first.key') };
    const end = Date.parse(new X509Certificate(await readFile(tls.cert)).validTo);
    const day = 86_400_000;
    const at = async (now: number, files = tls) => (await look({ tls: files, now })).at(-1);
    const long = await at(end - 15 * day);
    assert.equal(long?.ok, true);
    assert.match(long?.detail ?? '', /(DNS|IP Address):.*good until/);
    assert.match((await at(end - 13 * day))?.detail ?? '', /renew it/);
    assert.match((await at(end + day))?.detail ?? '', /expired/);
    const wrong = await at(end - 15 * day, { cert: pem('first.pem'), key: pem('second.key') });
    assert.match(wrong?.detail ?? '', /does not belong/);
  }));

test('a database that cannot be reached is told without its password', () =>
  withFolder(async (folder, look) => {
    const findings = await look({
      choice: { kind: 'postgres', folder, urls: ['postgres://u:hush@127.0.0.1:1/x'] },
    });
    assert.deepEqual([failing(findings), exitCodeOf(findings)], [['store'], 8]);
    assert.ok(!JSON.stringify(findings).includes('hush'));
  }));
