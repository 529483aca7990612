#!/usr/bin/env node
import { randomFillSync } from 'node:crypto';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type BackgroundRelayOptions, ensureBackgroundRelay } from './cli/background-relay.ts';
import type { Checkup } from './cli/checkup.ts';
import type { ImageCheck, InterfaceOptions } from './cli/environment.ts';
import { DEFAULT_RELAY } from './cli/global-options.ts';
import { runProgram } from './cli/program.ts';
import { findPromptTerminal } from './cli/prompt-terminal.ts';
import type { RelayProxy } from './net/proxy.ts';
import type { Accounts } from './session/client.ts';
import type { LoadedPreferences } from './tui/settings/load-preferences.ts';
import type { Settings } from './tui/settings/settings.ts';

const RELAY_START_TIMEOUT_MS = 5_000;
/** Themes lie beside the program, whether it is the bundle or the sources. */
const THEMES_FOLDER = fileURLToPath(new URL('../assets/themes/', import.meta.url));

/** What was set for this home. Problems in the file are told where somebody can see them: by the interface. */
async function readSettings(home: string): Promise<Settings> {
  const [{ createPreferenceFiles }, { readConfig }] = await Promise.all([
    import('./store/preference-files.ts'),
    import('./tui/settings/read-config.ts'),
  ]);
  return (await readConfig(createPreferenceFiles(home, THEMES_FOLDER))).settings;
}

/** The layers below, loaded only when an account is wanted: --help and --version are quick without them. */
async function openAccounts(home: string, given?: string): Promise<Accounts> {
  const reading = readSettings(home);
  const [accounts, store, userFiles, relay, blobs, media, { systemClock }, { systemRng }, settings, proxy] =
    await Promise.all([
      import('./session/accounts.ts'),
      import('./store/home.ts'),
      import('./store/user-files.ts'),
      import('./net/relay-port.ts'),
      import('./net/blob-client.ts'),
      import('./media/image-port.ts'),
      import('./session/clock.ts'),
      import('./session/rng.ts'),
      reading,
      proxyFor(given, reading),
    ]);
  return accounts.createAccounts({
    home: store.createHome(home),
    relay: relay.createRelayPort({ proxy }),
    blobs: blobs.createBlobPort({ proxy }),
    userFiles: userFiles.createUserFiles(process.env, process.platform, homedir()),
    images: media.createImagePort(),
    clock: systemClock,
    rng: systemRng(randomFillSync, setImmediate),
    choices: { sendsReadReceipts: settings.readReceipts },
  });
}

async function openCheckup(home: string, given?: string): Promise<Checkup> {
  const [{ examineHome }, { probeRelay }, { preparesPictures }, { createImagePort }, terminal, proxy] =
    await Promise.all([
      import('./store/home-check.ts'),
      import('./net/relay-probe.ts'),
      import('./media/self-check.ts'),
      import('./media/image-port.ts'),
      import('./tui/terminal-check.ts'),
      proxyFor(given, readSettings(home)),
    ]);
  const { columns: cols = 80, rows = 24 } = process.stdout;
  return {
    home: (account) => examineHome(home, account),
    relay: (url) => probeRelay(url, proxy, Date.now),
    pictures: () => preparesPictures(createImagePort()),
    queries: { text: terminal.TERMINAL_QUERIES, last: terminal.LAST_ANSWER },
    terminal: (answers) =>
      terminal.examineTerminal(answers === null ? null : { env: process.env, cols, rows, answers }),
  };
}

/** What relays on other machines are reached through. */
async function proxyFor(given: string | undefined, settings: Promise<Settings>): Promise<RelayProxy | null> {
  const { openProxy } = await import('./net/proxy.ts');
  const { ALL_PROXY: usual = process.env.all_proxy } = process.env;
  return openProxy({ given, configured: (await settings).proxy, usual });
}

async function openImageCheck(): Promise<ImageCheck> {
  const [{ createImagePort }, { IMAGE_MAX_BYTES }] = await Promise.all([
    import('./media/image-port.ts'),
    import('./media/image-limits.ts'),
  ]);
  return { maxBytes: IMAGE_MAX_BYTES, check: (bytes) => createImagePort().check(bytes) };
}

async function defaultHome(): Promise<string> {
  return (await import('./store/default-home.ts')).defaultHome(process.env, process.platform);
}

/** The relay as it is run beside this program: the bundle, or from sources with the same loader. */
function relayProgram(): Pick<BackgroundRelayOptions, 'command' | 'cwd'> {
  const place = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  if (import.meta.url.endsWith('.js')) return { command: [process.execPath, place('./smchat-relay.js')] };
  return { command: [process.execPath, ...process.execArgv, place('./smchat-relay.ts')], cwd: process.cwd() };
}

async function relayOf({ accounts, account, relayUrl, relayUrlGiven }: InterfaceOptions): Promise<string> {
  if (relayUrlGiven) return relayUrl;
  const listings = await accounts.list();
  const known =
    account === undefined && listings.length === 1 ? listings[0] : listings.find((each) => each.account === account);
  return known?.relay || relayUrl;
}

/** The same accounts, which touch no relay before `up`: the interface is drawn while its own relay still starts. */
function accountsAfter(up: Promise<unknown>, accounts: Accounts): Accounts {
  return {
    list: () => accounts.list(),
    register: async (...given) => {
      await up;
      return accounts.register(...given);
    },
    unlock: async (...given) => {
      await up;
      return accounts.unlock(...given);
    },
  };
}

async function loadPreferences(home: string): Promise<LoadedPreferences> {
  const [{ createPreferenceFiles }, { loadPreferences: load }] = await Promise.all([
    import('./store/preference-files.ts'),
    import('./tui/settings/load-preferences.ts'),
  ]);
  return load(createPreferenceFiles(home, THEMES_FOLDER), process.env);
}

async function startInterface(options: InterfaceOptions): Promise<number> {
  const [{ startInterface: start }, { defaultDataFolder }, relay, loaded] = await Promise.all([
    import('./tui/app.ts'),
    import('./relay/relay-options.ts'),
    relayOf(options),
    loadPreferences(options.home),
  ]);
  const up = ensureBackgroundRelay({
    ...relayProgram(),
    relayUrl: relay,
    ownUrl: DEFAULT_RELAY,
    dataFolder: defaultDataFolder(process.env),
    timeoutMs: RELAY_START_TIMEOUT_MS,
  });
  return start({
    ...options,
    loaded,
    accounts: accountsAfter(up, options.accounts),
    input: process.stdin,
    output: process.stdout,
    env: process.env,
    now: () => Date.now(),
    timer: (delayMs: number, fire: () => void) => {
      const timeout = setTimeout(fire, delayMs);
      return () => clearTimeout(timeout);
    },
  });
}

// Whatever is made from here on is for this user alone.
process.umask(0o077);
process.exitCode = await runProgram({
  argv: process.argv.slice(2),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  now: () => Date.now(),
  findTerminal: findPromptTerminal,
  defaultHome,
  openAccounts,
  openImageCheck,
  openCheckup,
  openKnownAnswers: async () => (await import('./crypto/known-answers.ts')).answerKnown,
  startInterface,
});
process.exit();
