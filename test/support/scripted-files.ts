import { SmchatError } from '../../src/smchat-error.ts';
import { type FolderEntry, isPictureName, type LocalFiles } from '../../src/tui/files/local-files.ts';
import { absolutePath } from '../../src/tui/files/path-text.ts';

/** Folders by their absolute paths, each with its names; a number is a file's size, null a folder. */
export type ScriptedFolders = Readonly<Record<string, Readonly<Record<string, number | null>>>>;

export const HOME_FOLDERS: ScriptedFolders = {
  '/home/alice': {
    Documents: null,
    Pictures: null,
    '.config': null,
    '.bashrc': 3_526,
    'holiday.jpg': 2_143_000,
    'notes.txt': 812,
    'relay.log': 48_210_000,
  },
  '/home/alice/Pictures': {
    '2025': null,
    'cat.png': 418_000,
    'garden at dusk, seen from the kitchen window.jpeg': 5_320_000,
    'scan.tiff': 31_000_000,
    '\x1b[31mred\u202Egnp.png': 12,
  },
  '/home/alice/Pictures/2025': {},
};

const HOME = '/home/alice';

function entryOf(name: string, bytes: number | null): FolderEntry {
  return { name, kind: bytes === null ? 'folder' : 'file', bytes, isPicture: bytes !== null && isPictureName(name) };
}

/** The user's folders as plain data: `~` and what begins with a slash, no disk. */
export function scriptedFiles(folders: ScriptedFolders = HOME_FOLDERS): LocalFiles {
  const absolute = (path: string): string =>
    (absolutePath(path, { userFolder: HOME, workingFolder: HOME }) ?? '').replace(/(?<=.)\/$/, '');
  return {
    async list(path) {
      const place = absolute(path);
      const names = folders[place];
      if (names === undefined)
        throw new SmchatError('content-refused', 'there is no such file or folder', { hint: '' });
      const entries = Object.entries(names).map(([name, bytes]) => entryOf(name, bytes));
      const parent = place.replace(/\/[^/]*$/, '') || '/';
      return {
        path: place,
        parent,
        entries: entries.sort((a, b) => Number(a.kind === 'file') - Number(b.kind === 'file')),
        isCut: false,
      };
    },
    async look(path) {
      const place = absolute(path);
      if (folders[place] !== undefined) return { kind: 'folder', path: place };
      const [, parent = '', name = ''] = /^(.*)\/([^/]*)$/.exec(place) ?? [];
      const bytes = folders[parent]?.[name];
      if (bytes === undefined || bytes === null) return { kind: 'nothing' };
      return { kind: 'file', file: { path: place, name, bytes, isPicture: isPictureName(name) } };
    },
  };
}
