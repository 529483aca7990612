import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A text, or a run of bytes. */
export type Marker = string | Uint8Array;

/** The files below `folder` that hold one of the markers, or have a text in their own path. */
export async function filesWith(folder: string, markers: readonly Marker[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const own = path.slice(folder.length);
    const inPath = markers.filter((marker) => typeof marker === 'string' && own.includes(marker));
    const inside = entry.isFile() ? markersIn(await readFile(path), markers) : [];
    for (const marker of [...inPath, ...inside])
      found.push(`${path}: ${typeof marker === 'string' ? marker : Buffer.from(marker).toString('hex')}`);
  }
  return found;
}

/** The markers that these bytes hold, texts as UTF-8 or UTF-16. */
export function markersIn<Kind extends Marker>(bytes: Buffer, markers: readonly Kind[]): Kind[] {
  return markers.filter((marker) =>
    typeof marker === 'string'
      ? bytes.includes(marker, 0, 'utf8') || bytes.includes(marker, 0, 'utf16le')
      : bytes.includes(Buffer.from(marker)),
  );
}

/** Runs of 24 bytes out of a file, spread over it, as markers. */
export function runsOf(bytes: Uint8Array, count = 40): Uint8Array[] {
  const step = Math.max(1, Math.floor((bytes.length - 24) / count));
  return Array.from({ length: count }, (_, index) => bytes.slice(index * step, index * step + 24)).filter(
    (run) => new Set(run).size > 8,
  );
}
