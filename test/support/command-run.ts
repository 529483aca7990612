import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Checkup } from '../../src/cli/checkup.ts';
import type { ImageCheck, InterfaceOptions, PlainInterfaceOptions } from '../../src/cli/environment.ts';
import type { PromptTerminal } from '../../src/cli/hidden-prompt.ts';
import type { KnownAnswers } from '../../src/cli/known-answer-lines.ts';
import { runProgram } from '../../src/cli/program.ts';
import { answerKnown } from '../../src/crypto/known-answers.ts';
import { well } from '../../src/finding.ts';
import { createImagePort } from '../../src/media/image-port.ts';
import type { Accounts } from '../../src/session/client.ts';
import { ScriptedAccounts } from './scripted-accounts.ts';

export interface CommandRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way in this process. */
export interface RunningCommand {
  readonly stdin: PassThrough;
  readonly stdout: PassThrough;
  readonly signals: EventEmitter;
  readonly done: Promise<CommandRun>;
  /** All that stdout got so far, once it holds `count` lines. */
  lines(count: number): Promise<string[]>;
}

export interface RunOptions {
  readonly accounts?: Accounts;
  /** What stdin holds; it ends after it. Undefined leaves it open. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly terminal?: () => PromptTerminal | null;
  readonly tty?: boolean;
  /** How wide the terminal is. */
  readonly columns?: number;
  readonly imageCheck?: ImageCheck;
  readonly checkup?: Checkup;
  readonly knownAnswers?: KnownAnswers;
  readonly startInterface?: (options: InterfaceOptions) => Promise<number>;
  readonly startDemo?: () => Promise<void>;
  readonly startPlain?: (options: PlainInterfaceOptions) => Promise<void>;
}

/** All is well below and beside the accounts. */
export const HEALTHY: Checkup = {
  home: async () => [well('files', 'private'), well('disk', 'large')],
  relay: async () => [well('relay', 'answers'), well('clock', 'right')],
  pictures: async () => well('pictures', 'can be made ready'),
  queries: { text: '\x1b[c', last: /\x1b\[\?[\d;]*c/ },
  terminal: (answers) => [well('terminal', answers === null ? 'none' : `said ${answers.length} bytes`)],
};

/** A temporary home with scripted accounts, and the commands run on it in this process. */
export class CommandBench {
  readonly home: string = mkdtempSync(join(tmpdir(), 'smchat-test-'));
  readonly accounts = new ScriptedAccounts(this.home);
  readonly passwordFile: string = join(this.home, 'password');

  /** The proxy of each command that opened accounts, as it was given. */
  readonly proxies: (string | undefined)[] = [];

  constructor() {
    writeFileSync(this.passwordFile, 'secret\n', { mode: 0o600 });
  }

  start(argv: readonly string[], options: RunOptions = {}): RunningCommand {
    const stdin = new PassThrough();
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    if (options.tty === true)
      for (const stream of [stdin, stdout, stderr]) Object.assign(stream, { isTTY: true, columns: options.columns });
    if (options.stdin !== undefined) stdin.end(options.stdin);
    const printed = { stdout: '', stderr: '' };
    stdout.setEncoding('utf8').on('data', (text: string) => {
      printed.stdout += text;
    });
    stderr.setEncoding('utf8').on('data', (text: string) => {
      printed.stderr += text;
    });
    const signals = new EventEmitter();
    const done = runProgram({
      argv,
      env: { SMCHAT_HOME: this.home, ...options.env },
      stdin,
      stdout,
      stderr,
      signals,
      now: () => 0,
      findTerminal: options.terminal ?? (() => null),
      defaultHome: async () => this.home,
      openAccounts: async (_home, proxy) => {
        this.proxies.push(proxy);
        return options.accounts ?? this.accounts;
      },
      openKnownAnswers: async () => options.knownAnswers ?? answerKnown,
      openImageCheck: async () => options.imageCheck ?? { maxBytes: 1024, check: readImage },
      openCheckup: async () => options.checkup ?? HEALTHY,
      startInterface: options.startInterface ?? (async () => 0),
      startPlain: options.startPlain ?? (async () => undefined),
      startDemo: options.startDemo ?? (async () => undefined),
    }).then((code) => ({ code, ...printed }));
    const lines = (count: number): Promise<string[]> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const all = printed.stdout.split('\n').slice(0, -1);
          if (all.length >= count) resolve(all);
        };
        stdout.on('data', look);
        look();
        void done.then((run) => {
          look();
          reject(new Error(`ended with ${run.code} and ${printed.stdout.length} characters: ${run.stderr}`));
        });
      });
    return { stdin, stdout, signals, done, lines };
  }

  run(argv: readonly string[], options: RunOptions = {}): Promise<CommandRun> {
    return this.start(argv, { stdin: '', ...options }).done;
  }

  /** With the password file, as most commands are run. */
  as(argv: readonly string[], options: RunOptions = {}): Promise<CommandRun> {
    return this.run(['--password-file', this.passwordFile, ...argv], options);
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** The product's own check, under this bench's size limit. */
function readImage(bytes: Uint8Array): ReturnType<ImageCheck['check']> {
  return createImagePort().check(bytes);
}

export function jsonLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
