import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { SmchatError } from '../../smchat-error.ts';
import { absolutePath, type PathPlaces } from './path-text.ts';

/** A file of this machine. Its name is the user's own, and yet to be gated wherever it is shown. */
export interface LocalFile {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  /** Whether its name says so; sending it as a picture looks inside. */
  readonly isPicture: boolean;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'folder' | 'file';
  /** Null where it cannot be read. */
  readonly bytes: number | null;
  readonly isPicture: boolean;
}

export interface Folder {
  /** Absolute. */
  readonly path: string;
  /** Null at the top. */
  readonly parent: string | null;
  /** Folders first, then by name. */
  readonly entries: readonly FolderEntry[];
  /** Whether there are more than are listed. */
  readonly isCut: boolean;
}

export type FoundPath =
  | { readonly kind: 'file'; readonly file: LocalFile }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'nothing' };

/** What the interface sees of the user's folders: names and sizes, never contents. */
export interface LocalFiles {
  /** An absolute path is taken as it is. */
  list(path: string): Promise<Folder>;
  /** A path as a person writes it: quoted or not, absolute, `~/…`, or relative to where smchat was started. */
  look(path: string): Promise<FoundPath>;
}

/** Larger folders are cut: nobody scrolls through more, and each entry is looked at. */
export const ENTRIES_MAX = 5_000;
const LOOKED_AT_ONCE = 32;
const PICTURE = /\.(?:png|jpe?g|gif|webp|avif)$/i;

export function isPictureName(name: string): boolean {
  return PICTURE.test(name);
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

/** Why a place cannot be read, in a sentence. */
function refusalOf(thrown: unknown): SmchatError {
  const code = codeOf(thrown);
  const sentence =
    code === 'ENOENT'
      ? 'there is no such file or folder'
      : code === 'ENOTDIR'
        ? 'that is not a folder'
        : code === 'EACCES' || code === 'EPERM'
          ? 'that may not be read'
          : 'that cannot be read';
  return new SmchatError('content-refused', sentence, { cause: thrown, hint: '' });
}

/** Files and folders; through links, but no devices, pipes and sockets. */
async function entryOf(folder: string, name: string): Promise<FolderEntry | null> {
  const isPicture = isPictureName(name);
  try {
    const facts = await stat(join(folder, name));
    if (facts.isDirectory()) return { name, kind: 'folder', bytes: null, isPicture: false };
    return facts.isFile() ? { name, kind: 'file', bytes: facts.size, isPicture } : null;
  } catch {
    // A broken link, or gone meanwhile.
    return null;
  }
}

function inOrder(a: FolderEntry, b: FolderEntry): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1;
  return a.name.localeCompare(b.name, 'und', { numeric: true, sensitivity: 'base' }) || (a.name < b.name ? -1 : 1);
}

async function entriesOf(folder: string, names: readonly string[]): Promise<readonly FolderEntry[]> {
  const entries: FolderEntry[] = [];
  for (let at = 0; at < names.length; at += LOOKED_AT_ONCE) {
    const looked = await Promise.all(names.slice(at, at + LOOKED_AT_ONCE).map((name) => entryOf(folder, name)));
    entries.push(...looked.filter((entry) => entry !== null));
  }
  return entries.sort(inOrder);
}

/** The folders of this machine. */
export function createLocalFiles(places: PathPlaces): LocalFiles {
  function placeOf(path: string): string {
    const absolute = absolutePath(path, places);
    if (absolute === null) throw new SmchatError('content-refused', 'that is not a path', { hint: '' });
    return resolve(absolute);
  }

  return {
    async list(path) {
      const place = isAbsolute(path) ? resolve(path) : placeOf(path);
      try {
        const names = await readdir(place);
        const parent = dirname(place);
        return {
          path: place,
          parent: parent === place ? null : parent,
          entries: await entriesOf(place, names.slice(0, ENTRIES_MAX)),
          isCut: names.length > ENTRIES_MAX,
        };
      } catch (thrown) {
        throw refusalOf(thrown);
      }
    },
    async look(path) {
      const place = placeOf(path);
      try {
        const facts = await stat(place);
        if (facts.isDirectory()) return { kind: 'folder', path: place };
        if (!facts.isFile()) return { kind: 'nothing' };
        const name = basename(place);
        return { kind: 'file', file: { path: place, name, bytes: facts.size, isPicture: isPictureName(name) } };
      } catch (thrown) {
        const code = codeOf(thrown);
        if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return { kind: 'nothing' };
        throw refusalOf(thrown);
      }
    },
  };
}
