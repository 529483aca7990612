import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Password } from '../../src/session/password.ts';
import { createHome } from '../../src/store/home.ts';
import { encodeKeyfile, hashName } from '../../src/store/keyfile.ts';
import { decodeKeyfile } from '../../src/store/keyfile-decoding.ts';
import {
  accountRecord,
  bytes,
  CHEAP,
  contactRecord,
  filesBelow,
  messageRecord,
  temporaryFolder,
} from './vault-fixture.ts';

const password = () => new Password('pass');

function newHome(t: TestContext) {
  const folder = temporaryFolder(t);
  return { folder, accounts: join(folder, 'accounts'), home: createHome(folder, { passwordPolicy: CHEAP }) };
}

async function homeWithAlice(t: TestContext) {
  const place = newHome(t);
  const vault = await place.home.create(accountRecord(), password());
  vault.contacts.insert(contactRecord());
  vault.close();
  return { ...place, alice: join(place.accounts, 'alice') };
}

test('an empty or missing home has no accounts', async (t) => {
  const { folder, home } = newHome(t);
  assert.deepEqual(await home.list(), []);
  assert.deepEqual(await createHome(join(folder, 'not', 'there')).list(), []);
  assert.deepEqual(readdirSync(folder), []);
});

test('accounts are listed by name with their relays, without a password', async (t) => {
  const { folder, home } = newHome(t);
  (await home.create(accountRecord({ name: 'zoe', relayUrl: 'wss://relay.example' }), password())).close();
  const open = await home.create(accountRecord({ name: 'al' }), password());
  t.after(() => open.close());
  assert.deepEqual(await createHome(folder).list(), [
    { account: 'al', relay: 'ws://127.0.0.1:50007' },
    { account: 'zoe', relay: 'wss://relay.example' },
  ]);
});

test('a damaged account is listed by its folder, and what is no account is not', async (t) => {
  const { accounts, home, alice } = await homeWithAlice(t);
  writeFileSync(join(alice, 'keyfile'), 'nonsense');
  writeFileSync(join(accounts, 'a_file'), 'x');
  mkdirSync(join(accounts, 'empty'));
  mkdirSync(join(accounts, 'Not A Name'));
  mkdirSync(join(accounts, '.new-0123'));
  assert.deepEqual(await home.list(), [{ account: 'alice', relay: '' }]);
});

test('a name that is taken is refused and the account there untouched', async (t) => {
  const { home, folder } = await homeWithAlice(t);
  const before = filesBelow(folder);
  await assert.rejects(home.create(accountRecord(), new Password('other')), { code: 'account-exists' });
  assert.deepEqual(filesBelow(folder), before);
});

test('of two that make the same account at once, one fails and the other is whole', async (t) => {
  const { folder, accounts } = newHome(t);
  const tries = [1, 2, 3].map(() => createHome(folder, { passwordPolicy: CHEAP }).create(accountRecord(), password()));
  const results = await Promise.allSettled(tries);
  const made = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  assert.equal(made.length, 1);
  for (const result of results) {
    if (result.status === 'rejected') assert.equal(result.reason.code, 'account-exists');
  }
  for (const vault of made) {
    assert.equal(vault.account.load().name, 'alice');
    vault.close();
  }
  assert.deepEqual(readdirSync(accounts), ['alice']);
});

test('names that are no names never become paths', async (t) => {
  const { folder, home } = newHome(t);
  for (const name of ['..', '.', '', 'a', 'A1', 'a/b', '../evil', 'a\0b', 'x'.repeat(33), 'é1', 'a b', 'a\n']) {
    await assert.rejects(home.create(accountRecord({ name }), password()), { code: 'invalid-name' });
    await assert.rejects(home.open(name, password()), { code: 'invalid-name' });
    await assert.rejects(home.destroy(name), { code: 'invalid-name' });
    await assert.rejects(home.setRelay(name, 'ws://x'), { code: 'invalid-name' });
  }
  assert.deepEqual(readdirSync(folder), []);
});

test('a failed creation leaves nothing behind', async (t) => {
  const { accounts, home } = newHome(t);
  const tooLong = accountRecord({ relayUrl: `ws://${'x'.repeat(3000)}` });
  await assert.rejects(home.create(tooLong, password()));
  assert.deepEqual(readdirSync(accounts), []);
  (await home.create(accountRecord(), password())).close();
});

