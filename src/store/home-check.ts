import { lstat, open, readdir, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { amiss, type Finding, well } from '../finding.ts';
import { errorCode } from './storage-error.ts';

/** With less a vault soon refuses to grow: a transaction needs room for its log as well. */
const FREE_MIN_BYTES = 64 * 1024 * 1024;
const SHOWN_MAX = 3;

/** The files of a home, and of one account in it: whose they are, and the disk below them. Nothing is changed. */
export async function examineHome(
  home: string,
  account: string | null,
  freeMinBytes: number = FREE_MIN_BYTES,
): Promise<readonly Finding[]> {
  return [await examineModes(home, account), await examineDisk(home, freeMinBytes)];
}

async function examineModes(home: string, account: string | null): Promise<Finding> {
  if (process.platform === 'win32') return well('files', `${home}: this system keeps them for you alone by itself`);
  try {
    const open: string[] = [];
    const foreign: string[] = [];
    for (const path of await pathsOf(home, account)) {
      const info = await lstat(path).catch((thrown: unknown) => {
        // A log or a socket goes when another process closes the account.
        if (errorCode(thrown) === 'ENOENT') return null;
        throw thrown;
      });
      if (info === null || info.isSymbolicLink()) continue;
      if ((info.mode & 0o077) !== 0) open.push(path);
      if (info.uid !== process.getuid?.()) foreign.push(path);
    }
    if (foreign.length > 0) return amiss('files', `not yours: ${listed(foreign)}: chown them, or run as their owner`);
    if (open.length > 0) return amiss('files', `others can read ${listed(open)}: chmod go= them`);
    return well('files', `${home} is for you alone`);
  } catch (thrown) {
    return amiss('files', `${home} cannot be looked at (${codeOf(thrown)}): check its owner and mode`);
  }
}

async function pathsOf(home: string, account: string | null): Promise<readonly string[]> {
  const accounts = join(home, 'accounts');
  if (account === null) return [home, accounts];
  const folder = join(accounts, account);
  const inside = await readdir(folder);
  const blobs = join(folder, 'blobs');
  const kept = await readdir(blobs).catch(() => []);
  return [accounts, folder, ...inside.map((name) => join(folder, name)), ...kept.map((name) => join(blobs, name))];
}

async function examineDisk(home: string, freeMinBytes: number): Promise<Finding> {
  try {
    // Of a home that is not there yet the folder that it will stand in.
    const folder = await nearest(home);
    const file = join(folder, `doctor.${process.pid}.new`);
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile('smchat');
      await handle.sync();
    } finally {
      await handle.close();
      await rm(file, { force: true });
    }
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const words = `it can be written, ${Math.floor(free / 1_048_576)} MiB are free`;
    return free < freeMinBytes ? amiss('disk', `${words}: make room`) : well('disk', words);
  } catch (thrown) {
    const place = `${home} cannot be written (${codeOf(thrown)})`;
    return amiss('disk', `${place}: check its owner, its mode and the room on its disk`);
  }
}

async function nearest(path: string): Promise<string> {
  try {
    await lstat(path);
    return path;
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT' || dirname(path) === path) throw thrown;
    return nearest(dirname(path));
  }
}

const codeOf = (thrown: unknown): string => errorCode(thrown) ?? 'unknown';

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, SHOWN_MAX).join(', ');
  return paths.length > SHOWN_MAX ? `${shown} and ${paths.length - SHOWN_MAX} more` : shown;
}
