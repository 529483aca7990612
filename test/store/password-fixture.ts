import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Password } from '../../src/session/password.ts';
import { createHome } from '../../src/store/home.ts';
import { accountRecord, CHEAP, contactRecord, messageRecord, temporaryFolder } from './vault-fixture.ts';

/** What a closed account's folder holds. */
export const FILES = ['blobs', 'keyfile', 'vault.db'];
export const MARKER = 'zanzibarmarker';
export const old = () => new Password('old password');
export const next = () => new Password('new password');

/** An account with a history, open. */
export async function openedAccount(t: TestContext) {
  const folder = temporaryFolder(t);
  const home = createHome(folder, { passwordPolicy: CHEAP });
  const vault = await home.create(accountRecord(), old());
  t.after(() => vault.close());
  const { contactId } = vault.contacts.insert(contactRecord());
  vault.transaction(() => {
    for (let sequence = 1n; sequence <= 200n; sequence += 1n) {
      vault.messages.insert(messageRecord(contactId, { text: `${MARKER} ${sequence} `.repeat(20), sequence }));
    }
  });
  return { folder, home, vault, alice: join(folder, 'accounts', 'alice') };
}

/** What opens the account, and whether the whole history is there; leaves it closed. */
export async function outcomes(folder: string, passwords: readonly Password[]): Promise<readonly string[]> {
  const home = createHome(folder, { passwordPolicy: CHEAP });
  const said: string[] = [];
  for (const password of passwords) {
    try {
      const vault = await home.open('alice', password);
      const { contactId = 0 } = vault.contacts.byName('bob') ?? {};
      said.push(vault.messages.history(contactId, { limit: 999 }).length === 200 ? 'whole' : 'history lost');
      vault.close();
    } catch (thrown) {
      said.push(thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown');
    }
  }
  return said;
}
