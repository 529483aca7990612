import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { holdToSchema } from './json-schema.ts';
import { PROGRAMS } from './programs.ts';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout's lines as JSON, each held to docs/smchat.schema.json. */
  json(): Record<string, unknown>[];
}

export interface CommandUser {
  readonly name: string;
  readonly home: string;
  /** Runs `smchat --home HOME --password-file FILE ARGUMENTS`. */
  run(...args: readonly string[]): Promise<Finished>;
  /** Starts it and leaves it running. */
  start(...args: readonly string[]): Running;
  remove(): Promise<void>;
}

export interface Running {
  /** Resolves with the first line of stdout, past or future, that fits. */
  line(fits: (line: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  readonly finished: Promise<Finished>;
  kill(signal: NodeJS.Signals): void;
}

/** Somebody who works with commands, in a home of their own, from the folder `/`. */
export async function commandUser(name: string, password: string): Promise<CommandUser> {
  const root = await mkdtemp(join(tmpdir(), 'smchat-commands-'));
  const home = join(root, 'home');
  await mkdir(home);
  const passwordFile = join(root, 'password');
  await writeFile(passwordFile, `${password}\n`);
  await chmod(passwordFile, 0o600);
  const start = (...args: readonly string[]) =>
    startCommand(['--home', home, '--password-file', passwordFile, ...args]);
  return {
    name,
    home,
    start,
    run: (...args) => start(...args).finished,
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

function startCommand(args: readonly string[]): Running {
  const child = spawn(process.execPath, [PROGRAMS.smchat, ...args], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  const command = args.find((each) => COMMANDS.some(({ name }) => name === each));
  let stdout = '';
  let stderr = '';
  const looks = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    for (const look of [...looks]) look();
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const json = () =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const value = JSON.parse(line);
        if (command !== undefined) holdToSchema(`command-${command}`, value);
        return value;
      });
  const finished = new Promise<Finished>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr, json }));
  });
  return {
    finished,
    kill: (signal) => child.kill(signal),
    line(fits) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = json().find(fits);
          if (found === undefined) return;
          looks.delete(look);
          resolve(found);
        };
        looks.add(look);
        look();
        finished.then(() => reject(new Error(`ended without that line: ${stdout}${stderr}`)));
      });
    },
  };
}
