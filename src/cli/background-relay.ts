import { spawn } from 'node:child_process';
import { chmodSync, closeSync, fchmodSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';

const PROBE_TIMEOUT_MS = 500;
const PROBE_PAUSE_MS = 50;
const IDLE_MINUTES = 60;

export interface BackgroundRelayOptions {
  /** The relay the interface is about to speak to. */
  readonly relayUrl: string;
  /** The only address a relay is started for: ws://127.0.0.1:50007. */
  readonly ownUrl: string;
  /** How smchat-relay is run: the program, then its first arguments. */
  readonly command: readonly [string, ...string[]];
  /** Where it is started: from sources, where its loader is found. Default: its data folder. */
  readonly cwd?: string;
  /** The relay's data folder; its log goes there too. */
  readonly dataFolder: string;
  /** How long it may take to answer. */
  readonly timeoutMs: number;
}

export type BackgroundRelay =
  /** Another relay is wanted, or one runs already. */
  | 'not-needed'
  | 'started'
  /** It did not come up: the interface says offline, and why is in its log. */
  | 'failed';

/**
 * Starts a relay of this user's own where the interface wants the default one and nothing answers there. It outlives
 * the interface and ends by itself when nobody was connected for an hour. Never throws.
 */
export async function ensureBackgroundRelay(options: BackgroundRelayOptions): Promise<BackgroundRelay> {
  const address = addressOf(options.relayUrl);
  if (address === null || options.relayUrl !== options.ownUrl || (await answers(address))) return 'not-needed';
  const starting = join(options.dataFolder, 'starting');
  let mine = false;
  try {
    mkdirSync(options.dataFolder, { recursive: true, mode: 0o700 });
    chmodSync(options.dataFolder, 0o700);
    mine = claim(starting, options.timeoutMs);
    // Two interfaces that start at once start one relay: on a new folder two would each make keys.
    const relay = mine ? startRelay(options, address.port) : null;
    for (const end = Date.now() + options.timeoutMs; Date.now() < end; ) {
      const over = relay?.hasEnded() === true;
      if (await answers(address)) return 'started';
      if (over) break;
      await new Promise((resolve) => setTimeout(resolve, PROBE_PAUSE_MS));
    }
  } catch {
    // Falls through: an interface that is offline can say so better than a start that fails.
  } finally {
    if (mine) rmSync(starting, { force: true });
  }
  return 'failed';
}

interface Address {
  readonly host: string;
  readonly port: number;
}

function addressOf(relayUrl: string): Address | null {
  if (!URL.canParse(relayUrl)) return null;
  const { hostname, port } = new URL(relayUrl);
  return port === '' ? null : { host: hostname, port: Number(port) };
}

function answers(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(address);
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(PROBE_TIMEOUT_MS, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** True for the one that may start the relay; a claim left behind by a kill counts no longer than a start may take. */
function claim(file: string, validMs: number): boolean {
  for (let tries = 0; tries < 2; tries++) {
    try {
      closeSync(openSync(file, 'wx', 0o600));
      return true;
    } catch {
      const info = statSync(file, { throwIfNoEntry: false });
      if (info !== undefined && Date.now() - info.mtimeMs < validMs) return false;
      rmSync(file, { force: true });
    }
  }
  return false;
}

function startRelay(
  { command, dataFolder, cwd = dataFolder }: BackgroundRelayOptions,
  port: number,
): { hasEnded(): boolean } {
  const [program, ...first] = command;
  const log = openSync(join(dataFolder, 'relay.log'), 'a', 0o600);
  try {
    fchmodSync(log, 0o600);
    const child = spawn(
      program,
      [...first, '--port', String(port), '--exit-when-idle', String(IDLE_MINUTES), '--data', dataFolder],
      { detached: true, stdio: ['ignore', log, log], cwd, windowsHide: true },
    );
    let ended = false;
    const end = (): void => {
      ended = true;
    };
    child.once('error', end).once('exit', end).unref();
    return { hasEnded: () => ended };
  } finally {
    closeSync(log);
  }
}