test('what a killed creation left is removed once it is old, and blocks nothing before', async (t) => {
  const { accounts, home } = await homeWithAlice(t);
  const [old, fresh, gone] = ['.new-old', '.new-fresh', '.gone-1'].map((name) => join(accounts, name));
  for (const folder of [old, fresh, gone]) mkdirSync(folder ?? '');
  utimesSync(old ?? '', 1, 1);
  (await home.create(accountRecord({ name: 'bob' }), password())).close();
  assert.deepEqual(readdirSync(accounts).sort(), ['.new-fresh', 'alice', 'bob']);
});

test('a wrong password and an unknown account are told, and change no byte', async (t) => {
  const { home, folder } = await homeWithAlice(t);
  const before = filesBelow(folder);
  await assert.rejects(home.open('alice', new Password('Pass')), { code: 'wrong-password', exitCode: 3 });
  await assert.rejects(home.open('alice', new Password('')), { code: 'wrong-password' });
  await assert.rejects(home.open('nobody', password()), { code: 'no-such-account', exitCode: 5 });
  assert.deepEqual(filesBelow(folder), before);
});

test('unless told otherwise, a guess at the password costs 64 MiB, three passes or more, four lanes', async (t) => {
  const { folder } = newHome(t);
  const home = createHome(folder);
  (await home.create(accountRecord(), password())).close();
  const keyfile = decodeKeyfile(readFileSync(join(folder, 'accounts', 'alice', 'keyfile')));
  assert.ok(keyfile.ok);
  const { memoryKiB, passes, lanes } = keyfile.value.header.cost;
  assert.deepEqual([memoryKiB, lanes], [65536, 4]);
  assert.ok(passes >= 3 && passes <= 64);
  (await home.open('alice', password())).close();
});

test('the same password typed on another keyboard opens the account', async (t) => {
  const { home } = newHome(t);
  (await home.create(accountRecord(), new Password('caf\u00e9'))).close();
  (await home.open('alice', new Password('cafe\u0301'))).close();
});

test('a damaged keyfile is told from a wrong password, by name', async (t) => {
  const { home, alice } = await homeWithAlice(t);
  const keyfile = readFileSync(join(alice, 'keyfile'));
  const middle = keyfile.length >> 1;
  keyfile.writeUInt8(keyfile.readUInt8(middle) ^ 1, middle);
  writeFileSync(join(alice, 'keyfile'), keyfile);
  await assert.rejects(home.open('alice', password()), {
    code: 'storage-damaged',
    message: /alice\/keyfile: it is damaged/,
  });
  rmSync(join(alice, 'keyfile'));
  await assert.rejects(home.open('alice', password()), { code: 'storage-damaged', message: /keyfile: it is missing/ });
});

test('a keyfile with parameters out of bounds, or of another account, is refused before they are run', async (t) => {
  const { home, alice, accounts } = await homeWithAlice(t);
  const keys = { passwordKey: bytes(32), nonce: bytes(12), vaultKey: bytes(32) };
  for (const cost of [
    { memoryKiB: 2 ** 32 - 1, passes: 3, lanes: 4 },
    { memoryKiB: 65536, passes: 2 ** 32 - 1, lanes: 4 },
    { memoryKiB: 1, passes: 1, lanes: 1 },
  ]) {
    const salt = bytes(16);
    const header = { nameHash: hashName('alice', salt), relayUrl: '', cost, salt };
    writeFileSync(join(alice, 'keyfile'), encodeKeyfile({ header, ...keys }));
    const startedAt = performance.now();
    await assert.rejects(home.open('alice', password()), { code: 'storage-damaged', message: /out of bounds/ });
    assert.ok(performance.now() - startedAt < 1000);
  }
  renameSync(alice, join(accounts, 'mallory'));
  await assert.rejects(home.open('mallory', password()), { code: 'storage-damaged', message: /another account/ });
});

test('a missing, empty or foreign vault is told by its name, and nothing is written', async (t) => {
  const { home, alice, folder } = await homeWithAlice(t);
  const vault = join(alice, 'vault.db');
  const states: readonly (() => void)[] = [
    () => writeFileSync(vault, bytes(4096 * 4)),
    () => writeFileSync(vault, 'short'),
    () => writeFileSync(vault, ''),
    () => rmSync(vault),
  ];
  for (const damage of states) {
    damage();
    const before = filesBelow(folder);
    await assert.rejects(home.open('alice', password()), {
      code: 'storage-damaged',
      exitCode: 8,
      message: /vault\.db/,
    });
    assert.deepEqual(filesBelow(folder), before);
  }
});

