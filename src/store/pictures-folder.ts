import { readFileSync } from 'node:fs';
import { posix, win32 } from 'node:path';

const ENTRY = /^[ \t]*XDG_PICTURES_DIR[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*$/gm;

/**
 * The user's pictures folder: what XDG_PICTURES_DIR says, in the environment or else in user-dirs.dirs (the format of
 * xdg-user-dirs), else `Pictures` in their own folder, which on macOS and Windows it always is.
 */
export function picturesFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  userFolder: string,
): string {
  if (platform === 'win32') return win32.join(userFolder, 'Pictures');
  if (platform === 'darwin') return posix.join(userFolder, 'Pictures');
  const named = env.XDG_PICTURES_DIR;
  // A relative path is invalid there, and to be ignored.
  if (named !== undefined && posix.isAbsolute(named)) return named;
  const config = env.XDG_CONFIG_HOME;
  const configFolder = config !== undefined && posix.isAbsolute(config) ? config : posix.join(userFolder, '.config');
  return configured(posix.join(configFolder, 'user-dirs.dirs'), userFolder) ?? posix.join(userFolder, 'Pictures');
}

/** The last entry of the file counts; its path is absolute or begins with $HOME/. */
function configured(path: string, userFolder: string): string | null {
  const value = [...textOf(path).matchAll(ENTRY)].at(-1)?.[1];
  if (value === undefined) return null;
  const below = /^\$HOME(?=\/|$)(.*)$/.exec(value)?.[1];
  const plain = (below ?? value).replace(/\\(.)/g, '$1');
  if (below !== undefined) return posix.join(userFolder, plain);
  return posix.isAbsolute(plain) ? posix.normalize(plain) : null;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
