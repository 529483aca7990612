import { constants, type FileHandle, open } from 'node:fs/promises';
import { NO_FOLLOW } from './file-reading.ts';

const STEP_BYTES = 64 * 1024;
/** A pipe in the place of a file must not make anybody wait for its writer. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | NO_FOLLOW;

/** Whether a path names a regular file, and no link, that holds the same bytes as another; false for what cannot be read. */
export async function holdsSameBytes(path: string, other: string): Promise<boolean> {
  const handles: FileHandle[] = [];
  try {
    for (const each of [path, other]) handles.push(await open(each, FLAGS));
    const [a, b] = handles;
    return a !== undefined && b !== undefined && (await areEqual(a, b));
  } catch {
    return false;
  } finally {
    for (const handle of handles) await handle.close().catch(() => {});
  }
}

async function areEqual(a: FileHandle, b: FileHandle): Promise<boolean> {
  const [one, two] = [await a.stat(), await b.stat()];
  if (!one.isFile() || !two.isFile() || one.size !== two.size) return false;
  for (let at = 0; at < one.size; at += STEP_BYTES) {
    const [left, right] = [await pieceAt(a, at), await pieceAt(b, at)];
    if (left.length === 0 || Buffer.compare(left, right) !== 0) return false;
  }
  return true;
}

async function pieceAt(handle: FileHandle, position: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(STEP_BYTES);
  let length = 0;
  while (length < STEP_BYTES) {
    const { bytesRead } = await handle.read(buffer, length, STEP_BYTES - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
