import type { TestContext } from 'node:test';
import type { AccountContext } from '../../src/session/account-context.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import type { ContactRecord, Vault } from '../../src/session/vault-port.ts';
import { contactRecord, newVault } from '../store/vault-fixture.ts';

/** A real vault with one contact, and what decisions about messages ask of an account besides. */
export interface Scene {
  readonly vault: Vault;
  readonly contact: ContactRecord;
  readonly context: AccountContext;
  readonly told: SmchatEvent[];
  readonly left: unknown[];
  tell(event: SmchatEvent): void;
}

export async function newScene(t: TestContext, changes: Parameters<typeof contactRecord>[0] = {}): Promise<Scene> {
  const vault = await newVault(t);
  const contact = vault.contacts.insert(contactRecord(changes));
  const told: SmchatEvent[] = [];
  const left: unknown[] = [];
  // Only what these decisions use: the rest of an account is not there.
  const parts = { vault, local: { name: 'alice' }, remains: { leave: (what: unknown) => left.push(what) } };
  return { vault, contact, context: parts as unknown as AccountContext, told, left, tell: (event) => told.push(event) };
}
