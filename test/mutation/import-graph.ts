import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const IMPORT = /(?:from|import)\s*\(?\s*['"](\.[^'"]+\.ts)['"]/g;

/** All files that a file imports, however indirectly, itself included. */
export function reachableFrom(file: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    reachableFrom(join(dirname(file), target).replaceAll('\\', '/'), seen);
  }
  return seen;
}
