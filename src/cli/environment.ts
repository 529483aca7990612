import type { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Accounts } from '../session/client.ts';
import type { Password } from '../session/password.ts';
import type { SafeText } from '../terminal-text.ts';
import type { Checkup } from './checkup.ts';
import type { PromptTerminal } from './hidden-prompt.ts';
import type { KnownAnswers } from './known-answer-lines.ts';

/** What the entry file gives a command: the process as it is, and the layers below, loaded only when wanted. */
export interface CliEnvironment {
  /** Without the program's own name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Emits SIGINT, SIGTERM, SIGHUP and uncaughtException. */
  readonly signals: EventEmitter;
  now(): number;
  findTerminal(): PromptTerminal | null;
  defaultHome(): Promise<string>;
  /** `proxy` as it was given, if it was. */
  openAccounts(home: string, proxy?: string): Promise<Accounts>;
  openImageCheck(): Promise<ImageCheck>;
  openCheckup(home: string, proxy?: string): Promise<Checkup>;
  openKnownAnswers(): Promise<KnownAnswers>;
  /** The full-screen interface; resolves to the exit code. */
  startInterface(options: InterfaceOptions): Promise<number>;
  /** Two people on a relay of their own in one terminal, until they are left; then nothing of it is there any more. */
  startDemo(): Promise<void>;
  /** The interface as lines; resolves once its user has ended it. */
  startPlain(options: PlainInterfaceOptions): Promise<void>;
}

/** Tells from a file's bytes whether it is a picture that would be sent and shown. */
export interface ImageCheck {
  /** No picture is larger; one byte more is enough to be refused. */
  readonly maxBytes: number;
  /** Kind and size; throws `content-refused` and says why. */
  check(bytes: Uint8Array): { readonly mime: string; readonly width: number; readonly height: number };
}

export interface InterfaceOptions {
  /** The folder of accounts and preferences. */
  readonly home: string;
  readonly accounts: Accounts;
  readonly account: string | undefined;
  readonly relayUrl: string;
  /** True where --relay or SMCHAT_RELAY named it: then it replaces what the account stores. */
  readonly relayUrlGiven: boolean;
}

/** What the interface as lines works with beyond that: lines in, text out, and passwords that nobody sees. */
export interface PlainInterfaceOptions extends InterfaceOptions {
  readonly lines: { next(): Promise<string | null> };
  readonly hidden: HiddenQuestions;
  write(text: SafeText): void;
  /** Whether somebody types: a pipe needs no prompt. */
  readonly showsPrompt: boolean;
  /** A signal, or a reader who went away. */
  readonly stopped: AbortSignal;
}

/** Asked on the terminal without being shown, or read from the password file. */
export interface HiddenQuestions {
  /** False where the password comes from a file: what was wrong once stays wrong. */
  readonly asksAgain: boolean;
  existing(account: string): Promise<Password>;
  chosen(account: string): Promise<Password>;
  changing(account: string): Promise<{ readonly current: Password; readonly next: Password }>;
  /** Of a person, also where the first one came from a file. */
  again(account: string): Promise<Password>;
  invitation(): Promise<string | null>;
}