test('the relay in the readable part is replaced while the vault is open, and stays authenticated', async (t) => {
  const { home, alice } = await homeWithAlice(t);
  await assert.rejects(home.setRelay('alice', 'ws://elsewhere'), { code: 'locked' });
  const vault = await home.open('alice', password());
  await home.setRelay('alice', 'wss://first');
  await home.setRelay('alice', 'wss://second');
  vault.close();
  assert.deepEqual(await home.list(), [{ account: 'alice', relay: 'wss://second' }]);
  await assert.rejects(home.open('alice', new Password('wrong')), { code: 'wrong-password' });
  const again = await home.open('alice', password());
  again.close();
  await assert.rejects(home.setRelay('alice', 'ws://elsewhere'), { code: 'locked' });
  assert.deepEqual(readdirSync(alice).sort(), ['blobs', 'keyfile', 'vault.db']);
});

test('a destroyed account is gone whole, its name free, and others are untouched', async (t) => {
  const { home, accounts, alice } = await homeWithAlice(t);
  (await home.create(accountRecord({ name: 'bob' }), password())).close();
  writeFileSync(join(alice, 'blobs', 'x'), 'blob');
  await home.destroy('alice');
  assert.deepEqual(readdirSync(accounts), ['bob']);
  await assert.rejects(home.destroy('alice'), { code: 'no-such-account' });
  await assert.rejects(home.open('alice', password()), { code: 'no-such-account' });
  (await home.create(accountRecord(), new Password('new'))).close();
  (await home.open('bob', password())).close();
});

test('an account whose key is already gone, or that a killed change of its password left two, can be destroyed', async (t) => {
  const { home, accounts, alice } = await homeWithAlice(t);
  renameSync(join(alice, 'keyfile'), join(alice, 'keyfile.next'));
  await home.destroy('alice');
  assert.deepEqual(readdirSync(accounts), []);
});

test('folders are 0700 and files 0600 under any umask, the write-ahead log too', {
  skip: process.platform === 'win32',
}, async (t) => {
  const { folder } = newHome(t);
  for (const [index, umask] of [0o000, 0o077, 0o777].entries()) {
    const root = join(folder, `home${index}`, 'below');
    const before = process.umask(umask);
    try {
      const home = createHome(root, { passwordPolicy: CHEAP });
      const vault = await home.create(accountRecord(), password());
      const bob = vault.contacts.insert(contactRecord());
      vault.messages.insert(messageRecord(bob.contactId));
      await home.setRelay('alice', 'ws://elsewhere');
      assert.ok(existsSync(join(root, 'accounts', 'alice', 'vault.db-wal')));
      assertPrivate(join(folder, `home${index}`));
      vault.close();
      assertPrivate(join(folder, `home${index}`));
    } finally {
      process.umask(before);
    }
  }
});

test('files that were left open to others are closed to them when the account is opened', {
  skip: process.platform === 'win32',
}, async (t) => {
  const { home, folder, alice } = await homeWithAlice(t);
  for (const [path, mode] of [
    [alice, 0o755],
    [join(alice, 'vault.db'), 0o644],
    [join(alice, 'keyfile'), 0o666],
    [join(alice, 'blobs'), 0o777],
  ] as const)
    chmodSync(path, mode);
  const vault = await home.open('alice', password());
  vault.contacts.update(1, { verified: true });
  assertPrivate(join(folder, 'accounts'));
  vault.close();
});

test('a home that exists keeps its mode', { skip: process.platform === 'win32' }, async (t) => {
  const { folder, home } = newHome(t);
  chmodSync(folder, 0o755);
  (await home.create(accountRecord(), password())).close();
  assert.equal(statSync(folder).mode & 0o777, 0o755);
  assertPrivate(join(folder, 'accounts'));
});

function assertPrivate(root: string): void {
  assert.equal(statSync(root).mode & 0o777, 0o700, root);
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    assert.equal(statSync(path).mode & 0o777, entry.isDirectory() ? 0o700 : 0o600, path);
  }
}

test('the files of an account are those of its own folder, be it open or not', async (t) => {
  const { home, alice } = await homeWithAlice(t);
  const files = home.attachments('alice');
  const name = await files.create();
  assert.deepEqual(readdirSync(join(alice, 'blobs')), [name]);
  assert.throws(() => home.attachments('../alice'), { code: 'invalid-name' });
});
