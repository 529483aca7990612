import { randomBytes } from 'node:crypto';
import { chmod, constants, type FileHandle, lstat, mkdir, open, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SmchatError } from '../smchat-error.ts';
import { entriesOf } from './account-listing.ts';
import { NO_FOLLOW } from './file-reading.ts';
import { moveToFreeName } from './free-name.ts';
import { closing, FILE_MODE, FOLDER_MODE, syncFolder } from './private-files.ts';
import { errorCode, storageError } from './storage-error.ts';

const TEMPORARY = /^\.smchat-[0-9a-f]{32}\.part$/;
const TEMPORARY_KEPT_MS = 60 * 60 * 1000;
/** Room for a number before the extension in the 255 bytes that file systems give a name. */
const NAME_MAX_BYTES = 240;
const HINT = { hint: 'choose another folder with --out DIR' };

/**
 * Writes a new file below `folder`: its first entry is a path as the user gave it, which may lead through links, each
 * further one the name of a real folder below. All or nothing, see `UserFiles.save`.
 */
export async function saveNewFile(
  folder: readonly string[],
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<string> {
  for (const component of [...folder.slice(1), name]) requireComponent(component);
  const made: string[] = [];
  let done = false;
  try {
    const place = await saving(name, () => makeFolders(folder, made));
    const path = await writeInto(place, name, chunks);
    done = true;
    return path;
  } finally {
    // One that another save has begun to use is not empty, and stays.
    if (!done) for (const path of made.reverse()) await rmdir(path).catch(() => {});
  }
}

async function writeInto(folder: string, name: string, chunks: AsyncIterable<Uint8Array>): Promise<string> {
  await saving(name, () => removeAbandoned(folder));
  const temporary = join(folder, `.smchat-${randomBytes(16).toString('hex')}.part`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
  const file = await saving(name, () => open(temporary, flags, FILE_MODE));
  try {
    await closing(file, () => fill(file, name, chunks));
    return await saving(name, () => moveToFreeName(temporary, folder, name));
  } finally {
    // One that stays all the same is taken away an hour later.
    await rm(temporary, { force: true }).catch(() => {});
    // Some of the file systems that people save to know no such call; the attachment itself stays in its blob.
    await syncFolder(folder).catch(() => {});
  }
}

async function fill(file: FileHandle, name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  await saving(name, () => whereModesAre(file.chmod(FILE_MODE)));
  // What the chunks' own source throws is passed on as it is.
  for await (const chunk of chunks) await saving(name, () => file.writeFile(chunk));
  await saving(name, () => file.sync());
}

/** The folder to write into, made where missing; each one made is added to `made`, the topmost first. */
async function makeFolders(folder: readonly string[], made: string[]): Promise<string> {
  const [base = '.', ...components] = folder;
  let path = resolve(base);
  await makeChain(path, made);
  requireFolder(path, await stat(path));
  for (const component of components) {
    path = join(path, component);
    await makeFolder(path, made);
    const info = await lstat(path);
    if (info.isSymbolicLink()) {
      throw new SmchatError('storage-not-writable', `${component}: a link stands in its place`, HINT);
    }
    requireFolder(path, info);
    // Another user could put a link in its place after this look at it.
    if (process.getuid !== undefined && info.uid !== process.getuid() && info.uid !== 0) {
      throw new SmchatError('storage-not-writable', `${component}: the folder is another user's`, HINT);
    }
  }
  return path;
}

async function makeChain(path: string, made: string[]): Promise<void> {
  try {
    await makeFolder(path, made);
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT' || dirname(path) === path) throw thrown;
    await makeChain(dirname(path), made);
    await makeFolder(path, made);
  }
}

async function makeFolder(path: string, made: string[]): Promise<void> {
  try {
    await mkdir(path, { mode: FOLDER_MODE });
  } catch (thrown) {
    if (errorCode(thrown) === 'EEXIST') return;
    throw thrown;
  }
  made.push(path);
  await whereModesAre(chmod(path, FOLDER_MODE));
  await syncFolder(dirname(path)).catch(() => {});
}

/** Memory sticks have none: there the mount decides for all files at once. */
async function whereModesAre(changed: Promise<void>): Promise<void> {
  try {
    await changed;
  } catch (thrown) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(errorCode(thrown) ?? '')) throw thrown;
  }
}

function requireFolder(path: string, info: { isDirectory(): boolean }): void {
  if (!info.isDirectory()) throw new SmchatError('storage-not-writable', `${path}: it is no folder`, HINT);
}

/** Takes away what a kill in the middle of a save left behind. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    if (!TEMPORARY.test(entry)) continue;
    const path = join(folder, entry);
    const info = await lstat(path).catch(() => null);
    if (info !== null && Date.now() - info.mtimeMs > TEMPORARY_KEPT_MS) await rm(path, { force: true });
  }
}

/** Names of folders and files come from here or were cleaned; one that leads elsewhere goes no further all the same. */
function requireComponent(name: string): void {
  const leadsElsewhere = /[/\\\0]/.test(name) || name === '.' || name === '..' || name === '';
  if (leadsElsewhere || Buffer.byteLength(name) > NAME_MAX_BYTES) {
    throw new SmchatError('content-refused', 'that file name is not possible here');
  }
}

/** The user's own folders are full or not writable, but never damaged stored data. */
async function saving<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = storageError(name, thrown);
    if (error === thrown || error.code === 'storage-full') throw error;
    throw new SmchatError('storage-not-writable', `${name}: it cannot be saved there`, { ...HINT, cause: thrown });
  }
}
