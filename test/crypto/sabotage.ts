import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Implementation } from './pq-world.ts';

/** A change of the product's own lines: file in src/crypto, what stands there once, what stands there instead. */
export type Edit = readonly [file: string, from: string, to: string];

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Calls `use` with a copy of src/crypto in which these lines are changed. Throws where one is not there, or twice. */
export async function withSabotaged<T>(edits: readonly Edit[], use: (product: Implementation) => T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'smchat-sabotage-'));
  try {
    mkdirSync(join(folder, 'src'));
    for (const path of ['crypto', 'outcome.ts', 'smchat-error.ts']) {
      cpSync(join(root, 'src', path), join(folder, 'src', path), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    for (const [file, from, to] of edits) {
      const path = join(folder, 'src/crypto', file);
      const parts = readFileSync(path, 'utf8').split(from);
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
      writeFileSync(path, parts.join(to));
    }
    const product: Implementation = await import(pathToFileURL(join(folder, 'src/crypto/pairwise-session.ts')).href);
    return use(product);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
