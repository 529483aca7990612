import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { OptionValues } from 'commander';
import { pino } from 'pino';
import { generateKeyPair } from '../crypto/auth.ts';
import { asSmchatError, EXIT_CODE, SmchatError } from '../smchat-error.ts';
import { VERSION } from '../version.ts';
import { readCertificate } from './certificate.ts';
import { parseTrustedProxies } from './client-address.ts';
import { openDataFolder } from './data-folder.ts';
import { createEnding } from './ending.ts';
import { Invitations } from './invitations.ts';
import type { Metrics } from './metrics.ts';
import { openStore } from './open-store.ts';
import { refuseExposure, type StoreChoice, shownStore, storeChoice, tlsFiles } from './relay-options.ts';
import { RelayServer } from './relay-server.ts';
import { DEFAULT_STORE_LIMITS } from './store.ts';

const DAY_S = 86_400;
const DAY_MS = DAY_S * 1_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const AUTH_TIMEOUT_MS = 5_000;
const HEARTBEAT_INTERVAL_MS = 30_000;
/** A piece of 1 MiB may take over four minutes, but nobody holds a socket without using it. */
const BLOB_IDLE_TIMEOUT_MS = 20_000;
const BLOB_LEAST_BYTES_PER_SECOND = 4_096;

/** The ciphertext of a file of so many bytes: chunks of 64 KiB with a tag of 16 (protocol.md, section 7). */
function sealedBytes(bytes: number): number {
  return bytes + 16 * Math.ceil(bytes / 65_536);
}

/**
 * Runs the relay as its command line says, until a signal ends it; prints one line when it listens.
 *
 * @param failed ends the process and tells why
 */
export async function serve(options: OptionValues, failed: (thrown: unknown) => never): Promise<void> {
  const host: string = options.host;
  const proxies: string | undefined = options.behindProxy;
  const tls = tlsFiles({ cert: options.tlsCert, key: options.tlsKey });
  const readTls = () => tls && readCertificate(tls.cert, tls.key, Date.now());
  const certificate = readTls();
  refuseExposure(host, certificate !== null || proxies !== undefined);
  const trustedProxies = proxies === undefined ? null : parseTrustedProxies(proxies);
  if (proxies !== undefined && trustedProxies === null) {
    throw new SmchatError('usage', '--behind-proxy takes addresses like 10.0.0.0/8 or ::1');
  }
  const choice = storeChoice({ data: options.data, store: options.store }, process.env);
  const log = pino({ level: options.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));

  process.umask(0o077);
  const data = openDataFolder(choice.folder, choice.kind === 'sqlite');
  const limits = {
    ...DEFAULT_STORE_LIMITS,
    mailboxMessages: options.mailboxMessages,
    mailboxBytes: options.mailboxBytes,
    tombstoneMs: options.tombstoneDays * DAY_MS,
    blobQuotaBytes: options.blobQuota,
  };
  let idleTimer: NodeJS.Timeout | undefined;
  const metricsPort: number | undefined = options.metricsPort;
  let metrics: Metrics | null = null;
  const server = new RelayServer({
    ...(await openStore(choice, limits, data, log)),
    ...(options.inviteOnly === true ? { invitations: new Invitations(choice.folder) } : {}),
    keyPair: generateKeyPair(data.relayKeySeed),
    rateLimits: {
      handshakesPerMinute: options.handshakesPerMinute,
      socketsPerAddress: options.socketsPerAddress,
      registrationsPerHour: options.registrationsPerHour,
      sendBurst: options.sendBurst,
      sendsPerSecond: options.sendsPerSecond,
      initialsPerHour: options.initialsPerHour,
      bundlesPerPair: options.bundlesPerPair,
      bundlesPerTarget: options.bundlesPerTarget,
      lookupsPerHour: options.lookupsPerHour,
      uploadsPerHour: options.uploadsPerHour,
      blobsPerHour: options.blobsPerHour,
      blobRequestsPerMinute: options.blobRequestsPerMinute,
    },
    blobs: {
      folder: data.blobFolder,
      isShared: choice.kind === 'postgres',
      maxBytes: sealedBytes(options.blobBytes),
      freeBytesFloor: options.blobFreeBytes,
      halfUploadMs: options.blobHalfHours * HOUR_MS,
      idleTimeoutMs: BLOB_IDLE_TIMEOUT_MS,
      leastBytesPerSecond: BLOB_LEAST_BYTES_PER_SECOND,
    },
    trustedProxies,
    certificate,
    maxTtlSeconds: options.ttl * DAY_S,
    authTimeoutMs: AUTH_TIMEOUT_MS,
    heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
    log,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    random: (length) => new Uint8Array(randomBytes(length)),
    ...(metricsPort === undefined ? {} : { committed: (seconds, envelopes) => metrics?.committed(seconds, envelopes) }),
    onIdle(idle) {
      clearTimeout(idleTimer);
      if (idle && options.exitWhenIdle !== undefined) {
        idleTimer = setTimeout(end, options.exitWhenIdle * MINUTE_MS);
      }
    },
  });

  const end = createEnding({
    drain() {
      log.info('draining');
      return server.drain();
    },
    exit: () => process.exit(EXIT_CODE.ok),
    failed,
    later: (work, ms) => void setTimeout(work, ms).unref(),
  });
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGHUP', () => {
    try {
      const renewed = readTls();
      if (renewed === null) {
        log.info('SIGHUP: there is no certificate to read again');
        return;
      }
      server.renewCertificate(renewed);
      log.info({ expires: new Date(renewed.expiresAt).toISOString() }, 'new certificate');
    } catch (thrown) {
      log.error({ reason: asSmchatError(thrown).message }, 'the old certificate stays');
    }
  });

  const shownMetrics: { metricsPort?: number } = {};
  if (metricsPort !== undefined) {
    // Loaded only where it is wanted.
    const { createMetrics, serveMetrics } = await import('./metrics.ts');
    metrics = createMetrics(server.measured);
    shownMetrics.metricsPort = (await serveMetrics(metrics, metricsPort)).port;
  }
  const listening = await server.listen(host, options.port);
  log.info({ version: VERSION }, 'listening');
  const shownHost = listening.host.includes(':') ? `[${listening.host}]` : listening.host;
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ event: 'listening', ...listening, store: shownStore(choice), ...shownMetrics })}\n`
      : `smchat-relay listens on ${certificate === null ? 'ws' : 'wss'}://${shownHost}:${listening.port} and keeps its data in ${shownData(choice)}\n`,
  );
}

function shownData(choice: StoreChoice): string {
  return choice.kind === 'sqlite' ? choice.folder : `${shownStore(choice)} and ${choice.folder}`;
}
