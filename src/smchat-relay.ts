#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { pino } from 'pino';
import { generateKeyPair } from './crypto/auth.ts';
import { readCertificate } from './relay/certificate.ts';
import { parseTrustedProxies } from './relay/client-address.ts';
import { openDataFolder } from './relay/data-folder.ts';
import { privacyStatement } from './relay/privacy.ts';
import { DEFAULT_RATE_LIMITS } from './relay/rate-limits.ts';
import { dataFolder, refuseExposure, tlsFiles } from './relay/relay-options.ts';
import { RelayServer } from './relay/relay-server.ts';
import { openSqliteStore } from './relay/sqlite-store.ts';
import { DEFAULT_STORE_LIMITS } from './relay/store.ts';
import { asSmchatError, EXIT_CODE, SmchatError } from './smchat-error.ts';
import { VERSION } from './version.ts';

const DAY_S = 86_400;
const DAY_MS = DAY_S * 1_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const MIB = 1_048_576;
const AUTH_TIMEOUT_MS = 5_000;
const HEARTBEAT_INTERVAL_MS = 30_000;
const DRAIN_TIMEOUT_MS = 5_000;
/** A piece of 1 MiB may take over four minutes, but nobody holds a socket without using it. */
const BLOB_IDLE_TIMEOUT_MS = 20_000;
const BLOB_LEAST_BYTES_PER_SECOND = 4_096;

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

function minutes(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > 100_000) {
    throw new InvalidArgumentError('It takes a number of minutes above 0.');
  }
  return value;
}

const count = wholeNumber(0, 1_000_000_000);
const rates = DEFAULT_RATE_LIMITS;

