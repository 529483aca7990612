import { type AccountId, equal, toHex } from '../crypto/bytes.ts';
import type { WireBundle, WirePreKey, WirePreKeyCounts, WirePreKeyUpload } from '../net/wire/prekey-frames.ts';
import { mapKey } from './map-key.ts';
import { createMemoryBlobs } from './memory-blobs.ts';
import type {
  AccountRegistration,
  Batch,
  CreateAccountResult,
  Enqueue,
  EnqueueResult,
  Store,
  StoredEnvelope,
  StoreLimits,
} from './store.ts';
import { READ_MAX_ENVELOPES } from './store.ts';
import { nameTombstone } from './tombstone.ts';

interface Held extends StoredEnvelope {
  readonly expiresAt: number;
}

interface Pool {
  readonly unused: Map<number, WirePreKey>;
  readonly given: Set<number>;
}

interface Account {
  readonly registration: AccountRegistration;
  token: Uint8Array;
  signedPreKey: WirePreKey;
  lastResortKemPreKey: WirePreKey;
  readonly oneTime: Pool;
  readonly oneTimeKem: Pool;
  nextSeq: number;
  mailbox: Held[];
  /** Until when each message id is remembered; for ever while it lies in the mailbox. */
  readonly seen: Map<string, number>;
}

