import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { utf8 } from '../../src/crypto/bytes.ts';
import { Password } from '../../src/session/password.ts';
import type { Vault } from '../../src/session/vault-port.ts';
import { createHome } from '../../src/store/home.ts';
import { createVault, openVault } from '../../src/store/vault.ts';
import { decryptedFrames, decryptedPages } from './sqlcipher-pages.ts';
import {
  accountRecord,
  bytes,
  CHEAP,
  contactRecord,
  filesBelow,
  messageRecord,
  temporaryFolder,
} from './vault-fixture.ts';

const MARKER = 'zanzibarmarker';

/** Writes the marker into every field that holds text, and into binary ones. */
function writeMarkers(vault: Vault): number {
  const { contactId } = vault.contacts.insert(contactRecord({ name: `${MARKER}name` }));
  for (let sequence = 1n; sequence <= 60n; sequence += 1n) {
    vault.messages.insert(messageRecord(contactId, { text: `${MARKER} ${MARKER}${sequence} `.repeat(20), sequence }));
  }
  vault.outbox.add({
    contactId,
    messageId: null,
    relayId: bytes(16),
    body: utf8(`${MARKER}body`),
    envelope: null,
    createdAt: 1,
  });
  vault.sessions.put({ sessionId: bytes(32), contactId, current: true, record: utf8(`${MARKER}state`), updatedAt: 1 });
  return contactId;
}

test('no file of a home shows what was written, be it open, deleted from or closed', async (t) => {
  const folder = temporaryFolder(t);
  const account = accountRecord();
  const vault = await createHome(folder, { passwordPolicy: CHEAP }).create(account, new Password('hunter2hunter2'));
  const secrets = [
    Buffer.from(MARKER),
    Buffer.from(MARKER, 'utf16le'),
    Buffer.from('hunter2'),
    Buffer.from('SQLite format 3'),
    Buffer.from(account.identityKeyPair.privateKey),
    Buffer.from(account.accountId),
  ];
  const assertNothingShows = (closed: boolean) => {
    for (const [path, content] of filesBelow(folder)) {
      for (const secret of secrets) assert.equal(content.indexOf(secret), -1, `${path}, ${closed ? 'closed' : 'open'}`);
    }
  };
  const contactId = writeMarkers(vault);
  assertNothingShows(false);
  vault.contacts.remove(contactId);
  assertNothingShows(false);
  vault.close();
  assertNothingShows(true);
});

async function vaultWithKnownKey(t: TestContext) {
  const path = join(temporaryFolder(t), 'vault.db');
  const key = bytes(32);
  writeFileSync(path, '');
  createVault(path, key, accountRecord());
  return { path, key };
}

test('deleted text is gone from the database and its log for one who has the key, too', async (t) => {
  const { path, key } = await vaultWithKnownKey(t);
  const vault = openVault(path, key, () => {});
  const other = vault.contacts.insert(contactRecord({ name: 'other' })).contactId;
  for (let sequence = 1n; sequence <= 60n; sequence += 1n) {
    vault.messages.insert(messageRecord(other, { text: `staying words ${sequence}`, sequence }));
  }
  const contactId = writeMarkers(vault);
  assert.ok(decryptedFrames(readFileSync(`${path}-wal`), key).includes(MARKER), 'the test can see what is there');
  vault.contacts.remove(contactId);
  assert.ok(!decryptedFrames(readFileSync(`${path}-wal`), key).includes(MARKER));
  vault.close();
  const pages = decryptedPages(readFileSync(path), key);
  assert.ok(pages.includes('staying words 60'));
  // The index stores words without the beginning that they share with the one before.
  for (const trace of [MARKER, MARKER.slice(2), MARKER.slice(4)]) assert.ok(!pages.includes(trace), trace);
});

test('a replaced session record is gone from the database', async (t) => {
  const { path, key } = await vaultWithKnownKey(t);
  const vault = openVault(path, key, () => {});
  const { contactId } = vault.contacts.insert(contactRecord());
  const row = { sessionId: bytes(32), contactId, current: true, updatedAt: 1 };
  const [old, replacement] = [Buffer.from(bytes(5000)), Buffer.from(bytes(300))];
  vault.sessions.put({ ...row, record: old });
  vault.close();
  assert.ok(decryptedPages(readFileSync(path), key).includes(old.subarray(0, 32)));
  const again = openVault(path, key, () => {});
  again.sessions.put({ ...row, record: replacement });
  again.close();
  const pages = decryptedPages(readFileSync(path), key);
  assert.ok(pages.includes(replacement));
  for (let at = 0; at + 16 <= old.length; at += 16) assert.ok(!pages.includes(old.subarray(at, at + 16)));
});

test('how many contacts there are shows neither in the files’ names nor in their sizes', async (t) => {
  const shapes = [];
  for (const count of [1, 12]) {
    const folder = temporaryFolder(t);
    const home = createHome(folder, { passwordPolicy: CHEAP });
    const vault = await home.create(accountRecord(), new Password('hunter2hunter2'));
    for (let i = 0; i < count; i++) vault.contacts.insert(contactRecord({ name: `contact_${i}` }));
    vault.close();
    shapes.push([...filesBelow(folder)].map(([path, content]) => [path.slice(folder.length), content.length]).sort());
  }
  assert.deepEqual(shapes[0], shapes[1]);
});
