import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import type { BackupImport, Message, SmchatClient } from '../../src/session/client.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import { Password } from '../../src/session/password.ts';
import { asSmchatError, type FailureCode } from '../../src/smchat-error.ts';
import { fileOf, withPair } from '../support/attachments.ts';
import { accountsIn, messageOf, type Person } from '../support/people.ts';

const SLOW = process.env.SLOW === '1';
const [MESSAGES, PICTURES] = SLOW ? [10_000, 200] : [150, 4];
const PASSPHRASE = 'four words of nobody';
const NEVER = new AbortController().signal;

const passphrase = (): Password => new Password(PASSPHRASE);

async function exported(alice: Person, name = 'alice.backup'): Promise<string> {
  const path = join(alice.folder, name);
  await alice.client.exportBackup(new Password('password of alice'), passphrase(), path);
  return path;
}

function request(path: string, others: Partial<BackupImport> = {}): BackupImport {
  return { path, passphrase: passphrase(), choose: async () => new Password('another one'), signal: NEVER, ...others };
}

async function historyOf(client: SmchatClient, name: string): Promise<readonly Message[]> {
  return client.history(name, { limit: 20_000 });
}

/** What must be the same after a restore: all but the line that tells of it. */
const withoutLines = (messages: readonly Message[]): readonly Message[] =>
  messages.filter(({ kind }) => kind !== 'system');

async function chat(alice: Person, bob: Person): Promise<void> {
  const count = MESSAGES - PICTURES - 5;
  for (let n = 0; n < count; n++) {
    const [from, to] = n % 3 === 0 ? [bob, alice] : [alice, bob];
    const wait = n >= count - 2 || n % 50 === 0 ? 'delivered' : 'sent';
    await from.client.send({ name: to.name, text: `word ${n} of ${from.name} ☕`, wait });
  }
  for (let n = 0; n < PICTURES; n++) {
    const colour = { r: n, g: 255 - n, b: (n * 7) % 256 };
    const bytes = await sharp({ create: { width: 64 + n, height: 48, channels: 3, background: colour } })
      .png()
      .toBuffer();
    const [from, to] = n % 2 === 0 ? [alice, bob] : [bob, alice];
    const path = await fileOf(from, `picture-${n}.png`, bytes);
    const { id } = await from.client.send({
      name: to.name,
      text: `picture ${n}`,
      attachment: { kind: 'image', path },
      wait: 'delivered',
    });
    if (to === alice)
      await alice.sees((event) => event.event === 'transfer' && event.id === id && event.state === 'complete', 'it');
  }
  const { id } = await alice.client.send({ name: 'bob', text: 'to be changed', wait: 'delivered' });
  await alice.client.edit(id, 'changed');
  await bob.sees((event) => event.event === 'edit' && event.text === 'changed', 'the edit');
  await bob.client.react(id, '👍');
  await alice.sees((event) => event.event === 'reaction' && event.emoji === '👍', 'the reaction');
  const answer = await bob.client.send({ name: 'alice', text: 'an answer', replyTo: id, wait: 'delivered' });
  await alice.client.react(answer.id, '🎉');
  const { safety_number } = await alice.client.verify('bob');
  await alice.client.verify('bob', safety_number);
}

async function filesOf(client: SmchatClient, folder: string): Promise<ReadonlyMap<string, string>> {
  const { saved, missing } = await client.saveAll('bob', folder);
  assert.deepEqual(missing, []);
  const hashes = saved.map(async ({ id, path }): Promise<[string, string]> => {
    return [
      id,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    ];
  });
  return new Map(await Promise.all(hashes));
}

/** Resolves with the first event that fits. */
function heard(client: SmchatClient, fits: (event: SmchatEvent) => boolean): Promise<SmchatEvent> {
  return new Promise((resolve) => {
    client.subscribe((event) => fits(event) && resolve(event));
  });
}

