import { constants, type FileHandle } from 'node:fs/promises';

/** Flags that Windows does not know are nothing there. */
export const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** Opening a pipe or a device waits for nobody, and takes no terminal over. */
export const NO_WAITING = (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** Exactly these bytes of an open file, fewer only where it ends. */
export async function readAt(file: Pick<FileHandle, 'read'>, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
