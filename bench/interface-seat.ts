import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAccounts } from '../src/open-accounts.ts';
import { Password } from '../src/session/password.ts';
import { PROGRAMS } from '../test/support/programs.ts';
import { type PtyProgram, startProgram } from '../test/support/pty-screen.ts';

const PAUSE_MS = { least: 20, most: 40 };
const COMPOSER_CHARACTERS = 30;
const OPEN_TIMEOUT_MS = 60_000;

/** A registered account, closed; made as the product makes it, its password's cost included. */
export interface Owner {
  readonly name: string;
  readonly home: string;
  /** The owner's own folder. */
  readonly folder: string;
}

/** Two accounts that are each other's contacts. */
export interface Owners {
  readonly ann: Owner;
  readonly ben: Owner;
  remove(): Promise<void>;
}

export async function registerOwners(relayUrl: string): Promise<Owners> {
  const root = await mkdtemp(join(tmpdir(), 'smchat-owners-'));
  const register = async (name: string) => {
    const [home, folder] = [join(root, name), join(root, `folder of ${name}`)];
    for (const each of [home, folder]) await mkdir(each);
    const accounts = await openAccounts(home, undefined);
    return { name, home, folder, client: await accounts.register(name, new Password(`password of ${name}`), relayUrl) };
  };
  const [ann, ben] = [await register('ann'), await register('ben')];
  await Promise.all([ann.client.contact('add', 'ben'), ben.client.contact('add', 'ann')]);
  for (const [one, other] of [
    [ann, ben],
    [ben, ann],
  ] as const) {
    await one.client.send({ name: other.name, text: `here is ${one.name}`, wait: 'delivered' });
  }
  for (const { client } of [ann, ben]) await client.close();
  return { ann, ben, remove: () => rm(root, { recursive: true, force: true }) };
}

/** Starts the built interface in 100 columns and 30 rows, and unlocks the account. */
export async function unlockInterface({ name, home, folder }: Owner): Promise<PtyProgram> {
  const screen = startProgram(process.execPath, [PROGRAMS.smchat], {
    cols: 100,
    rows: 30,
    cwd: '/',
    env: { SMCHAT_HOME: home, HOME: folder, XDG_PICTURES_DIR: undefined },
  });
  await screen.until(new RegExp(`Account +${name}`));
  screen.send(`password of ${name}\r`);
  await screen.until(/● online/, OPEN_TIMEOUT_MS);
  return screen;
}

/** A person's pause between two keys; it varies, or keys would keep step with what the interface does by itself. */
export const pause = () =>
  new Promise((resolve) => setTimeout(resolve, PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least)));

/** Types for as long as `goesOn`; from each key to its letter in the composer, in ms. */
export async function echoes(screen: PtyProgram, goesOn: () => boolean): Promise<readonly number[]> {
  const samples: number[] = [];
  let text = '';
  while (goesOn()) {
    const letter = 'abcdefghij'[text.length % 10] ?? 'a';
    text += letter;
    const start = performance.now();
    screen.send(letter);
    await screen.until((seen) => seen.text().includes(`› ${text}`));
    samples.push(performance.now() - start);
    if (text.length === COMPOSER_CHARACTERS) text = await clear(screen);
    await pause();
  }
  await clear(screen);
  return samples;
}

async function clear(screen: PtyProgram): Promise<''> {
  screen.send('\x15');
  await screen.until((seen) => !/› [a-j]/.test(seen.text()));
  return '';
}

/** Memory that a process has now, in MiB. Linux tells; NaN elsewhere. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** Ends the program and waits until it is gone. */
export async function endProgram(screen: PtyProgram): Promise<void> {
  screen.kill('SIGKILL');
  await screen.exited;
}
