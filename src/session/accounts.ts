import { accountId } from '../crypto/bytes.ts';
import { encodePublicKey } from '../crypto/key-encoding.ts';
import { x25519KeyPair } from '../crypto/x25519.ts';
import { asSmchatError, SmchatError } from '../smchat-error.ts';
import { AccountSession } from './account-session.ts';
import type { UserFiles } from './attachment-port.ts';
import type { BlobPort } from './blob-port.ts';
import type { Accounts } from './client.ts';
import type { Clock } from './clock.ts';
import type { HomePort } from './home-port.ts';
import type { ImagePort } from './image-port.ts';
import { invitationBytes } from './invitation.ts';
import { requireName } from './names.ts';
import { KEM_POOL, makePreKeys, ONE_TIME_POOL } from './prekey-supply.ts';
import type { PreKeyUpload, RelayPort } from './relay-port.ts';
import type { Rng } from './rng.ts';
import type { AccountRecord, Vault } from './vault-port.ts';

/** A registration whose answer was lost is repeated with the same keys: the relay may have done it. */
const REGISTER_TRIES = 3;

/** What the session layer takes from outside: the entry file gives the real ones. */
export interface AccountsParts {
  readonly home: HomePort;
  readonly relay: RelayPort;
  readonly blobs: BlobPort;
  readonly userFiles: UserFiles;
  readonly images: ImagePort;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly choices: AccountChoices;
}

/** What a person decided about their own accounts. */
export interface AccountChoices {
  /** Whether others are told that what they wrote was read. That it arrived they are told always. */
  readonly sendsReadReceipts: boolean;
}

/** The accounts of a home, opened and made through these ports. */
export function createAccounts(parts: AccountsParts): Accounts {
  const { home, rng } = parts;
  return {
    list: () => home.list(),
    importBackup: async (request) => ({ ...(await home.importBackup(request)), path: request.path }),
    verifyBackup: async (path, passphrase, signal) => ({
      ...(await home.verifyBackup(path, passphrase, signal)),
      path,
    }),

    async register(name, password, relayUrl, invitation) {
      requireName(name);
      requireRelayUrl(relayUrl);
      const invited = invitation === undefined ? undefined : invitationBytes(invitation);
      const vault = await home.create(newAccount(name, relayUrl, rng), password);
      try {
        await registerAtRelay(parts, vault, makeFirstPreKeys(parts, vault), invited);
      } catch (thrown) {
        vault.close();
        await home.destroy(name);
        throw thrown;
      }
      return new AccountSession(vault, parts);
    },

    async unlock(name, password, relayUrl) {
      requireName(name);
      if (relayUrl !== undefined) requireRelayUrl(relayUrl);
      const vault = await home.open(name, password);
      try {
        const account = vault.account.load();
        if (relayUrl !== undefined && relayUrl !== account.relayUrl) {
          vault.account.update({ relayUrl });
          await home.setRelay(name, relayUrl);
        }
        // Ended between making the vault and the relay's answer: the same keys are registered now.
        if (account.relayKey === null) await registerAtRelay(parts, vault, makeFirstPreKeys(parts, vault));
      } catch (thrown) {
        vault.close();
        // Never registered, and not to be without an invitation: it is made anew with one.
        if (asSmchatError(thrown).code === 'invitation-needed') await home.destroy(name);
        throw thrown;
      }
      return new AccountSession(vault, parts);
    },
  };
}

/** Throws `usage` for anything but a WebSocket address. */
function requireRelayUrl(text: string): void {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol !== 'ws:' && protocol !== 'wss:') {
    throw new SmchatError('usage', 'a relay address begins with ws:// or wss://');
  }
}

function newAccount(name: string, relayUrl: string, rng: Rng): AccountRecord {
  return {
    name,
    accountId: accountId(rng.bytes(16)),
    relayUrl,
    relayKey: null,
    registeredAt: null,
    identityKeyPair: x25519KeyPair(rng.bytes(32)),
    relayKeyPair: x25519KeyPair(rng.bytes(32)),
    loginToken: rng.bytes(16),
    pendingLoginToken: null,
    lastSeq: 0n,
  };
}

function makeFirstPreKeys({ rng, clock }: AccountsParts, vault: Vault): PreKeyUpload {
  const account = vault.account.load();
  return makePreKeys(
    { vault, local: account, rng, now: clock.now() },
    { oneTime: ONE_TIME_POOL, kem: KEM_POOL, rotate: true },
  );
}

async function registerAtRelay(
  { relay, clock }: AccountsParts,
  vault: Vault,
  preKeys: PreKeyUpload,
  invitation?: Uint8Array,
): Promise<void> {
  const account = vault.account.load();
  for (let attempt = 1; ; attempt++) {
    try {
      const { relayKey } = await relay.register(account.relayUrl, {
        name: account.name,
        accountId: account.accountId,
        ...account.relayKeyPair,
        identityKey: encodePublicKey(account.identityKeyPair.publicKey),
        preKeys,
        loginToken: account.loginToken,
        ...(invitation === undefined ? {} : { invitation }),
      });
      vault.account.update({ relayKey, registeredAt: clock.now() });
      return;
    } catch (thrown) {
      if (asSmchatError(thrown).code !== 'relay-unreachable' || attempt === REGISTER_TRIES) throw thrown;
    }
  }
}
