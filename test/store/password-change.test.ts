import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Password } from '../../src/session/password.ts';
import { requireKeyfile } from '../../src/store/account-folder.ts';
import { unlockKeyfile } from '../../src/store/account-keys.ts';
import { createHome } from '../../src/store/home.ts';
import { decodeKeyfile } from '../../src/store/keyfile-decoding.ts';
import { VaultDatabase } from '../../src/store/vault-database.ts';
import { FILES, MARKER, next, old, openedAccount, outcomes } from './password-fixture.ts';
import { decryptedFrames, decryptedPages } from './sqlcipher-pages.ts';
import { accountRecord, CHEAP, contactRecord, filesBelow, messageRecord, temporaryFolder } from './vault-fixture.ts';

test('after a change the new password opens the account and the old one does not', async (t) => {
  const { folder, home, vault, alice } = await openedAccount(t);
  await home.changePassword('alice', old(), next());
  assert.deepEqual(readdirSync(alice).sort(), [...FILES, 'vault.db-wal']);
  vault.close();
  assert.deepEqual(readdirSync(alice).sort(), FILES);
  assert.deepEqual(await outcomes(folder, [old(), next(), old()]), ['wrong-password', 'whole', 'wrong-password']);
});

test('the vault stays open and at work through a change, and its changes are kept', async (t) => {
  const { folder, home, vault } = await openedAccount(t);
  const bob = vault.contacts.byName('bob');
  const account = vault.account.load();
  const changing = home.changePassword('alice', old(), next());
  vault.messages.insert(messageRecord(bob?.contactId ?? 0, { text: 'while it ran', sequence: 201n }));
  await changing;
  assert.deepEqual(vault.account.load(), account);
  vault.transaction(() => {
    vault.messages.insert(messageRecord(bob?.contactId ?? 0, { text: 'right after it', sequence: 202n }));
  });
  vault.close();
  const again = await createHome(folder, { passwordPolicy: CHEAP }).open('alice', next());
  assert.deepEqual(
    again.messages.search('it', { limit: 9 }).map(({ text }) => text),
    ['right after it', 'while it ran'],
  );
  again.close();
});

test('the old keyfile and the old password open nothing of what is there afterwards', async (t) => {
  const { home, vault, alice } = await openedAccount(t);
  const keyfile = decodeKeyfile(readFileSync(join(alice, 'keyfile')));
  assert.ok(keyfile.ok);
  const oldKeys = await unlockKeyfile(keyfile.value, old());
  assert.ok(oldKeys !== null);
  const { vaultKey } = oldKeys;
  const inClear = () => {
    const [database, log] = ['vault.db', 'vault.db-wal'].map((file) => readFileSync(join(alice, file)));
    assert.ok(database !== undefined && log !== undefined);
    return { pages: decryptedPages(database, vaultKey), frames: decryptedFrames(log, vaultKey) };
  };
  const before = inClear();
  assert.ok(before.pages.includes(MARKER) || before.frames.includes(MARKER), 'the test can see what is there');
  await home.changePassword('alice', old(), next());
  vault.contacts.insert(contactRecord({ name: MARKER }));
  const after = inClear();
  assert.ok(after.frames.length > 0);
  for (const bytes of [after.pages, after.frames]) assert.ok(!bytes.includes(MARKER));
  vault.close();
  assert.throws(() => new VaultDatabase(join(alice, 'vault.db'), vaultKey), { code: 'storage-damaged' });
  const current = await requireKeyfile(alice, 'alice', CHEAP);
  assert.equal(await unlockKeyfile(current, old()), null);
  assert.notDeepEqual(current.header.salt, keyfile.value.header.salt);
});

test('a wrong current password changes nothing', async (t) => {
  const { folder, home, vault, alice } = await openedAccount(t);
  const before = filesBelow(alice);
  await assert.rejects(home.changePassword('alice', next(), next()), { code: 'wrong-password' });
  assert.deepEqual(filesBelow(alice), before);
  vault.close();
  assert.deepEqual(await outcomes(folder, [next(), old()]), ['wrong-password', 'whole']);
});

test('a password is checked, be the account open or closed', async (t) => {
  const { home, vault, alice } = await openedAccount(t);
  const check = async () => {
    const before = readdirSync(alice);
    await home.checkPassword('alice', old());
    await assert.rejects(home.checkPassword('alice', next()), { code: 'wrong-password' });
    assert.deepEqual(readdirSync(alice), before);
  };
  await check();
  await home.changePassword('alice', old(), next());
  await home.checkPassword('alice', next());
  await assert.rejects(home.checkPassword('alice', old()), { code: 'wrong-password' });
  await home.changePassword('alice', next(), old());
  await check();
  vault.close();
  await check();
  await assert.rejects(home.checkPassword('nobody', old()), { code: 'no-such-account' });
});

test('an account that is not open here cannot change its password', async (t) => {
  const { home, vault } = await openedAccount(t);
  vault.close();
  await assert.rejects(home.changePassword('alice', old(), next()), { code: 'locked' });
});

test('a vault that is closed while its password is being changed keeps the old one', async (t) => {
  const { folder, home, vault, alice } = await openedAccount(t);
  const changing = home.changePassword('alice', old(), next());
  vault.close();
  await assert.rejects(changing, { code: 'locked' });
  assert.deepEqual(await outcomes(folder, [next(), old()]), ['wrong-password', 'whole']);
  assert.deepEqual(readdirSync(alice).sort(), FILES);
});

test('changes asked for at once come one after the other: the first holds, the others know a wrong password', async (t) => {
  const { folder, home, vault } = await openedAccount(t);
  const results = await Promise.allSettled([
    home.changePassword('alice', old(), next()),
    home.setRelay('alice', 'wss://second.example'),
    home.changePassword('alice', old(), new Password('third')),
    home.changePassword('alice', next(), new Password('fourth')),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(await home.list(), [{ account: 'alice', relay: 'wss://second.example' }]);
  vault.close();
  const third = new Password('third');
  assert.deepEqual(await outcomes(folder, [old(), next(), third, new Password('fourth')]), [
    'wrong-password',
    'wrong-password',
    'wrong-password',
    'whole',
  ]);
});

test('a relay set before or after a change is kept, under the new password', async (t) => {
  const { folder, home, vault } = await openedAccount(t);
  await home.setRelay('alice', 'wss://before.example');
  await home.changePassword('alice', old(), next());
  assert.deepEqual(await home.list(), [{ account: 'alice', relay: 'wss://before.example' }]);
  await home.setRelay('alice', 'wss://after.example');
  vault.close();
  assert.deepEqual(await home.list(), [{ account: 'alice', relay: 'wss://after.example' }]);
  assert.deepEqual(await outcomes(folder, [old(), next()]), ['wrong-password', 'whole']);
});

test('a guess at the new password costs no less than one at the old', async (t) => {
  const folder = temporaryFolder(t);
  const dear = { least: { memoryKiB: 128, passes: 3, lanes: 2 }, targetMs: 0 };
  (await createHome(folder, { passwordPolicy: dear }).create(accountRecord(), old())).close();
  const home = createHome(folder, { passwordPolicy: CHEAP });
  const vault = await home.open('alice', old());
  t.after(() => vault.close());
  await home.changePassword('alice', old(), next());
  const { header } = await requireKeyfile(join(folder, 'accounts', 'alice'), 'alice', CHEAP);
  assert.deepEqual(header.cost, dear.least);
});
