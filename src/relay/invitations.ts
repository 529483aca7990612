import { createHash } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { INVITATION_BYTES } from '../net/wire/limits.ts';
import { SmchatError } from '../smchat-error.ts';
import type { Store } from './store.ts';

const FOLDER = 'invitations';

/** What is kept of an invitation's token: the token itself is only ever printed. */
export function invitationHash(token: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update('smchat/v1/invitation').update(token).digest());
}

/** A token as it is handed on: hexadecimal in groups of four. */
export function invitationText(token: Uint8Array): string {
  return (Buffer.from(token).toString('hex').match(/.{4}/g) ?? []).join('-');
}

/**
 * Invitations that were made and not yet shown to a relay: a file each in the data folder, named by the token's hash, with
 * the time of its expiry. `smchat-relay invite` needs no store that way, which a running relay may hold for itself alone.
 */
export class Invitations {
  readonly #dataFolder: string;
  readonly #folder: string;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
    this.#folder = join(dataFolder, FOLDER);
  }

  /** Draws tokens and keeps their hashes, on disk before anybody sees them. */
  async make(count: number, expiresAt: number, random: (length: number) => Uint8Array): Promise<readonly Uint8Array[]> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await this.#give(this.#folder);
      const tokens = Array.from({ length: count }, () => random(INVITATION_BYTES));
      for (const token of tokens) await this.#write(this.#path(invitationHash(token)), String(expiresAt));
      await syncFolder(this.#folder);
      await syncFolder(this.#dataFolder);
      return tokens;
    } catch (cause) {
      throw new SmchatError('storage-not-writable', `invitations cannot be kept in ${this.#folder}`, { cause });
    }
  }

  /** Where this one waits here, the store has it from now on: there it is used once, whoever shows it at once. */
  async handOver(hash: Uint8Array, store: Store, now: number): Promise<void> {
    const path = this.#path(hash);
    const expiresAt = await expiryIn(path);
    if (expiresAt === null) return;
    // One that was used stays in the store until its expiry, so that a file left over by a kill revives nothing.
    if (expiresAt > now) await store.addInvitation(hash, expiresAt);
    await rm(path, { force: true });
  }

  /** Removes what is past its time. */
  async sweep(now: number): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const expiresAt = await expiryIn(join(this.#folder, name));
      if (expiresAt !== null && expiresAt <= now) await rm(join(this.#folder, name), { force: true });
    }
  }

  /** Whole or not at all: half an expiry would be another one. */
  async #write(path: string, text: string): Promise<void> {
    const handle = await open(`${path}.new`, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await this.#give(`${path}.new`);
    await rename(`${path}.new`, path);
  }

  /** Made by root, it belongs to the relay's own user all the same. */
  async #give(path: string): Promise<void> {
    if (process.getuid?.() !== 0) return;
    const { uid, gid } = await stat(this.#dataFolder);
    await chown(path, uid, gid);
  }

  #path(hash: Uint8Array): string {
    return join(this.#folder, Buffer.from(hash).toString('hex'));
  }
}

async function expiryIn(path: string): Promise<number | null> {
  try {
    const text = await readFile(path, 'utf8');
    return /^\d{1,15}$/.test(text) ? Number(text) : null;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