/** The store in plain words, for tests and as the other stores' oracle: nothing outlives the process. */
export function createMemoryStore(limits: StoreLimits, tombstoneKey: Uint8Array): Store {
  const accounts = new Map<string, Account>();
  const names = new Map<string, Account>();
  const tombstones = new Map<string, number>();
  const invitations = new Map<string, { readonly expiresAt: number; isUsed: boolean }>();
  const blobs = createMemoryBlobs(limits.blobQuotaBytes, (id: AccountId) => accounts.has(mapKey(id)));

  function letGo(account: Account, gone: (held: Held) => boolean, now: number): void {
    account.mailbox = account.mailbox.filter((held) => {
      if (!gone(held)) return true;
      account.seen.set(mapKey(held.relayId), now + limits.dedupeMs);
      return false;
    });
  }

  function enqueue(item: Enqueue, now: number): EnqueueResult {
    const account = accounts.get(mapKey(item.recipient));
    if (account === undefined) return { status: 'no-account' };
    const id = mapKey(item.relayId);
    if ((account.seen.get(id) ?? 0) > now) return { status: 'duplicate' };
    letGo(account, (held) => held.expiresAt <= now, now);
    const bytes = account.mailbox.reduce((sum, held) => sum + held.envelope.length, item.envelope.length);
    if (account.mailbox.length >= limits.mailboxMessages || bytes > limits.mailboxBytes) {
      return { status: 'mailbox-full' };
    }
    const seq = account.nextSeq++;
    account.mailbox.push({
      seq,
      relayId: item.relayId.slice(),
      arrivedAt: item.arrivedAt,
      expiresAt: item.expiresAt,
      envelope: new Uint8Array(item.envelope),
    });
    account.seen.set(id, Number.POSITIVE_INFINITY);
    return { status: 'stored', seq };
  }

  /** By invitation alone, unless that is null. */
  function create(registration: AccountRegistration, now: number, invitation: string | null): CreateAccountResult {
    const byName = names.get(registration.name);
    const byId = find(registration.accountId);
    if (byName !== undefined && byName === byId) {
      const { accountKey, identityKey } = byName.registration;
      const same = equal(accountKey, registration.accountKey) && equal(identityKey, registration.identityKey);
      if (same) return 'created';
    }
    const invited = invitation === null ? null : invitations.get(invitation);
    if (invited === undefined || invited?.isUsed === true || (invited?.expiresAt ?? now + 1) <= now)
      return 'invitation';
    if (byName !== undefined || byId !== undefined) return 'exists';
    if ((tombstones.get(toHex(nameTombstone(tombstoneKey, registration.name))) ?? 0) > now) return 'exists';
    const account: Account = {
      registration,
      token: registration.loginToken,
      signedPreKey: registration.preKeys.signedPreKey,
      lastResortKemPreKey: registration.preKeys.lastResortKemPreKey,
      oneTime: newPool(registration.preKeys.oneTimePreKeys),
      oneTimeKem: newPool(registration.preKeys.oneTimeKemPreKeys),
      nextSeq: 1,
      mailbox: [],
      seen: new Map(),
    };
    accounts.set(mapKey(registration.accountId), account);
    names.set(registration.name, account);
    if (invited !== null) invited.isUsed = true;
    return 'created';
  }

  const find = (id: Uint8Array): Account | undefined => accounts.get(mapKey(id));

  return {
    ...blobs,

    async commit(batch: Batch) {
      for (const ack of batch.acks) {
        const account = find(ack.account);
        if (account !== undefined) letGo(account, (held) => held.seq <= ack.upToSeq, batch.now);
      }
      const results = batch.enqueues.map((item) => enqueue(item, batch.now));
      for (const progress of batch.blobs ?? []) blobs.advance(progress);
      return results;
    },

    async read(id, afterSeq, now) {
      const mailbox = find(id)?.mailbox ?? [];
      return mailbox.filter((held) => held.seq > afterSeq && held.expiresAt > now).slice(0, READ_MAX_ENVELOPES);
    },

    async createAccount(registration, now, invitation) {
      return create(registration, now, invitation === undefined ? null : toHex(invitation));
    },

    async addInvitation(hash, expiresAt) {
      if (!invitations.has(toHex(hash))) invitations.set(toHex(hash), { expiresAt, isUsed: false });
    },

    async accountKey(id) {
      return find(id)?.registration.accountKey ?? null;
    },

    async exchangeToken(id, { previous, next }) {
      const account = find(id);
      if (account === undefined) return null;
      const copied = !equal(account.token, previous) && !equal(account.token, next);
      account.token = next;
      return { copied };
    },

    async deleteAccount(id, now) {
      const account = find(id);
      if (account === undefined) return null;
      accounts.delete(mapKey(id));
      names.delete(account.registration.name);
      tombstones.set(toHex(nameTombstone(tombstoneKey, account.registration.name)), now + limits.tombstoneMs);
      return blobs.removeAll(id);
    },

    async takeBundle(name, oneTime) {
      const account = names.get(name);
      if (account === undefined) return null;
      const oneTimePreKey = oneTime ? take(account.oneTime) : undefined;
      const kemPreKey = oneTime ? take(account.oneTimeKem) : undefined;
      const bundle: WireBundle = {
        version: 1,
        accountId: account.registration.accountId,
        name,
        identityKey: account.registration.identityKey,
        signedPreKey: account.signedPreKey,
        kemPreKey:
          kemPreKey === undefined
            ? { ...account.lastResortKemPreKey, kind: 'last-resort' }
            : { ...kemPreKey, kind: 'one-time' },
        ...(oneTimePreKey === undefined ? {} : { oneTimePreKey }),
      };
      return bundle;
    },

    async putPreKeys(id, upload: WirePreKeyUpload) {
      const account = find(id);
      if (account === undefined) return 'no-account';
      if (
        sizeAfter(account.oneTime, upload.oneTimePreKeys) > limits.maxOneTimePreKeys ||
        sizeAfter(account.oneTimeKem, upload.oneTimeKemPreKeys) > limits.maxOneTimeKemPreKeys
      ) {
        return 'too-many';
      }
      if (upload.signedPreKey !== undefined) account.signedPreKey = upload.signedPreKey;
      if (upload.lastResortKemPreKey !== undefined) account.lastResortKemPreKey = upload.lastResortKemPreKey;
      add(account.oneTime, upload.oneTimePreKeys);
      add(account.oneTimeKem, upload.oneTimeKemPreKeys);
      return counts(account);
    },

    async preKeyCounts(id) {
      const account = find(id);
      return account === undefined ? null : counts(account);
    },

    async expire(now, slice) {
      let removed = 0;
      for (const account of accounts.values()) {
        letGo(account, (held) => held.expiresAt <= now && removed++ < slice, now);
        for (const [seenId, until] of account.seen) if (until <= now) account.seen.delete(seenId);
      }
      for (const [hash, until] of tombstones) if (until <= now) tombstones.delete(hash);
      for (const [hash, { expiresAt }] of invitations) if (expiresAt <= now) invitations.delete(hash);
      return removed >= slice;
    },

    async probe() {},
    async close() {},
  };
}

function newPool(preKeys: readonly WirePreKey[]): Pool {
  return { unused: new Map(preKeys.map((preKey) => [preKey.id, preKey])), given: new Set() };
}

function take(pool: Pool): WirePreKey | undefined {
  for (const [id, preKey] of pool.unused) {
    pool.unused.delete(id);
    pool.given.add(id);
    return preKey;
  }
  return undefined;
}

function fresh(pool: Pool, preKeys: readonly WirePreKey[]): readonly WirePreKey[] {
  return preKeys.filter((preKey) => !pool.given.has(preKey.id));
}

function sizeAfter(pool: Pool, preKeys: readonly WirePreKey[]): number {
  return new Set([...pool.unused.keys(), ...fresh(pool, preKeys).map((preKey) => preKey.id)]).size;
}

function add(pool: Pool, preKeys: readonly WirePreKey[]): void {
  for (const preKey of fresh(pool, preKeys)) pool.unused.set(preKey.id, preKey);
}

function counts(account: Account): WirePreKeyCounts {
  return { oneTimePreKeys: account.oneTime.unused.size, oneTimeKemPreKeys: account.oneTimeKem.unused.size };
}
