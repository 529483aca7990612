import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { asSmchatError, EXIT_CODE } from '../smchat-error.ts';
import { readCertificate } from './certificate.ts';
import type { StoreChoice } from './relay-options.ts';
import { checkStore } from './store-check.ts';

const DAY_MS = 86_400_000;
/** Whoever renews certificates by a program does so a month before. */
const CERTIFICATE_LEFT_MIN_MS = 14 * DAY_MS;
/** Below it a relay of some size turns clients away; systemd's unit gives 65,536. */
const OPEN_FILES_MIN = 4_096;
/** What one relay needs beside its connections. */
const OPEN_FILES_OWN = 100;
const PRIVATE = ['', 'blobs', 'invitations', 'relay.key', 'tombstone.key', 'relay.db', 'relay.db-wal'] as const;

/** One thing looked at: how it is and, where it is not well, what to do. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface DoctorOptions {
  readonly choice: StoreChoice;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly freeBytesFloor: number;
  readonly now: number;
  /** The text of /proc/self/limits, where there is one. */
  readonly limits?: string | null;
}

/** `smchat-relay doctor`: what a relay with these options would meet. Nothing is changed but a file that comes and goes. */
export async function examine(options: DoctorOptions): Promise<readonly Finding[]> {
  const { choice, tls, freeBytesFloor, now } = options;
  const { folder } = choice;
  const limits = options.limits === undefined ? limitsOfSystem() : options.limits;
  if (!existsSync(folder)) {
    return [bad('folder', `there is no ${folder}: give --data, or start the relay once`), openFiles(limits)];
  }
  return [
    privacy(folder),
    ...(await disk(folder, freeBytesFloor)),
    ...(await checkStore(choice, now)),
    openFiles(limits),
    ...(tls === null ? [] : [certificate(tls, now)]),
  ];
}

/** All well, or storage, or anything else. */
export function exitCodeOf(findings: readonly Finding[]): number {
  const failed = findings.filter(({ ok }) => !ok).map(({ check }) => check);
  if (failed.length === 0) return EXIT_CODE.ok;
  return failed.some((check) => ['folder', 'disk', 'store'].includes(check)) ? EXIT_CODE.storage : EXIT_CODE.unexpected;
}

function privacy(folder: string): Finding {
  const missing = ['relay.key', 'tombstone.key'].filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0) {
    return bad(
      'folder',
      `${missing.join(' and ')} missing in ${folder}: restore it from a backup, or start the relay once`,
    );
  }
  const opened = PRIVATE.map((name) => join(folder, name)).filter(
    (path) => process.platform !== 'win32' && existsSync(path) && (statSync(path).mode & 0o077) !== 0,
  );
  if (opened.length > 0) return bad('folder', `others can read ${opened.join(', ')}: chmod go= them`);
  return good('folder', `${folder} is for its owner alone`);
}

async function disk(folder: string, floor: number): Promise<readonly Finding[]> {
  const file = join(folder, `doctor.${process.pid}.new`);
  try {
    const began = performance.now();
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile('smchat');
      await handle.sync();
    } finally {
      await handle.close();
      await rm(file, { force: true });
    }
    const took = (performance.now() - began).toFixed(1);
    const { bavail, bsize } = await statfs(folder);
    const [free, wanted] = [bavail * bsize, floor].map((bytes) => Math.floor(bytes / 1_048_576));
    const written = `a write was safe after ${took} ms, ${free} MiB are free`;
    if (bavail * bsize < floor) return [bad('disk', `${written}, and files need ${wanted}: make room`)];
    return [good('disk', written)];
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
    return [bad('disk', `${folder} cannot be written (${code}): check its owner, its mode and the disk`)];
  }
}

function openFiles(limits: string | null): Finding {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits ?? '')?.[1];
  if (soft === undefined) return good('open files', 'this system does not say how many there may be');
  const most = soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
  const room = `${soft} at most: about ${Math.max(0, most - OPEN_FILES_OWN)} connections`;
  return most >= OPEN_FILES_MIN
    ? good('open files', room)
    : bad('open files', `${room}: raise ulimit -n or LimitNOFILE`);
}

function limitsOfSystem(): string | null {
  return existsSync('/proc/self/limits') ? readFileSync('/proc/self/limits', 'utf8') : null;
}

function certificate(tls: { readonly cert: string; readonly key: string }, now: number): Finding {
  try {
    const { cert, expiresAt } = readCertificate(tls.cert, tls.key, now);
    const names = new X509Certificate(cert).subjectAltName ?? '';
    if (names === '') return bad('certificate', 'it names no host: clients look at subjectAltName alone');
    const left = `${names}; good until ${new Date(expiresAt).toISOString()}`;
    if (expiresAt - now < CERTIFICATE_LEFT_MIN_MS) return bad('certificate', `${left}: renew it, then send SIGHUP`);
    return good('certificate', left);
  } catch (thrown) {
    return bad('certificate', asSmchatError(thrown).message);
  }
}

const good = (check: string, detail: string): Finding => ({ check, ok: true, detail });
const bad = (check: string, detail: string): Finding => ({ check, ok: false, detail });
