import { Command, InvalidArgumentError, Option } from 'commander';
import { VERSION } from '../version.ts';
import { DEFAULT_RATE_LIMITS } from './rate-limits.ts';
import { DEFAULT_STORE_LIMITS } from './store.ts';

const MIB = 1_048_576;
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

/** The relay's command line: every limit of it is a flag. */
export const relayCommand = new Command('smchat-relay')
  .description('Routes sealed envelopes between smchat accounts and keeps them until they are fetched.')
  .version(VERSION)
  .option('--port <number>', 'port to listen on; 0 picks a free one', wholeNumber(0, 65_535), 50_007)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--exit-when-idle <minutes>', 'end after so many minutes without a connection', minutes)
  .option(
    '--store <url>',
    'sqlite:DIR or postgres://…, several times for the servers of one cluster (default: sqlite: under $XDG_DATA_HOME/smchat-relay)',
    (url: string, before: readonly string[] = []) => [...before, url],
  )
  .option('--data <dir>', 'short for --store sqlite:DIR; with postgres:// the folder of its keys and of blobs')
  .option('--tls-cert <file>', 'certificate and its chain, PEM, for TLS 1.3; read again on SIGHUP')
  .option('--tls-key <file>', "the certificate's private key, PEM")
  .option('--behind-proxy <cidr>', 'trust X-Forwarded-For from there; several, separated by commas')
  .option('--invite-only', 'new accounts need an invitation made by: smchat-relay invite')
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
  .option(
    '--metrics-port <number>',
    "port for Prometheus' metrics, on 127.0.0.1 alone; 0 picks a free one",
    wholeNumber(0, 65_535),
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

/** What is to be done: the relay itself, where no other word is given. */
export type RelayTask =
  | { readonly task: 'serve' }
  | { readonly task: 'doctor' }
  | { readonly task: 'invite'; readonly count: number; readonly days: number };

/** Reads the command line; the options of every task are those of `relayCommand`. */
export function parseRelayCommand(argv: readonly string[]): RelayTask {
  let asked: RelayTask = { task: 'serve' };
  relayCommand.action(() => {});
  relayCommand
    .command('invite')
    .description('Makes single-use invitations for a relay with --invite-only, and prints them this once.')
    .option('--count <number>', 'how many', wholeNumber(1, 1_000), 1)
    .option('--days <number>', 'how long they are good', wholeNumber(1, 365), 7)
    .addHelpText('after', '\nExample:\n  smchat-relay invite --data /var/lib/smchat-relay --count 3')
    .allowExcessArguments(false)
    .exitOverride()
    .action(({ count, days }) => {
      asked = { task: 'invite', count, days };
    });
  relayCommand
    .command('doctor')
    .description('Looks at store, disk, modes, limits, clock and certificate; ends with 0 only if all is well.')
    .addHelpText('after', '\nExample:\n  smchat-relay doctor --data /var/lib/smchat-relay')
    .allowExcessArguments(false)
    .exitOverride()
    .action(() => {
      asked = { task: 'doctor' };
    });
  relayCommand.parse(argv);
  return asked;
}
