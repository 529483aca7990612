import { randomBytes } from 'node:crypto';
import { generateKeyPair } from '../../src/crypto/auth.ts';
import { accountId, concat } from '../../src/crypto/bytes.ts';
import type {
  Delivery,
  PreKeyUpload,
  PublishedPreKey,
  Registration,
  RelayConnection,
  RelayCredentials,
  RelayHandlers,
  RelayPort,
} from '../../src/session/relay-port.ts';

export function random(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length));
}

/** A prekey whose key and signature are random: the relay judges neither. */
export function preKey(id: number): PublishedPreKey {
  return { id, created: 1_700_000_000_000, key: concat(Uint8Array.of(5), random(32)), signature: random(64) };
}

export function kemPreKey(id: number): PublishedPreKey {
  return { id, created: 1_700_000_000_000, key: concat(Uint8Array.of(10), random(1_568)), signature: random(64) };
}

export function range(count: number, from = 1): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

export function preKeys(oneTime = 3, oneTimeKem = 2): Required<PreKeyUpload> {
  return {
    signedPreKey: preKey(1),
    lastResortKemPreKey: kemPreKey(1),
    oneTimePreKeys: range(oneTime).map(preKey),
    oneTimeKemPreKeys: range(oneTimeKem).map(kemPreKey),
  };
}

export function registration(name: string, upload: PreKeyUpload = preKeys()): Registration {
  const { publicKey, privateKey } = generateKeyPair(random(32));
  return {
    name,
    accountId: accountId(random(16)),
    publicKey,
    privateKey,
    identityKey: concat(Uint8Array.of(5), random(32)),
    preKeys: upload,
    loginToken: random(16),
  };
}

/** An account at a relay, with its login token carried along as a vault would. */
export interface RelayAccount {
  readonly name: string;
  readonly registration: Registration;
  readonly credentials: RelayCredentials;
  /** `at` another process of the same relay, where there are several. */
  login(at?: string): Promise<RelayLogin>;
}

/** A connection whose deliveries and end can be waited for. */
export interface RelayLogin {
  readonly connection: RelayConnection;
  readonly deliveries: readonly Delivery[];
  /** Resolves once at least `count` deliveries have come. */
  delivered(count: number): Promise<readonly Delivery[]>;
  readonly closed: Promise<'replaced' | 'draining' | 'lost'>;
}

export async function registerAccount(
  port: RelayPort,
  url: string,
  name: string,
  upload?: PreKeyUpload,
): Promise<RelayAccount> {
  const made = registration(name, upload);
  const { relayKey } = await port.register(url, made);
  const { accountId: id, publicKey, privateKey } = made;
  const credentials: RelayCredentials = { accountId: id, publicKey, privateKey, relayKey };
  let token = made.loginToken;
  return {
    name,
    registration: made,
    credentials,
    async login(at = url) {
      const next = random(16);
      const seen = deliveryLog();
      const connection = await port.login(at, credentials, { previous: token, next }, seen.handlers);
      token = next;
      return { connection, deliveries: seen.deliveries, delivered: seen.delivered, closed: seen.closed };
    },
  };
}

/** Handlers that keep what comes. */
export function deliveryLog(): Omit<RelayLogin, 'connection'> & { readonly handlers: RelayHandlers } {
  const deliveries: Delivery[] = [];
  let waiting: { readonly count: number; readonly resolve: (all: readonly Delivery[]) => void }[] = [];
  let end: (reason: 'replaced' | 'draining' | 'lost') => void = () => {};
  const closed = new Promise<'replaced' | 'draining' | 'lost'>((resolve) => {
    end = resolve;
  });
  return {
    deliveries,
    closed,
    delivered: (count) =>
      new Promise((resolve) => {
        if (deliveries.length >= count) resolve(deliveries);
        else waiting.push({ count, resolve });
      }),
    handlers: {
      deliver(delivery) {
        deliveries.push(delivery);
        for (const { count, resolve } of waiting) if (deliveries.length >= count) resolve(deliveries);
        waiting = waiting.filter(({ count }) => deliveries.length < count);
      },
      closed: ({ reason }) => end(reason),
    },
  };
}
