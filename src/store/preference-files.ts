import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readAt } from './file-reading.ts';
import { closing, makePrivateFolder, writeNewFile } from './private-files.ts';
import { errorCode } from './storage-error.ts';

/** A file of preferences is a page or two; whatever is longer is none. */
export const PREFERENCES_MAX_BYTES = 256 * 1024;
const CONFIG = 'config.toml';
const THEMES = 'themes';
/** No path may come out of a name. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

async function textOf(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch((thrown: unknown) => {
    const code = errorCode(thrown);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw thrown;
  });
  if (file === null) return null;
  return closing(file, async () => {
    const bytes = await readAt(file, 0, PREFERENCES_MAX_BYTES + 1);
    if (bytes.length > PREFERENCES_MAX_BYTES) throw new Error(`longer than ${PREFERENCES_MAX_BYTES} bytes`);
    return new TextDecoder().decode(bytes);
  });
}

/** The preferences of a home, and the themes that come with the program in `shippedFolder`. */
export function createPreferenceFiles(home: string, shippedFolder: string) {
  return {
    config: (): Promise<string | null> => textOf(join(home, CONFIG)),
    /** For this user alone. A home that cannot be written to is none of the preferences' business. */
    async createConfig(text: string): Promise<void> {
      try {
        await makePrivateFolder(home);
        await writeNewFile(join(home, CONFIG), new TextEncoder().encode(text));
      } catch {
        // Another process made it first, or nothing can be made here: the defaults hold either way.
      }
    },
    async ownTheme(name: string): Promise<string | null> {
      if (!NAME.test(name)) return null;
      return textOf(join(home, THEMES, `${name}.toml`)).catch(() => null);
    },
    shippedTheme(name: string): string | null {
      if (!NAME.test(name)) return null;
      try {
        return readFileSync(join(shippedFolder, `${name}.toml`), 'utf8');
      } catch {
        return null;
      }
    },
  };
}
