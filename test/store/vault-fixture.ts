import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { accountId, type MessageId, messageId, toHex } from '../../src/crypto/bytes.ts';
import type { AttachmentFacts, AttachmentRecord } from '../../src/session/history-port.ts';
import { Password } from '../../src/session/password.ts';
import type { AccountRecord, ContactRecord, MessageRecord, Vault } from '../../src/session/vault-port.ts';
import { createHome } from '../../src/store/home.ts';
import type { PasswordPolicy } from '../../src/store/password-key.ts';

/** Cheap enough to make many keyfiles in a test. */
export const CHEAP: PasswordPolicy = { least: { memoryKiB: 64, passes: 1, lanes: 1 }, targetMs: 0 };

export const T0 = Date.UTC(2026, 10, 23, 12, 0, 0, 123);

/** A folder of its own, removed after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'smchat-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
export const keyPair = () => ({ publicKey: bytes(32), privateKey: bytes(32) });
export const newMessageId = () => messageId(bytes(16));
export const newAccountId = () => accountId(bytes(16));

export function accountRecord(changes: Partial<AccountRecord> = {}): AccountRecord {
  return {
    name: 'alice',
    accountId: newAccountId(),
    relayUrl: 'ws://127.0.0.1:50007',
    relayKey: null,
    registeredAt: null,
    identityKeyPair: keyPair(),
    relayKeyPair: keyPair(),
    loginToken: bytes(16),
    pendingLoginToken: null,
    lastSeq: 0n,
    ...changes,
  };
}

export function contactRecord(
  changes: Partial<Omit<ContactRecord, 'contactId'>> = {},
): Omit<ContactRecord, 'contactId'> {
  return {
    name: 'bob',
    accountId: newAccountId(),
    state: 'accepted',
    identityKey: bytes(33),
    changedIdentityKey: null,
    verified: false,
    peerAccepted: true,
    nextSequence: 1n,
    stateBeforeBlock: null,
    timerSeconds: 0,
    timerSetAt: 0,
    createdAt: T0,
    ...changes,
  };
}

export function messageRecord(contactId: number, changes: Partial<MessageRecord> = {}): MessageRecord {
  return {
    messageId: newMessageId(),
    contactId,
    direction: 'in',
    kind: 'text',
    text: 'hello',
    replyTo: null,
    clientId: null,
    sentAt: T0,
    receivedAt: T0 + 1000,
    editedAt: null,
    expirySeconds: 0,
    expiresAt: null,
    status: 'delivered',
    reason: null,
    sequence: 1n,
    held: false,
    unproven: false,
    ...changes,
  };
}

/** An open vault of a new account in a folder of its own; closed and removed after the test. */
export async function newVault(t: TestContext): Promise<Vault> {
  const home = createHome(temporaryFolder(t), { passwordPolicy: CHEAP });
  const vault = await home.create(accountRecord(), new Password('correct horse'));
  t.after(() => vault.close());
  return vault;
}

/** Every file below a folder, with its bytes. */
export function filesBelow(folder: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      files.set(path, readFileSync(path));
    }
  }
  return files;
}

export function attachmentFacts(changes: Partial<AttachmentFacts> = {}): AttachmentFacts {
  return {
    name: 'Urlaub 喜.jpg',
    mime: 'image/jpeg',
    bytes: 3_000_000,
    width: 4000,
    height: 3000,
    sha256: bytes(32),
    thumbnail: bytes(900),
    ...changes,
  };
}

export function attachmentRecord(messageId: MessageId, changes: Partial<AttachmentRecord> = {}): AttachmentRecord {
  return {
    messageId,
    role: 'content',
    descriptor: {
      blobId: bytes(16),
      downloadToken: bytes(32),
      key: bytes(32),
      prefix: bytes(7),
      bytes: 100 * 1024 * 1024,
      ciphertextHash: bytes(32),
    },
    uploadToken: null,
    file: null,
    state: 'offered',
    reason: null,
    ...changes,
  };
}

export const fileName = () => toHex(bytes(16));
