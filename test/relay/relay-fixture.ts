import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { generateKeyPair } from '../../src/crypto/auth.ts';
import type { BlobOptions } from '../../src/relay/blobs.ts';
import { parseTrustedProxies } from '../../src/relay/client-address.ts';
import { Invitations } from '../../src/relay/invitations.ts';
import { createMemoryStore } from '../../src/relay/memory-store.ts';
import type { Neighbours } from '../../src/relay/neighbours.ts';
import { DEFAULT_RATE_LIMITS, type RateLimitOptions } from '../../src/relay/rate-limits.ts';
import { RelayServer } from '../../src/relay/relay-server.ts';
import { DEFAULT_STORE_LIMITS, type Store, type StoreLimits } from '../../src/relay/store.ts';
import { random } from '../support/relay-account.ts';

export interface FixtureOptions {
  /** Limits to test; all others are off. */
  readonly rateLimits?: Partial<RateLimitOptions>;
  readonly storeLimits?: Partial<StoreLimits>;
  readonly blobs?: Partial<BlobOptions>;
  readonly wrapStore?: (store: Store) => Store;
  readonly neighbours?: Neighbours;
  /** The data folder whose invitations new accounts need. */
  readonly inviteOnly?: string;
  /** By default drawn anew. */
  readonly keySeed?: Uint8Array;
  /** A proxy on loopback: addresses count, and X-Forwarded-For names them. */
  readonly behindProxy?: boolean;
  readonly authTimeoutMs?: number;
  readonly heartbeatIntervalMs?: number;
  readonly logLines?: string[];
  readonly committed?: (seconds: number, envelopes: number) => void;
  readonly onIdle?: (idle: boolean) => void;
}

export interface RelayFixture {
  readonly url: string;
  readonly httpUrl: string;
  readonly server: RelayServer;
  readonly relayKey: Uint8Array;
  /** Where the files of blobs lie. */
  readonly blobFolder: string;
  /** Moves the relay's clocks forward. */
  advance(ms: number): void;
}

const NO_RATE_LIMITS: RateLimitOptions = {
  ...DEFAULT_RATE_LIMITS,
  handshakesPerMinute: 0,
  socketsPerAddress: 0,
  registrationsPerHour: 0,
  sendBurst: 0,
  initialsPerHour: 0,
  bundlesPerPair: 0,
  bundlesPerTarget: 0,
  lookupsPerHour: 0,
  uploadsPerHour: 0,
  blobsPerHour: 0,
  blobRequestsPerMinute: 0,
};

const BLOB_OPTIONS: Omit<BlobOptions, 'folder'> = {
  maxBytes: 104_883_200,
  freeBytesFloor: 0,
  halfUploadMs: 86_400_000,
  idleTimeoutMs: 20_000,
  leastBytesPerSecond: 4_096,
};

/** Runs `scenario` against a relay in this process: real sockets, a store in memory, clocks that the test moves. */
export async function withRelay(
  options: FixtureOptions,
  scenario: (relay: RelayFixture) => Promise<void>,
): Promise<void> {
  let offset = 0;
  const memory = createMemoryStore({ ...DEFAULT_STORE_LIMITS, ...options.storeLimits }, random(32));
  const keyPair = generateKeyPair(options.keySeed ?? random(32));
  const lines = options.logLines ?? [];
  const blobFolder = await mkdtemp(join(tmpdir(), 'smchat-blobs-'));
  const server = new RelayServer({
    store: options.wrapStore?.(memory) ?? memory,
    keyPair,
    rateLimits: { ...NO_RATE_LIMITS, ...options.rateLimits },
    trustedProxies: options.behindProxy === true ? parseTrustedProxies('127.0.0.0/8') : null,
    blobs: { ...BLOB_OPTIONS, folder: blobFolder, ...options.blobs },
    certificate: null,
    maxTtlSeconds: 14 * 86_400,
    authTimeoutMs: options.authTimeoutMs ?? 5_000,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 30_000,
    log: pino({ level: 'info', base: null }, { write: (line: string) => void lines.push(line) }),
    now: () => Date.now() + offset,
    monotonic: () => performance.now() + offset,
    random: (length) => new Uint8Array(randomBytes(length)),
    ...(options.neighbours === undefined ? {} : { neighbours: options.neighbours }),
    ...(options.inviteOnly === undefined ? {} : { invitations: new Invitations(options.inviteOnly) }),
    ...(options.committed === undefined ? {} : { committed: options.committed }),
    ...(options.onIdle === undefined ? {} : { onIdle: options.onIdle }),
  });
  const { port } = await server.listen('127.0.0.1', 0);
  try {
    await scenario({
      url: `ws://127.0.0.1:${port}`,
      httpUrl: `http://127.0.0.1:${port}`,
      server,
      relayKey: keyPair.publicKey,
      blobFolder,
      advance(ms) {
        offset += ms;
      },
    });
  } finally {
    await server.drain();
    await rm(blobFolder, { recursive: true, force: true });
  }
}