test(`${MESSAGES} messages and ${PICTURES} pictures are restored elsewhere, chatting goes on both ways, and the old copy is refused`, async (t) => {
  await withPair({}, async ({ alice, bob }) => {
    await chat(alice, bob);
    const before = await historyOf(alice.client, 'bob');
    const pictures = await filesOf(alice.client, join(alice.folder, 'before'));
    assert.equal(pictures.size, PICTURES);
    const contacts = await alice.client.contacts();

    const began = performance.now();
    const path = join(alice.folder, 'alice.backup');
    const written = await alice.client.exportBackup(new Password('password of alice'), passphrase(), path);
    const took = performance.now() - began;
    const { size, mode } = await stat(path);
    t.diagnostic(`exported ${written.messages} messages, ${size} bytes, in ${Math.round(took)} ms`);
    assert.deepEqual(written, { account: 'alice', path, messages: before.length });
    if (process.platform !== 'win32') assert.equal(mode & 0o777, 0o600);
    const home = await mkdtemp(join(tmpdir(), 'smchat-restored-'));
    const accounts = accountsIn(home, {}, home);
    const peak = process.memoryUsage().rss;
    assert.deepEqual(await accounts.verifyBackup(path, passphrase(), NEVER), written);
    assert.deepEqual(await accounts.importBackup(request(path)), written);
    t.diagnostic(`resident memory before and after: ${peak >> 20}, ${process.memoryUsage().rss >> 20} MiB`);

    let restored = await accounts.unlock('alice', new Password('another one'));
    try {
      const reset = heard(restored, (event) => event.event === 'session_reset' && event.name === 'bob');
      const fromBob = heard(restored, messageOf('there you are'));
      await reset;
      assert.deepEqual(withoutLines(await historyOf(restored, 'bob')), withoutLines(before));
      assert.deepEqual(await filesOf(restored, join(home, 'after')), pictures);
      const [bobNow] = await restored.contacts();
      assert.equal(bobNow?.verified, true);
      assert.deepEqual({ ...bobNow, last_at: 0, last_text: 0 }, { ...contacts[0], last_at: 0, last_text: 0 });

      await restored.send({ name: 'bob', text: 'it is me again' });
      await bob.sees(messageOf('it is me again'), 'the restored account');
      await bob.sees((event) => event.event === 'session_reset', 'the new session');
      await bob.client.send({ name: 'alice', text: 'there you are', wait: 'delivered' });
      await fromBob;
      const told = (messages: readonly Message[]) =>
        messages.filter(({ kind }) => kind === 'system').map(({ text }) => text);
      assert.deepEqual(told(await historyOf(restored, 'bob')), [
        ...told(before),
        'this account was restored from a backup; the secure session is renewed',
      ]);
      assert.deepEqual(told(await historyOf(bob.client, 'alice')).slice(1), [
        'alice asked for a new secure session; it is made',
      ]);

      // Opened anew, the copy is told by the relay that its token is another's, and by the bundle that it is over.
      await alice.restart();
      await alice.sees(
        (event) => event.event === 'connection' && /restored from a backup/.test(event.reason ?? ''),
        'why',
      );
      await assert.rejects(alice.client.send({ name: 'bob', text: 'from the old copy' }), { code: 'superseded' });
      assert.equal((await historyOf(alice.client, 'bob')).length, before.length, 'what is there can still be read');
      await alice.restart();
      await assert.rejects(alice.client.contact('add', 'carol'), { code: 'superseded' });
      assert.equal((await alice.client.connection()).state, 'offline');

      // The old copy's login took the connection over for a moment; opened anew, the restored one goes on at once.
      await restored.close();
      restored = await accounts.unlock('alice', new Password('another one'));
      await restored.send({ name: 'bob', text: 'and on it goes', wait: 'delivered' });
      await bob.sees(messageOf('and on it goes'), 'the restored account once more');
      // Deleting the old copy deletes the copy alone.
      await alice.client.deleteAccount(new Password('password of alice'));
      await restored.send({ name: 'bob', text: 'still there', wait: 'delivered' });
    } finally {
      await restored.close();
      await rm(home, { recursive: true, force: true });
    }
  });
});

