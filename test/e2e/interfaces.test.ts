import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FRAME_TYPE } from '../../src/net/wire/frame-header.ts';
import { type CommandUser, commandUser } from '../support/command-line.ts';
import { PROGRAMS } from '../support/programs.ts';
import { type PtyProgram, startProgram } from '../support/pty-screen.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';
import { filesWith, markersIn } from '../support/search-bytes.ts';

const PASSWORD = { alice_marker: 'correct horse turmeric', bob_marker: 'battery staple paprika' } as const;
const PASTED = 'first pasted line\nsecond pasted line\nthird pasted line';
const FIRST = 'hello cardamom 👩‍👩‍👧';
const ANSWER = '你好 saffron';
const TEXTS = [FIRST, ANSWER, PASTED, 'while you were away', 'while the relay was down', 'back again'];

/** Somebody at a terminal. */
interface Seat {
  readonly name: keyof typeof PASSWORD;
  readonly user: CommandUser;
  screen: PtyProgram;
}

let relay: RelayProcess;
let proxy: RecordingProxy;
let folder: string;
const seats: Seat[] = [];

before(async () => {
  relay = await startRelay();
  proxy = await startRecordingProxy(relay.url);
  folder = await mkdtemp(join(tmpdir(), 'smchat-interfaces-'));
});

after(async () => {
  for (const { screen } of seats) screen.kill('SIGKILL');
  await Promise.all(seats.map(({ user }) => user.remove()));
  await proxy?.close();
  await relay?.dispose();
  await rm(folder, { recursive: true, force: true });
});

function open(home: string): PtyProgram {
  return startProgram(process.execPath, [PROGRAMS.smchat, '--relay', proxy.url], {
    cols: 100,
    rows: 30,
    cwd: '/',
    env: { SMCHAT_HOME: home, HOME: folder, COLORTERM: 'truecolor' },
  });
}

async function register(name: Seat['name']): Promise<Seat> {
  const user = await commandUser(name, PASSWORD[name]);
  const seat = { name, user, screen: open(user.home) };
  seats.push(seat);
  await seat.screen.until(/Once more/);
  seat.screen.send(`${name}\t${PASSWORD[name]}\t${PASSWORD[name]}\r`);
  await seat.screen.until(/● online/, 20_000);
  return seat;
}

async function unlock(seat: Seat): Promise<void> {
  seat.screen = open(seat.user.home);
  await seat.screen.until(new RegExp(`Account +${seat.name}`));
  seat.screen.send(`${PASSWORD[seat.name]}\r`);
  await seat.screen.until(/● online/, 20_000);
}

async function quit(seat: Seat): Promise<void> {
  seat.screen.send('\x03\x03');
  assert.deepEqual(await seat.screen.ends(), { exitCode: 0, signal: 0 });
}

/** The rows of the chat pane that hold this text, with their delivery marks. */
function shows(seat: Seat, pattern: RegExp, timeoutMs?: number): Promise<void> {
  return seat.screen.until(pattern, timeoutMs);
}

