import { randomBytes } from 'node:crypto';
import { constants, type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttachmentFiles } from '../session/attachment-port.ts';
import { SmchatError } from '../smchat-error.ts';
import { entriesOf } from './account-listing.ts';
import { NO_FOLLOW, NO_WAITING, readAt } from './file-reading.ts';
import { attempt, closing, makePrivateFolder, syncFolder, writeNewFile } from './private-files.ts';
import { errorCode } from './storage-error.ts';

const NAME_BYTES = 16;
const NAME = /^[0-9a-f]{32}$/;

/** Encrypted attachments in an account's blobs/ folder, under random names. Appends to one file come one after the other. */
export function createAttachmentFiles(folder: string): AttachmentFiles {
  function pathOf(name: string): string {
    // Names come back from the vault: nothing there may lead out of the folder.
    if (!NAME.test(name)) throw new SmchatError('storage-damaged', 'an attachment has an impossible file name');
    return join(folder, name);
  }

  /** Null where it is not there; anything but a file in its place is damage. */
  async function opened<T>(name: string, flags: number, work: (file: FileHandle) => Promise<T>): Promise<T | null> {
    const path = pathOf(name);
    return attempt(path, async () => {
      const file = await openIfThere(path, flags | NO_FOLLOW | NO_WAITING);
      if (file === null) return null;
      return closing(file, async () => {
        if (!(await file.stat()).isFile()) throw new SmchatError('storage-damaged', `blobs/${name}: it is no file`);
        return work(file);
      });
    });
  }

  return {
    async create() {
      await makePrivateFolder(folder);
      const name = randomBytes(NAME_BYTES).toString('hex');
      await writeNewFile(join(folder, name), new Uint8Array());
      return name;
    },

    async append(name, bytes) {
      return required(name, await opened(name, constants.O_WRONLY | constants.O_APPEND, (file) => extend(file, bytes)));
    },

    length: (name) => opened(name, constants.O_RDONLY, async (file) => (await file.stat()).size),

    async read(name, offset, length) {
      return required(name, await opened(name, constants.O_RDONLY, (file) => readAt(file, offset, length)));
    },

    async remove(name) {
      const path = pathOf(name);
      await attempt(path, async () => {
        await unlinkIfThere(path);
        await syncFolder(folder);
      });
    },

    async list() {
      return (await entriesOf(folder)).filter((entry) => NAME.test(entry));
    },
  };
}

/** Appends all or nothing. */
async function extend(file: FileHandle, bytes: Uint8Array): Promise<number> {
  const { size } = await file.stat();
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (thrown) {
    // What stays after a failure here too is refused later, by its hash.
    await file.truncate(size).catch(() => {});
    throw thrown;
  }
  return size + bytes.length;
}

function required<T>(name: string, value: T | null): T {
  if (value === null) throw new SmchatError('storage-damaged', `blobs/${name}: it is missing`);
  return value;
}

async function openIfThere(path: string, flags: number): Promise<FileHandle | null> {
  try {
    return await open(path, flags);
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT') throw thrown;
  }
}
