// Draws assets/screenshot.svg for the README: a relay, two real interfaces in pseudo-terminals, a short chat.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAMS } from '../test/support/programs.ts';
import { type PtyProgram, startProgram } from '../test/support/pty-screen.ts';
import { startRelay } from '../test/support/relay-process.ts';
import { gridToSvg } from './grid-to-svg.ts';

const OUTPUT = 'assets/screenshot.svg';
const PASSWORD = 'a long password';
const F5 = '\x1b[15~';

const relay = await startRelay();
const folder = await mkdtemp(join(tmpdir(), 'smchat-screenshot-'));
const running: PtyProgram[] = [];

async function register(name: string): Promise<PtyProgram> {
  const screen = startProgram(process.execPath, [PROGRAMS.smchat, '--relay', relay.url], {
    cols: 96,
    rows: 28,
    env: { SMCHAT_HOME: join(folder, name), HOME: folder, COLORTERM: 'truecolor', NO_COLOR: undefined },
  });
  running.push(screen);
  await screen.until(/Once more/);
  screen.send(`${name}\t${PASSWORD}\t${PASSWORD}\r`);
  await screen.until(/online/, 30_000);
  return screen;
}

/** One asks, the other accepts. */
async function befriend(asker: PtyProgram, name: string, other: PtyProgram): Promise<void> {
  asker.send(`/add ${name}\r`);
  await other.until(/wants to write to you/);
  other.send(F5);
  await other.until(/Contact request/);
  other.send('a');
  await asker.until(/accepted/);
}

async function says(from: PtyProgram, to: PtyProgram, text: string): Promise<void> {
  from.send(`${text.replaceAll('\n', '\x0a')}\r`);
  const lastLine = text.split('\n').at(-1) ?? '';
  await to.until((screen) => screen.text().includes(lastLine.slice(0, 12)));
}

try {
  const ada = await register('ada');
  const grace = await register('grace');
  const linus = await register('linus');
  await befriend(linus, 'ada', ada);
  await says(linus, ada, 'the relay is up, uptime 40 days');
  await befriend(ada, 'grace', grace);
  await says(ada, grace, 'Good morning! Did the compiler survive the night? ☕');
  await says(grace, ada, 'It did. 一切都好 👩‍🚀');
  await says(grace, ada, 'One thing, though:\n  there was a moth in relay F.');
  await says(ada, grace, 'Tape it into the logbook. First actual case of bug being found.');
  await ada.until(/found\.\s+✓✓/);
  await says(linus, ada, 'lunch?');
  ada.send('Then let us');
  await ada.until(/Then let us/);
  await writeFile(OUTPUT, gridToSvg(ada, { title: 'smchat' }));
  console.log(`wrote ${OUTPUT}`);
} finally {
  for (const screen of running) screen.kill('SIGKILL');
  await relay.dispose();
  await rm(folder, { recursive: true, force: true });
}
