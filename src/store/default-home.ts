import { homedir } from 'node:os';
import { isAbsolute, posix, win32 } from 'node:path';

/** Where accounts live if no `--home` says otherwise (contract.md, section 1). */
export function defaultHome(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  userFolder: string = homedir(),
): string {
  const named = env.SMCHAT_HOME;
  if (named !== undefined && named !== '') return named;
  if (platform === 'win32') {
    const local = env.LOCALAPPDATA;
    return win32.join(local || win32.join(userFolder, 'AppData', 'Local'), 'smchat');
  }
  if (platform === 'darwin') return posix.join(userFolder, 'Library', 'Application Support', 'smchat');
  const data = env.XDG_DATA_HOME;
  // A relative path there is invalid and to be ignored (XDG Base Directory Specification).
  const base = data !== undefined && isAbsolute(data) ? data : posix.join(userFolder, '.local', 'share');
  return posix.join(base, 'smchat');
}
