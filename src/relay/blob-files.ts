import { type FileHandle, open, readdir, rm, stat, statfs, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** What became of a piece: only `safe` is on disk for good; what else was written is written over by the next one. */
export type AppendResult = 'safe' | 'cut-short' | 'superseded';

/** Bytes on their way to a file. */
export interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly body: AsyncIterable<unknown>;
  /** Where it resolves while bytes are still to come, nothing more is written. */
  readonly superseded: Promise<'superseded'>;
}

/**
 * The blobs' bytes: one file a blob, 0600, named by the number that the store gave it. A file may be longer than its
 * record says, by a piece that never became safe. Failures of the disk throw.
 */
export class BlobFiles {
  readonly #folder: string;

  /** `folder` is there already, 0700. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Writes exactly `length` bytes at `offset` and syncs them. */
  async append(fileNo: number, { offset, length, body, superseded }: Piece): Promise<AppendResult> {
    const handle = await this.#openForWriting(fileNo);
    try {
      const chunks = body[Symbol.asyncIterator]();
      let written = 0;
      for (;;) {
        const next = await Promise.race([nextChunk(chunks), superseded]);
        if (next === 'superseded') return 'superseded';
        if (next === null) break;
        if (written + next.length > length) return 'cut-short';
        await writeAll(handle, next, offset + written);
        written += next.length;
      }
      if (written !== length) return 'cut-short';
      await handle.sync();
      return 'safe';
    } finally {
      await handle.close();
    }
  }

  /** Opens a file for reading; null where it is not there. */
  async read(fileNo: number): Promise<FileHandle | null> {
    return whereThere(open(this.#path(fileNo), 'r'));
  }

  async remove(fileNo: number): Promise<void> {
    await rm(this.#path(fileNo), { force: true });
  }

  /** All files' numbers; what has another name is not the relay's. */
  async list(): Promise<readonly number[]> {
    const names = await readdir(this.#folder);
    return names.filter((name) => /^[1-9]\d{0,15}$/.test(name)).map(Number);
  }

  /** A file's length, 0 where it is not there. */
  async length(fileNo: number): Promise<number> {
    return (await whereThere(stat(this.#path(fileNo))))?.size ?? 0;
  }

  async truncate(fileNo: number, length: number): Promise<void> {
    await truncate(this.#path(fileNo), length);
  }

  /** What is free on the disk for this process. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  /** Never cut to nothing on opening: what lies there may be somebody's. */
  async #openForWriting(fileNo: number): Promise<FileHandle> {
    const path = this.#path(fileNo);
    const there = await whereThere(open(path, 'r+'));
    if (there !== null) return there;
    const handle = await open(path, 'wx', 0o600);
    try {
      await this.#syncFolder();
      return handle;
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  }

  /** A new file's name is safe once its folder is. */
  async #syncFolder(): Promise<void> {
    const handle = await open(this.#folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  #path(fileNo: number): string {
    return join(this.#folder, String(fileNo));
  }
}

/** The next bytes; null at the end, and where the sender is gone. */
async function nextChunk(chunks: AsyncIterator<unknown>): Promise<Uint8Array | null> {
  try {
    const next = await chunks.next();
    return next.done !== true && next.value instanceof Uint8Array ? next.value : null;
  } catch {
    return null;
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  }
}

async function whereThere<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  }
}
