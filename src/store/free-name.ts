import { link, open, rename, unlink } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { SmchatError } from '../smchat-error.ts';
import { FILE_MODE } from './private-files.ts';
import { holdsSameBytes } from './same-file.ts';
import { errorCode } from './storage-error.ts';

/** So many files of one name, from one second of one chat, are more than anybody has. */
const TRIES_MAX = 10_000;
/** What file systems without hard links answer: FAT, exFAT, some network shares. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK', 'EXDEV'];

/** Gives a finished file its name, or fails with EEXIST where that is taken. The old name may stay. */
type Move = (from: string, to: string) => Promise<void>;

/** `name.ext`, then `name-2.ext`, `name-3.ext`, … */
export function numbered(name: string, number: number): string {
  if (number === 1) return name;
  const { name: stem, ext } = parse(name);
  return `${stem}-${number}${ext}`;
}

/**
 * Gives a finished file the first free name in a folder, never another file's; the caller removes the old one. Where the
 * same bytes stand under one of the names already, that file is it. Gives the path.
 */
export async function moveToFreeName(from: string, folder: string, name: string, move: Move = moveTo): Promise<string> {
  for (let number = 1; number <= TRIES_MAX; number += 1) {
    const path = join(folder, numbered(name, number));
    try {
      await move(from, path);
      return path;
    } catch (thrown) {
      if (errorCode(thrown) !== 'EEXIST') throw thrown;
      if (await holdsSameBytes(path, from)) return path;
    }
  }
  throw new SmchatError('storage-not-writable', 'there are too many files of that name');
}

/** Gives a finished file a name that nothing has, or fails with EEXIST; the old name may stay. */
export async function moveTo(from: string, to: string): Promise<void> {
  try {
    await moveByLink(from, to);
  } catch (thrown) {
    if (!NO_LINKS.includes(errorCode(thrown) ?? '')) throw thrown;
    await moveByClaim(from, to);
  }
}

/** A second name for the same file: one step, and no name is ever an unfinished file's. */
export async function moveByLink(from: string, to: string): Promise<void> {
  await link(from, to);
}

/** Where there are no hard links: an empty file claims the name, and the finished one takes its place. */
export async function moveByClaim(from: string, to: string): Promise<void> {
  const claim = await open(to, 'wx', FILE_MODE);
  try {
    await claim.close();
    await rename(from, to);
  } catch (thrown) {
    await unlink(to);
    throw thrown;
  }
}
