import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FRAME_TYPE } from '../../src/net/wire/frame-header.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';
import { filesWith, markersIn } from '../support/search-bytes.ts';
import { introduce, type Seat, takeSeat } from '../support/seat.ts';

const PASSWORD = { alice_marker: 'correct horse turmeric', bob_marker: 'battery staple paprika' } as const;
const PASTED = 'first pasted line\nsecond pasted line\nthird pasted line';
const FIRST = 'hello cardamom 👩‍👩‍👧';
const ANSWER = '你好 saffron';
const TEXTS = [FIRST, ANSWER, PASTED, 'while you were away', 'while the relay was down', 'back again'];

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

test('two people meet and chat in two interfaces, through absence, a killed relay and restarts', async () => {
  const take = async (name: keyof typeof PASSWORD): Promise<Seat> => {
    const seat = await takeSeat(name, PASSWORD[name], proxy.url, folder);
    seats.push(seat);
    return seat;
  };
  const [alice, bob] = await Promise.all([take('alice_marker'), take('bob_marker')]);
  await introduce(alice, bob, FIRST);

  bob.type(`${ANSWER}\r`);
  await alice.shows(/你好 saffron/);
  alice.type(`\x1b[200~${PASTED}\x1b[201~`);
  await alice.shows(/third pasted line/);
  alice.type('\r');
  await bob.shows(/first pasted line[\s\S]*second pasted line[\s\S]*third pasted line/);

  // With a message still on its way, quitting would ask first.
  await bob.shows(/✓[^\n]*saffron|saffron[^\n]*✓/);
  await bob.quit();
  alice.type('while you were away\r');
  await alice.shows(/✓ [^\n]*while you were away|while you were away[^\n]*✓/);
  await relay.kill9();
  await alice.shows(/○ offline|offline/);
  alice.type('while the relay was down\r');
  await alice.shows(/○[^\n]*while the relay was down|while the relay was down[^\n]*○/);
  await relay.restart();
  await alice.shows(/✓ [^\n]*while the relay was down|while the relay was down[^\n]*✓/, 30_000);

  await bob.unlock();
  await bob.shows(/alice_marker/);
  bob.type('\x1b1');
  await bob.shows(/while you were away[\s\S]*while the relay was down/);
  bob.type('back again\r');
  await alice.shows(/back again/);
  await bob.shows(/✓ [^\n]*back again|back again[^\n]*✓/);

  await Promise.all([alice.quit(), bob.quit()]);
  await Promise.all([alice.unlock(), bob.unlock()]);
  for (const seat of [alice, bob]) {
    seat.type('\x1b1');
    await seat.shows(
      new RegExp(['cardamom', 'saffron', 'first pasted', 'away', 'was down', 'back again'].join('[\\s\\S]*')),
    );
  }
  await Promise.all([alice.quit(), bob.quit()]);

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
