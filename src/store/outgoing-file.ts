import { constants, type FileHandle, open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { OutgoingFile } from '../session/attachment-port.ts';
import { SmchatError } from '../smchat-error.ts';
import { NO_WAITING, readAt } from './file-reading.ts';
import { errorCode, storageError } from './storage-error.ts';

/** Why a file that a user named cannot be sent, by the operating system's code. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  ENAMETOOLONG: 'there is no such file',
  ERR_INVALID_ARG_VALUE: 'there is no such file',
  ELOOP: 'its links lead nowhere',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
};
/** No fault of the file's. */
const OURS = ['EMFILE', 'ENFILE', 'ENOMEM'];

/**
 * A regular file of the user's own, links followed, opened once: what is read later is what was opened here. It has the
 * length it had then; more is not read, and one that became shorter is refused.
 */
export async function openOutgoingFile(path: string): Promise<OutgoingFile> {
  const name = basename(resolve(path));
  return refusing(name, async () => {
    // Opening alone can already set a device in motion.
    refuseUnlessFile(name, await stat(path));
    const file = await open(path, constants.O_RDONLY | NO_WAITING);
    try {
      const info = await file.stat();
      refuseUnlessFile(name, info);
      return outgoing(name, file, info.size);
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
  });
}

function outgoing(name: string, file: FileHandle, bytes: number): OutgoingFile {
  return {
    name,
    bytes,
    read: (offset, length) =>
      refusing(name, async () => {
        const wanted = Math.max(0, Math.min(length, bytes - offset));
        const piece = await readAt(file, offset, wanted);
        if (piece.length < wanted) throw refusal(name, 'it became shorter while it was read');
        return piece;
      }),
    close: () => file.close(),
  };
}

function refuseUnlessFile(name: string, info: { isFile(): boolean; isDirectory(): boolean }): void {
  if (info.isDirectory()) throw refusal(name, 'it is a folder');
  if (!info.isFile()) throw refusal(name, 'it is a device or a pipe, not a file');
}

async function refusing<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof SmchatError) throw thrown;
    const code = errorCode(thrown);
    if (code === null || OURS.includes(code)) throw storageError(name, thrown);
    throw refusal(name, REASONS[code] ?? 'it cannot be read', thrown);
  }
}

function refusal(name: string, why: string, cause?: unknown): SmchatError {
  return new SmchatError('content-refused', `${name}: ${why}`, { cause });
}
