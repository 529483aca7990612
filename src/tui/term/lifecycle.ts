import { writeSync } from 'node:fs';
import { asSmchatError } from '../../smchat-error.ts';
import type { ReplyEvent } from '../input/events.ts';
import { enterKittyKeyboard, enterModes, leaveModes, mouseModes, type TerminalModes } from './modes.ts';
import { sanitizeText } from './sanitize.ts';

export type ExitSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Why the program ends without its user having asked for it inside. */
export type ExitCause =
  | { readonly kind: 'signal'; readonly signal: ExitSignal }
  /** The terminal is gone. */
  | { readonly kind: 'hangup' }
  | { readonly kind: 'failure'; readonly error: unknown };

/** process.stdout, or a stream in its place that has no file descriptor. */
export type TerminalOutput = NodeJS.WriteStream & { readonly fd?: number };

export interface LifecycleOptions {
  readonly process: NodeJS.Process;
  readonly input: NodeJS.ReadStream;
  readonly output: TerminalOutput;
  readonly mouse?: boolean;
  readonly cursorShape?: 'block' | 'underline' | 'bar';
  /** Draws nothing while the terminal is not ours, everything once it is again. */
  readonly screen: { pause(): void; resume(): void };
  /** Back from Ctrl-Z or an editor. */
  readonly onResume?: () => void;
  /** The terminal is already restored; time to close the account. Waited for, but not for ever. */
  readonly onExit: (cause: ExitCause) => Promise<void> | void;
}

/** The one place that changes the terminal's modes, and changes them back on every way out. */
export interface Lifecycle {
  /** Takes the terminal over and starts to watch for signals and failures. */
  enter(): void;
  /** Gives the terminal back. Safe to call at any time, any number of times. */
  leave(): void;
  /** Ctrl-Z: gives the terminal back and stops, takes it again when continued. */
  suspend(): void;
  /** Runs something that needs the terminal (an editor), then takes it again. */
  lend<T>(borrow: () => Promise<T>): Promise<T>;
  /** Answers of the terminal; one of them tells that it knows kitty's keyboard protocol. */
  handleReply(reply: ReplyEvent): void;
  setMouse(enabled: boolean): void;
}

const EXIT_CODES: Readonly<Record<ExitSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const EXIT_SIGNALS: readonly ExitSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const EXIT_WAIT_MS = 3000;
/** A stop that the system ignores (no shell to continue us) is noticed after so long. */
const STOP_WAIT_MS = 200;
const WRITE_MAX_TRIES = 1000;

