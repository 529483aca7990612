import assert from 'node:assert/strict';
import { type CommandUser, commandUser } from './command-line.ts';
import { PROGRAMS } from './programs.ts';
import { type PtyProgram, startProgram } from './pty-screen.ts';

const WINDOW = { cols: 100, rows: 30 };

/** Somebody at a terminal, with a home of their own. */
export interface Seat {
  readonly name: string;
  readonly user: CommandUser;
  screen: PtyProgram;
  /** What is seen at once or soon. */
  shows(pattern: RegExp, timeoutMs?: number): Promise<void>;
  type(keys: string): void;
  /** Starts the interface anew and unlocks the account. */
  unlock(): Promise<void>;
  /** Ends the interface as Ctrl-C twice does. */
  quit(): Promise<void>;
}

/** Registers `name` in a new interface at this relay; `folder` is the user's own folder. */
export async function takeSeat(name: string, password: string, relayUrl: string, folder: string): Promise<Seat> {
  const user = await commandUser(name, password);
  const open = () =>
    startProgram(process.execPath, [PROGRAMS.smchat, '--relay', relayUrl], {
      ...WINDOW,
      cwd: '/',
      env: { SMCHAT_HOME: user.home, HOME: folder, XDG_PICTURES_DIR: undefined, COLORTERM: 'truecolor' },
    });
  const seat: Seat = {
    name,
    user,
    screen: open(),
    shows: (pattern, timeoutMs) => seat.screen.until(pattern, timeoutMs),
    type: (keys) => seat.screen.send(keys),
    async unlock() {
      seat.screen = open();
      await seat.shows(new RegExp(`Account +${name}`));
      seat.type(`${password}\r`);
      await seat.shows(/● online/, 20_000);
    },
    async quit() {
      seat.type('\x03\x03');
      assert.deepEqual(await seat.screen.ends(), { exitCode: 0, signal: 0 });
    },
  };
  await seat.shows(/Once more/);
  seat.type(`${name}\t${password}\t${password}\r`);
  await seat.shows(/● online/, 20_000);
  return seat;
}

/** Makes two seats contacts of each other, with this text as the first; both have the chat open afterwards. */
export async function introduce(asking: Seat, asked: Seat, text: string): Promise<void> {
  asking.type(`/add ${asked.name}\r`);
  await asking.shows(/has not accepted yet/);
  asking.type(`${text}\r`);
  await asking.shows(new RegExp(`✓[^\\n]*${text}`));
  await asked.shows(/wants to write to you/);
  assert.ok(!asked.screen.text().includes(text));
  asked.type('\x1b[15~');
  await asked.shows(/Contact request/);
  asked.type('a');
  await asked.shows(new RegExp(text));
  await asking.shows(/✓✓/);
}
