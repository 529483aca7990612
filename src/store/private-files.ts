import { randomBytes } from 'node:crypto';
import { chmod, type FileHandle, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode, storageError } from './storage-error.ts';

/** Only for the user who runs this. */
export const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;
/** How the name of a file ends that is to replace another one. */
export const UNFINISHED_FILE = '.new';

/** Makes a folder, and those above it that are missing, for this user only, whatever the umask; leaves others as they are. */
export async function makePrivateFolder(path: string): Promise<void> {
  await attempt(path, async () => {
    try {
      await mkdir(path, { mode: FOLDER_MODE });
    } catch (thrown) {
      const code = errorCode(thrown);
      if (code === 'EEXIST') return;
      if (code !== 'ENOENT' || dirname(path) === path) throw thrown;
      await makePrivateFolder(dirname(path));
      return await makePrivateFolder(path);
    }
    await chmod(path, FOLDER_MODE);
    await syncFolder(dirname(path));
  });
}

/** A new file of these bytes on disk, complete with its name, or an error and no file of that name. */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<void> {
  await attempt(path, async () => {
    await fill(path, bytes);
    await syncFolder(dirname(path));
  });
}

/** Replaces a file whole: at any moment, after any crash, the old or the new bytes are there. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString('hex')}${UNFINISHED_FILE}`;
  await attempt(path, async () => {
    try {
      await fill(temporary, bytes);
      await rename(temporary, path);
    } catch (thrown) {
      await rm(temporary, { force: true });
      throw thrown;
    }
    await syncFolder(dirname(path));
  });
}

/**
 * Overwrites a file's bytes where they stand, then unlinks it. A file system that copies on write, or a flash disk's
 * own spare blocks, may keep the old ones all the same. A file that is not there is no error.
 */
export async function shredFile(path: string): Promise<void> {
  await attempt(path, async () => {
    const file = await open(path, 'r+').catch((thrown: unknown) => {
      if (errorCode(thrown) === 'ENOENT') return null;
      throw thrown;
    });
    if (file !== null) {
      await closing(file, async () => {
        const { size } = await file.stat();
        if (size > 0) await file.write(randomBytes(size), 0, size, 0);
        await file.sync();
      });
      await unlink(path);
      await syncFolder(dirname(path));
    }
  });
}

/** Unlinks a folder with all that is in it, and makes that durable. */
export async function removeFolder(path: string): Promise<void> {
  await attempt(path, async () => {
    await rm(path, { recursive: true, force: true });
    await syncFolder(dirname(path));
  });
}

/** Makes what was created, renamed or unlinked in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders; it makes their entries durable by itself.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await closing(folder, () => folder.sync());
}

/** Runs `work`; a failing system call becomes the failure that a user sees, naming the file. */
export async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw storageError(join(basename(dirname(path)), basename(path)), thrown);
  }
}

async function fill(path: string, bytes: Uint8Array): Promise<void> {
  // `wx` follows no link and takes over no file.
  const file = await open(path, 'wx', FILE_MODE);
  try {
    await closing(file, async () => {
      await file.chmod(FILE_MODE);
      await file.writeFile(bytes);
      await file.sync();
    });
  } catch (thrown) {
    await rm(path, { force: true });
    throw thrown;
  }
}

/** Closes the file, whatever becomes of `work`. */
export async function closing<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}
