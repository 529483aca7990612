import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a path that a person wrote begins. */
export interface PathPlaces {
  /** What `~` means. */
  readonly userFolder: string;
  /** What a relative path is relative to. */
  readonly workingFolder: string;
}

/** Longer than any file system takes. */
const PATH_MAX_LENGTH = 4096;

/**
 * Whether a paste may be one path to a file: a single line that begins like an absolute one, as file managers drop
 * them into terminals: bare, quoted, with escaped spaces, or as a file:// URL.
 */
export function looksLikePath(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length > PATH_MAX_LENGTH || /[\n\r\0]/.test(trimmed)) return false;
  return /^['"]?(?:~?\/[^/\s]|file:\/\/|[A-Za-z]:[\\/])/.test(trimmed);
}

/** Without quotes, or else without the backslashes that a shell would take away. */
function unquoted(text: string): string {
  const quoted = /^(['"])([\s\S]*)\1$/.exec(text);
  if (quoted !== null) return quoted[2] ?? '';
  return /^[A-Za-z]:\\/.test(text) ? text : text.replace(/\\(.)/g, '$1');
}

/** A path as a person writes it, as an absolute one; null where it is none. */
export function absolutePath(text: string, { userFolder, workingFolder }: PathPlaces): string | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > PATH_MAX_LENGTH || trimmed.includes('\0')) return null;
  const bare = unquoted(trimmed);
  if (/^file:\/\//i.test(bare)) return pathOfUrl(bare);
  if (bare === '~') return userFolder;
  if (/^~[\\/]/.test(bare)) return join(userFolder, bare.slice(2));
  return isAbsolute(bare) ? bare : resolve(workingFolder, bare);
}

function pathOfUrl(url: string): string | null {
  try {
    const path = fileURLToPath(url.replace(/^file:\/\/localhost(?=\/)/i, 'file://'));
    return path.includes('\0') ? null : path;
  } catch {
    return null;
  }
}
