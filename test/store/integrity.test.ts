import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createVault, openVault } from '../../src/store/vault.ts';
import { accountRecord, bytes, contactRecord, messageRecord, temporaryFolder } from './vault-fixture.ts';

const PAGE_BYTES = 4096;

test('a vault says which of its pages are not as they were written', (t) => {
  const path = join(temporaryFolder(t), 'vault.db');
  const key = bytes(32);
  writeFileSync(path, '');
  createVault(path, key, accountRecord());
  const vault = openVault(path, key, () => {});
  const { contactId } = vault.contacts.insert(contactRecord());
  vault.transaction(() => {
    for (let sequence = 1n; sequence <= 100n; sequence += 1n) {
      vault.messages.insert(messageRecord(contactId, { text: 'some words '.repeat(30), sequence }));
    }
  });
  assert.deepEqual(vault.problems(), []);
  vault.close();

  const damaged = readFileSync(path);
  const page = damaged.length / PAGE_BYTES - 2;
  const at = page * PAGE_BYTES + 1_000;
  damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
  writeFileSync(path, damaged);
  const opened = openVault(path, key, () => {});
  const problems = opened.problems();
  assert.match(problems[0] ?? '', new RegExp(`page ${page + 1}\\b`));
  assert.ok(problems.length <= 5);
  opened.close();
});