/** Written at once, also while the process is ending. False where the terminal is gone, which is no reason to fail. */
function writeNow(output: TerminalOutput, text: string): boolean {
  if (typeof output.fd !== 'number') {
    output.write(text);
    return true;
  }
  let rest = Buffer.from(text, 'utf8');
  for (let tries = 0; rest.length > 0 && tries < WRITE_MAX_TRIES; tries++) {
    try {
      rest = rest.subarray(writeSync(output.fd, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return false;
    }
  }
  return true;
}

/** A lifecycle for a terminal; `enter` begins it. */
export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const { process, input, output, screen } = options;
  const { cursorShape } = options;
  let modes: TerminalModes = {
    mouse: options.mouse ?? false,
    kittyKeyboard: false,
    ...(cursorShape === undefined ? {} : { cursorShape }),
  };
  let isEntered = false;
  let isWatching = false;
  let isLent = false;
  let isEnding = false;
  let isGone = false;

  function takeTerminal(): void {
    if (isEntered) return;
    isEntered = true;
    if (input.isTTY) input.setRawMode(true);
    input.resume();
    writeNow(output, enterModes(modes));
    screen.resume();
  }

  function giveBack(): void {
    if (!isEntered) return;
    isEntered = false;
    screen.pause();
    isGone = !writeNow(output, leaveModes(modes));
    try {
      if (input.isTTY) input.setRawMode(false);
    } catch {
      // The terminal is gone; there is nothing to restore.
    }
    input.pause();
  }

  function finish(code: number): void {
    // At its exit Node restores the terminal a second time, and aborts, dumping core, where the terminal is gone.
    // To die of the hangup instead is the same 129 to whoever started us.
    if (isGone && process.platform !== 'win32') {
      process.removeAllListeners('SIGHUP');
      process.kill(process.pid, 'SIGHUP');
    }
    process.exit(code);
  }

  function endWith(cause: ExitCause, code: number): void {
    giveBack();
    if (isEnding) return;
    isEnding = true;
    setTimeout(() => finish(code), EXIT_WAIT_MS);
    Promise.resolve()
      .then(() => options.onExit(cause))
      .then(
        () => finish(code),
        () => finish(code),
      );
  }

  function onSignal(signal: NodeJS.Signals): void {
    const known = EXIT_SIGNALS.find((candidate) => candidate === signal);
    // While the terminal is lent, Ctrl-C is the borrower's, though all of the terminal's programs hear it.
    if (known === undefined || (known === 'SIGINT' && isLent)) return;
    // Asked twice, it waits no longer; a terminal that goes away tells so in more ways than one.
    if (isEnding && known !== 'SIGHUP') finish(EXIT_CODES[known]);
    endWith({ kind: 'signal', signal: known }, EXIT_CODES[known]);
  }

  function onHangup(): void {
    endWith({ kind: 'hangup' }, EXIT_CODES.SIGHUP);
  }

  function onFailure(thrown: unknown): void {
    giveBack();
    const error = asSmchatError(thrown);
    process.stderr.write(`smchat: ${sanitizeText(error.message)}\n`);
    if (error.hint !== '') process.stderr.write(`  ${error.hint}\n`);
    endWith({ kind: 'failure', error: thrown }, error.exitCode);
  }

  function onContinue(): void {
    if (isEntered || isLent || isEnding || !isWatching) return;
    takeTerminal();
    options.onResume?.();
  }

  /** Somebody else's SIGTSTP; the handler has taken its effect away, so the stop is ours to do. */
  function onStopSignal(): void {
    // Who has borrowed the terminal stops; the shell comes back only once this does as well.
    if (isLent) process.kill(process.pid, 'SIGSTOP');
    else suspend();
  }

  function suspend(): void {
    if (!isEntered || process.platform === 'win32') return;
    giveBack();
    process.off('SIGTSTP', onStopSignal);
    // The whole job, as the terminal itself would: npm and scripts around us stop too.
    process.kill(0, 'SIGTSTP');
    setTimeout(() => {
      if (isWatching) process.on('SIGTSTP', onStopSignal);
      onContinue();
    }, STOP_WAIT_MS);
  }

  function watch(): void {
    if (isWatching) return;
    isWatching = true;
    for (const signal of EXIT_SIGNALS) process.on(signal, onSignal);
    process.on('uncaughtException', onFailure);
    process.on('unhandledRejection', onFailure);
    process.on('exit', giveBack);
    process.on('SIGCONT', onContinue);
    process.on('SIGTSTP', onStopSignal);
    input.on('end', onHangup);
    input.on('error', onHangup);
    output.on('error', onHangup);
  }

  function unwatch(): void {
    if (!isWatching || isEnding) return;
    isWatching = false;
    for (const signal of EXIT_SIGNALS) process.off(signal, onSignal);
    process.off('uncaughtException', onFailure);
    process.off('unhandledRejection', onFailure);
    process.off('exit', giveBack);
    process.off('SIGCONT', onContinue);
    process.off('SIGTSTP', onStopSignal);
    input.off('end', onHangup);
    input.off('error', onHangup);
    output.off('error', onHangup);
  }

  return {
    enter() {
      watch();
      takeTerminal();
    },
    leave() {
      giveBack();
      unwatch();
    },
    suspend,
    async lend(borrow) {
      isLent = true;
      giveBack();
      try {
        return await borrow();
      } finally {
        isLent = false;
        onContinue();
      }
    },
    handleReply(reply) {
      if (reply.kind !== 'keyboard' || modes.kittyKeyboard || !isEntered) return;
      modes = { ...modes, kittyKeyboard: true };
      writeNow(output, enterKittyKeyboard());
    },
    setMouse(enabled) {
      modes = { ...modes, mouse: enabled };
      if (isEntered) writeNow(output, mouseModes(enabled));
    },
  };
}
