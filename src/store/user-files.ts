import { posix, win32 } from 'node:path';
import type { UserFiles } from '../session/attachment-port.ts';
import { openOutgoingFile } from './outgoing-file.ts';
import { picturesFolder } from './pictures-folder.ts';
import { saveNewFile } from './saved-file.ts';

/** The user's own folders, on a machine of this kind, with this environment. */
export function createUserFiles(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  userFolder: string,
): UserFiles {
  const { join } = platform === 'win32' ? win32 : posix;
  return {
    open: openOutgoingFile,
    save: saveNewFile,
    defaultFolder: () => join(picturesFolder(env, platform, userFolder), 'smchat'),
  };
}
