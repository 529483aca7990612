import type { Accounts } from '../../session/client.ts';
import type { Password } from '../../session/password.ts';
import type { PathPlaces } from '../files/path-text.ts';
import type { After } from '../input/decoder.ts';
import type { Clock } from '../settings/settings.ts';
import type { SafeText } from '../term/sanitize.ts';

/** Lines that are typed, or that come through a pipe. */
export interface LineSource {
  /** The next line without its end; null where there is none any more. */
  next(): Promise<string | null>;
}

/** What is asked for without being shown. */
export interface HiddenQuestions {
  /** False where passwords come from a file: what was wrong once stays wrong. */
  readonly asksAgain: boolean;
  existing(account: string): Promise<Password>;
  /** Asked for twice. */
  chosen(account: string): Promise<Password>;
  changing(account: string): Promise<{ readonly current: Password; readonly next: Password }>;
  /** Of a person, also where the first one came from a file. */
  again(account: string): Promise<Password>;
  invitation(): Promise<string | null>;
}

export interface PlainOptions {
  readonly accounts: Accounts;
  readonly account: string | undefined;
  readonly relayUrl: string;
  readonly relayUrlGiven: boolean;
  readonly lines: LineSource;
  readonly hidden: HiddenQuestions;
  write(text: SafeText): void;
  /** Whether somebody is there to be prompted; a pipe is not. */
  readonly showsPrompt: boolean;
  readonly places: PathPlaces;
  readonly clock: Clock;
  readonly now: () => number;
  readonly timer: After;
  /** A signal, or a reader who went away: everything is closed and nothing asked any more. */
  readonly stopped: AbortSignal;
}