const program = new Command('smchat-relay')
  .description('Routes sealed envelopes between smchat accounts and keeps them until they are fetched.')
  .version(VERSION)
  .option('--port <number>', 'port to listen on; 0 picks a free one', wholeNumber(0, 65_535), 50_007)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--exit-when-idle <minutes>', 'end after so many minutes without a connection', minutes)
  .option('--store <url>', 'sqlite:DIR (default: sqlite: under $XDG_DATA_HOME/smchat-relay)')
  .option('--data <dir>', 'short for --store sqlite:DIR')
  .option('--tls-cert <file>', 'certificate and its chain, PEM, for TLS 1.3; read again on SIGHUP')
  .option('--tls-key <file>', "the certificate's private key, PEM")
  .option('--behind-proxy <cidr>', 'trust X-Forwarded-For from there; several, separated by commas')
  .option('--ttl <days>', 'how long mail waits for its receiver', wholeNumber(1, 365), 14)
  .option(
    '--mailbox-messages <number>',
    'messages a mailbox holds',
    wholeNumber(1, 1_000_000),
    DEFAULT_STORE_LIMITS.mailboxMessages,
  )
  .option(
    '--mailbox-bytes <number>',
    'bytes a mailbox holds',
    wholeNumber(65_536, 2 ** 40),
    DEFAULT_STORE_LIMITS.mailboxBytes,
  )
  .option('--tombstone-days <number>', "how long a deleted account's name stays taken", wholeNumber(0, 3_650), 180)
  .option(
    '--handshakes-per-minute <number>',
    'connections an address may open a minute (0: any number)',
    count,
    rates.handshakesPerMinute,
  )
  .option(
    '--sockets-per-address <number>',
    'connections an address may hold open (0: any number)',
    count,
    rates.socketsPerAddress,
  )
  .option(
    '--registrations-per-hour <number>',
    'accounts an address may make an hour (0: any number)',
    count,
    rates.registrationsPerHour,
  )
  .option('--send-burst <number>', 'messages an account may send at once (0: any number)', count, rates.sendBurst)
  .option(
    '--sends-per-second <number>',
    'messages an account may send a second after that',
    wholeNumber(1, 1_000_000),
    rates.sendsPerSecond,
  )
  .option(
    '--initials-per-hour <number>',
    'first messages one account may receive an hour (0: any number)',
    count,
    rates.initialsPerHour,
  )
  .option(
    '--bundles-per-pair <number>',
    "times in 10 minutes an account may fetch another's prekeys (0: any number)",
    count,
    rates.bundlesPerPair,
  )
  .option(
    '--bundles-per-target <number>',
    'one-time prekeys of one account given out an hour (0: any number)',
    count,
    rates.bundlesPerTarget,
  )
  .option(
    '--lookups-per-hour <number>',
    'names an account may look up an hour (0: any number)',
    count,
    rates.lookupsPerHour,
  )
  .option(
    '--uploads-per-hour <number>',
    'prekey uploads an account may make an hour (0: any number)',
    count,
    rates.uploadsPerHour,
  )
  .option(
    '--blob-bytes <number>',
    'bytes of the largest file (padded; sealing it adds 16 for each 64 KiB)',
    wholeNumber(65_536, 2 ** 40),
    100 * MIB,
  )
  .option(
    '--blob-quota <number>',
    "bytes that an account's files may take together",
    wholeNumber(0, 2 ** 50),
    DEFAULT_STORE_LIMITS.blobQuotaBytes,
  )
  .option('--blob-free-bytes <number>', 'bytes of the disk that files leave free', wholeNumber(0, 2 ** 50), 1_024 * MIB)
  .option('--blob-half-hours <hours>', 'how long a half upload waits to be gone on with', wholeNumber(1, 8_760), 24)
  .option(
    '--blobs-per-hour <number>',
    'files an account may begin to upload an hour (0: any number)',
    count,
    rates.blobsPerHour,
  )
  .option(
    '--blob-requests-per-minute <number>',
    'HTTP requests for files an address may make a minute (0: any number)',
    count,
    rates.blobRequestsPerMinute,
  )
  .addOption(
    new Option('--log-level <level>', 'what goes to stderr')
      .choices(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
      .default('info'),
  )
  .option('--json', 'machine-readable first line')
  .option('--print-privacy', 'list exactly what is stored and logged, and end')
  .addHelpText('after', '\nExample:\n  smchat-relay --port 50007')
  .allowExcessArguments(false)
  .exitOverride();

/** The ciphertext of a file of so many bytes: chunks of 64 KiB with a tag of 16 (protocol.md, section 7). */
function sealedBytes(bytes: number): number {
  return bytes + 16 * Math.ceil(bytes / 65_536);
}

async function main(): Promise<void> {
  program.parse();
  const options = program.opts();
  if (options.printPrivacy === true) {
    const dedupeDays = DEFAULT_STORE_LIMITS.dedupeMs / DAY_MS;
    const text = privacyStatement({
      ttlDays: options.ttl,
      dedupeDays,
      tombstoneDays: options.tombstoneDays,
      halfUploadHours: options.blobHalfHours,
    });
    process.stdout.write(text);
    return;
  }
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
  const folder = dataFolder({ data: options.data, store: options.store }, process.env);
  const log = pino({ level: options.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));

  process.umask(0o077);
  const data = openDataFolder(folder);
  const limits = {
    ...DEFAULT_STORE_LIMITS,
    mailboxMessages: options.mailboxMessages,
    mailboxBytes: options.mailboxBytes,
    tombstoneMs: options.tombstoneDays * DAY_MS,
    blobQuotaBytes: options.blobQuota,
  };
  let idleTimer: NodeJS.Timeout | undefined;
  const server = new RelayServer({
    store: openSqliteStore(data.databaseFile, limits, data.tombstoneKey),
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
    onIdle(idle) {
      clearTimeout(idleTimer);
      if (idle && options.exitWhenIdle !== undefined) {
        idleTimer = setTimeout(end, options.exitWhenIdle * MINUTE_MS);
      }
    },
  });

  let ending = false;
  function end(): void {
    if (ending) process.exit(EXIT_CODE.ok);
    ending = true;
    log.info('draining');
    // Whatever hangs, the operator's system does not wait longer than this.
    setTimeout(() => process.exit(EXIT_CODE.ok), DRAIN_TIMEOUT_MS).unref();
    server.drain().then(
      () => process.exit(EXIT_CODE.ok),
      (thrown: unknown) => fail(thrown),
    );
  }
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGHUP', () => {
    try {
      const renewed = readTls();
      if (renewed === null) return;
      server.renewCertificate(renewed);
      log.info({ expires: new Date(renewed.expiresAt).toISOString() }, 'new certificate');
    } catch (thrown) {
      log.error({ reason: asSmchatError(thrown).message }, 'the old certificate stays');
    }
  });

  const listening = await server.listen(host, options.port);
  log.info({ version: VERSION }, 'listening');
  const shownHost = listening.host.includes(':') ? `[${listening.host}]` : listening.host;
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ event: 'listening', ...listening, store: `sqlite:${folder}` })}\n`
      : `smchat-relay listens on ${certificate === null ? 'ws' : 'wss'}://${shownHost}:${listening.port} and keeps its data in ${folder}\n`,
  );
}

function fail(thrown: unknown): never {
  if (thrown instanceof CommanderError) {
    // Help and version are not failures; commander has told the rest already.
    process.exit(thrown.exitCode === 0 ? EXIT_CODE.ok : EXIT_CODE.usage);
  }
  const error = asSmchatError(thrown);
  process.stderr.write(`smchat-relay: ${error.message}\n`);
  if (error.hint !== '') process.stderr.write(`  ${error.hint}\n`);
  process.exit(error.exitCode);
}

main().catch(fail);
