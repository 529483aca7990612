import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files below `folder` that hold one of the markers, as UTF-8 bytes, or in their own path. */
export async function filesWith(folder: string, markers: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const inPath = markers.filter((marker) => path.slice(folder.length).includes(marker));
    const inside = entry.isFile() ? markersIn(await readFile(path), markers) : [];
    for (const marker of [...inPath, ...inside]) found.push(`${path}: ${marker}`);
  }
  return found;
}

/** The markers that these bytes hold, as UTF-8 or UTF-16. */
export function markersIn(bytes: Buffer, markers: readonly string[]): string[] {
  return markers.filter((marker) => bytes.includes(marker, 0, 'utf8') || bytes.includes(marker, 0, 'utf16le'));
}