test('a backup that is damaged, cut short, newer, or under another passphrase is refused, and nothing is left behind', async () => {
  await withPair({}, async ({ alice, bob }) => {
    const path = await fileOf(
      alice,
      'noise.bin',
      new Uint8Array(200_000).map((_, at) => at * 31),
    );
    await alice.client.send({ name: 'bob', text: '', attachment: { kind: 'file', path }, wait: 'delivered' });
    await bob.client.send({ name: 'alice', text: 'a word', wait: 'delivered' });
    const good = await exported(alice);
    const whole = await readFile(good);
    const home = await mkdtemp(join(tmpdir(), 'smchat-refused-'));
    const accounts = accountsIn(home);
    const bad = join(alice.folder, 'bad.backup');

    async function refused(code: FailureCode, others: Partial<BackupImport> = {}): Promise<void> {
      await assert.rejects(
        accounts.importBackup(request(bad, others)),
        (thrown) => asSmchatError(thrown).code === code,
      );
      const { passphrase: given = passphrase() } = others;
      if (others.signal === undefined) {
        await assert.rejects(accounts.verifyBackup(bad, given, NEVER), (thrown) => asSmchatError(thrown).code === code);
      }
      const left = await readdir(join(home, 'accounts')).catch(() => []);
      assert.deepEqual(left, [], 'nothing is left behind');
    }

    for (const length of [
      0,
      12,
      50,
      102,
      103,
      104,
      65_655,
      65_656,
      whole.length >> 1,
      whole.length - 17,
      whole.length - 1,
    ]) {
      await copyFile(good, bad);
      await truncate(bad, length);
      await refused('storage-damaged');
    }
    for (const at of [0, 12, 14, 20, 30, 60, 101, 103, 70_000, whole.length - 1]) {
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
      await writeFile(bad, flipped);
      await refused('storage-damaged');
    }
    await writeFile(bad, Buffer.concat([whole, Buffer.of(0)]));
    await refused('storage-damaged');
    const newer = Buffer.from(whole);
    newer.writeUInt8(2, 13);
    await writeFile(bad, newer);
    await assert.rejects(accounts.importBackup(request(bad)), /newer smchat/);

    await copyFile(good, bad);
    await refused('wrong-password', { passphrase: new Password('password of alice') });
    const stop = new AbortController();
    await refused('interrupted', {
      signal: stop.signal,
      choose: async () => {
        stop.abort();
        return new Password('x');
      },
    });
    await assert.rejects(accounts.importBackup(request(join(home, 'none'))), { code: 'content-refused' });
    await rm(home, { recursive: true, force: true });

    // Where it came from, the name is taken.
    await assert.rejects(accountsIn(alice.home).importBackup(request(good)), { code: 'account-exists' });
  });
});

test('a backup is never written over a file, nor without the password, nor under an empty passphrase', async () => {
  await withPair({}, async ({ alice }) => {
    const password = () => new Password('password of alice');
    const taken = await fileOf(alice, 'taken', new Uint8Array([1, 2, 3]));
    const free = join(alice.folder, 'free');
    const entries = await readdir(alice.folder);
    await assert.rejects(alice.client.exportBackup(password(), passphrase(), taken), { code: 'storage-not-writable' });
    await assert.rejects(alice.client.exportBackup(passphrase(), passphrase(), free), { code: 'wrong-password' });
    await assert.rejects(alice.client.exportBackup(password(), new Password(''), free), { code: 'content-refused' });
    await assert.rejects(alice.client.exportBackup(password(), passphrase(), join(alice.folder, 'no', 'folder')), {
      code: 'storage-not-writable',
    });
    const closing = alice.client.exportBackup(password(), passphrase(), free);
    await Promise.all([assert.rejects(closing), alice.client.close()]);
    assert.deepEqual(await readdir(alice.folder), entries);
    assert.deepEqual([...(await readFile(taken))], [1, 2, 3]);
  });
});
