import { randomBytes } from 'node:crypto';
import { lstatSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { isRecord } from './rpc-protocol.ts';

/** Longer socket paths are cut silently by Node 20 on some systems: such a socket stands in a short folder. */
export const SOCKET_PATH_MAX_BYTES = 100;

const SOCKET = 'rpc.sock';
const LOCK = 'lock';
const SHORT_FOLDER_PREFIX = 'smchat-';
/** The prefix and what mkdtemp adds to it. */
const SHORT_FOLDER = /^smchat-[A-Za-z0-9]{6}$/;

/** Which process serves an account, and where. */
export interface AccountLock {
  readonly pid: number;
  readonly socket: string;
}

const lengthOf = (path: string): number => Buffer.byteLength(path, 'utf8');

/** What the account's `lock` says; null where there is none or it is no such thing. */
export function readLock(folder: string): AccountLock | null {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, LOCK), 'utf8'));
    if (!isRecord(value) || typeof value.pid !== 'number' || typeof value.socket !== 'string') return null;
    return { pid: value.pid, socket: isAbsolute(value.socket) ? value.socket : join(folder, value.socket) };
  } catch {
    return null;
  }
}

/** Replaces the lock whole; whoever holds the vault writes it, nobody else. */
export function writeLock(folder: string, lock: AccountLock): void {
  const unfinished = join(folder, `${LOCK}.${randomBytes(8).toString('hex')}.new`);
  try {
    // In its usual place it needs no path, which would say whose account this is.
    const socket = lock.socket === join(folder, SOCKET) ? SOCKET : lock.socket;
    writeFileSync(unfinished, `${JSON.stringify({ ...lock, socket })}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(unfinished, join(folder, LOCK));
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Where this account's next socket goes; what a killed process left behind is removed first. */
export function claimSocketPath(folder: string, temporary: string = tmpdir()): string {
  const left = readLock(folder);
  if (left !== null) removeSocket(folder, left.socket);
  const usual = join(folder, SOCKET);
  rmSync(usual, { force: true });
  if (lengthOf(usual) <= SOCKET_PATH_MAX_BYTES) return usual;
  // mkdtemp makes it 0700 under any umask.
  const room = lengthOf(join(temporary, `${SHORT_FOLDER_PREFIX}XXXXXX`, SOCKET)) <= SOCKET_PATH_MAX_BYTES;
  return join(mkdtempSync(join(room ? temporary : '/tmp', SHORT_FOLDER_PREFIX)), SOCKET);
}

/** Lets go of the account: first the lock that names the socket, then the socket and its short folder. */
export function releaseSocket(folder: string, socket: string): void {
  if (readLock(folder)?.socket === socket) rmSync(join(folder, LOCK), { force: true });
  removeSocket(folder, socket);
}

function removeSocket(folder: string, socket: string): void {
  const place = dirname(socket);
  const short = place !== folder;
  // A lock file with another path in it never makes this process unlink anything but such a socket.
  if (basename(socket) !== SOCKET || (short && !isPrivateShortFolder(place))) return;
  try {
    rmSync(socket, { force: true });
    if (short) rmdirSync(place);
  } catch {
    // Someone tidied it away already.
  }
}

/**
 * Where to reach the process that serves this account; null where the lock names none. A short folder is believed
 * only while it is this user's own and private: after a crash and a clean-up another user may have made it anew.
 */
export function findSocket(folder: string): string | null {
  const usual = join(folder, SOCKET);
  if (lengthOf(usual) <= SOCKET_PATH_MAX_BYTES) return usual;
  const socket = readLock(folder)?.socket;
  if (socket === undefined || basename(socket) !== SOCKET || !isPrivateShortFolder(dirname(socket))) return null;
  return socket;
}

function isPrivateShortFolder(path: string): boolean {
  if (!SHORT_FOLDER.test(basename(path))) return false;
  try {
    const status = lstatSync(path);
    return status.isDirectory() && status.uid === process.getuid?.() && (status.mode & 0o077) === 0;
  } catch {
    return false;
  }
}