test('two people meet and chat in two interfaces, through absence, a killed relay and restarts', async () => {
  const [alice, bob] = await Promise.all([register('alice_marker'), register('bob_marker')]);
  alice.screen.send('/add bob_marker\r');
  await shows(alice, /has not accepted yet/);
  alice.screen.send(`${FIRST}\r`);
  await shows(alice, /cardamom[^\n]*✓|✓[^\n]*cardamom/);

  await shows(bob, /wants to write to you/);
  assert.doesNotMatch(bob.screen.text(), /cardamom/);
  bob.screen.send('\x1b[15~');
  await shows(bob, /Contact request/);
  bob.screen.send('a');
  await shows(bob, /cardamom/);
  await shows(alice, /✓✓/);

  bob.screen.send(`${ANSWER}\r`);
  await shows(alice, /你好 saffron/);
  alice.screen.send(`\x1b[200~${PASTED}\x1b[201~`);
  await shows(alice, /third pasted line/);
  alice.screen.send('\r');
  await shows(bob, /first pasted line[\s\S]*second pasted line[\s\S]*third pasted line/);

  // With a message still on its way, quitting would ask first.
  await shows(bob, /✓[^\n]*saffron|saffron[^\n]*✓/);
  await quit(bob);
  alice.screen.send('while you were away\r');
  await shows(alice, /✓ [^\n]*while you were away|while you were away[^\n]*✓/);
  await relay.kill9();
  await shows(alice, /○ offline|offline/);
  alice.screen.send('while the relay was down\r');
  await shows(alice, /○[^\n]*while the relay was down|while the relay was down[^\n]*○/);
  await relay.restart();
  await shows(alice, /✓ [^\n]*while the relay was down|while the relay was down[^\n]*✓/, 30_000);

  await unlock(bob);
  await shows(bob, /alice_marker/);
  bob.screen.send('\x1b1');
  await shows(bob, /while you were away[\s\S]*while the relay was down/);
  bob.screen.send('back again\r');
  await shows(alice, /back again/);
  await shows(bob, /✓ [^\n]*back again|back again[^\n]*✓/);

  await Promise.all([quit(alice), quit(bob)]);
  await Promise.all([unlock(alice), unlock(bob)]);
  for (const seat of [alice, bob]) {
    seat.screen.send('\x1b1');
    await shows(
      seat,
      new RegExp(['cardamom', 'saffron', 'first pasted', 'away', 'was down', 'back again'].join('[\\s\\S]*')),
    );
  }
  await Promise.all([quit(alice), quit(bob)]);

  for (const [seat, other] of [[alice, 'bob_marker'] as const, [bob, 'alice_marker'] as const]) {
    const history = await seat.user.run('--json', 'history', other);
    assert.deepEqual(
      history
        .json()
        .filter((message) => message.kind === 'text')
        .map((message) => message.text),
      TEXTS,
    );
  }
});

test('the terminal is given back as it was', () => {
  for (const { screen } of seats) {
    const raw = screen.raw();
    for (const mode of ['1049', '2004', '1004']) {
      assert.ok(raw.lastIndexOf(`\x1b[?${mode}l`) > raw.lastIndexOf(`\x1b[?${mode}h`), `mode ${mode} is off again`);
    }
    assert.ok(raw.lastIndexOf('\x1b[?25h') > raw.lastIndexOf('\x1b[?25l'), 'the cursor is visible');
  }
});

test('no password was ever drawn, and nothing readable is on a disk or in a frame', async () => {
  const secrets = [...TEXTS, ...TEXTS.flatMap((text) => text.split(/[\n ]/)).filter((word) => word.length > 6)];
  const passwords = Object.values(PASSWORD);
  for (const { name, user, screen } of seats) {
    assert.deepEqual(markersIn(Buffer.from(screen.raw()), passwords), []);
    const other = name === 'alice_marker' ? 'bob_marker' : 'alice_marker';
    assert.deepEqual(await filesWith(user.home, [...secrets, ...passwords, other]), []);
    // The account's own name is its folder's, and stands in none of its files.
    assert.deepEqual(await filesWith(join(user.home, 'accounts', name), [name]), []);
  }
  assert.deepEqual(await filesWith(relay.dataDir, [...secrets, ...passwords]), []);
  assert.ok(proxy.frames.length > 30);
  // Names travel in registrations and bundles alone, never beside an envelope.
  const hot = proxy.frames.filter(({ bytes }) => bytes[1] === FRAME_TYPE.send || bytes[1] === FRAME_TYPE.deliver);
  assert.ok(hot.length > 15);
  assert.deepEqual(
    hot.flatMap(({ bytes }) => markersIn(bytes, ['alice_marker', 'bob_marker'])),
    [],
  );
  assert.deepEqual(
    proxy.frames.flatMap(({ bytes }) => markersIn(bytes, [...secrets, ...passwords])),
    [],
  );
  assert.deepEqual(await filesWith(folder, [...secrets, ...passwords]), []);
});
