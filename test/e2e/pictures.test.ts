import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { bytesOf, SECRET, withMetadata } from '../media/sample-pictures.ts';
import { distanceFrom, type PictureBlock, pictureOn } from '../support/picture-cells.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { type RelayProcess, startRelay } from '../support/relay-process.ts';
import { filesWith, type Marker, markersIn, runsOf } from '../support/search-bytes.ts';
import { introduce, type Seat, takeSeat } from '../support/seat.ts';

const MiB = 1024 * 1024;
const CAPTIONS = { png: 'caption juniper', jpeg: 'caption lavender' };
const NAMES = { png: 'diagram_juniper.png', jpeg: 'holiday_lavender.jpg', file: 'archive_tarragon.bin' };
/** Terminal cells are coarse and the thumbnail is a JPEG: this much, of 255, they may be off. */
const COLOUR_TOLERANCE = 16;

let relay: RelayProcess;
let proxy: RecordingProxy;
let folder: string;
let alice: Seat;
let bob: Seat;
let png: Uint8Array;
let jpeg: Uint8Array;
let file: Uint8Array;

before(async () => {
  relay = await startRelay();
  proxy = await startRecordingProxy(relay.url);
  folder = await mkdtemp(join(tmpdir(), 'smchat-pictures-'));
  png = await bytesOf(landscape(640, 480).png());
  jpeg = await bytesOf(withMetadata(landscape(2400, 1700), 1).jpeg({ quality: 92 }));
  file = new Uint8Array(randomBytes(20 * MiB));
  await writeFile(join(folder, NAMES.png), png);
  await writeFile(join(folder, NAMES.jpeg), jpeg);
  await writeFile(join(folder, NAMES.file), file);
  [alice, bob] = (await Promise.all(
    ['alice_marker', 'bob_marker'].map((name) => takeSeat(name, `password of ${name}`, proxy.url, folder)),
  )) as [Seat, Seat];
  await introduce(alice, bob, 'hello');
});

after(async () => {
  for (const seat of [alice, bob]) seat?.screen.kill('SIGKILL');
  await Promise.all([alice?.user.remove(), bob?.user.remove()]);
  await proxy?.close();
  await relay?.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** Something like a photograph: soft colours that differ everywhere, with grain. */
function landscape(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grain = (x * 7 + y * 13) % 9;
      pixels[at++] = Math.min(255, Math.round((200 * x) / width) + grain);
      pixels[at++] = Math.min(255, Math.round((180 * y) / height) + 40 + grain);
      pixels[at++] = Math.min(255, Math.round(200 - (180 * x) / width) + grain);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

async function sendPicture(name: string, caption: string): Promise<void> {
  alice.type(`/send-image ${join(folder, name)}\r`);
  await alice.shows(new RegExp(`picture: ${name}`));
  alice.type(caption);
  await alice.shows(new RegExp(caption));
  alice.type('\r');
  await alice.shows(new RegExp(`✓✓[^\\n]*${caption}|${caption}[^\\n]*✓✓`), 30_000);
}

/** Waits until the lowest picture on the screen has at least so many rows and this picture's colours. */
async function looksLike(seat: Seat, picture: Uint8Array, leastRows: number): Promise<void> {
  let seen = '';
  let distance = 255;
  while (distance > COLOUR_TOLERANCE) {
    const before = seen;
    let block: PictureBlock | null = null;
    await seat.screen.until((screen) => {
      block = pictureOn(screen);
      seen = JSON.stringify(block);
      return block !== null && block.rows >= leastRows && seen !== before;
    }, 20_000);
    if (block !== null) distance = await distanceFrom(picture, block);
  }
}

async function seesPicture(seat: Seat, picture: Uint8Array, caption: string): Promise<void> {
  await seat.shows(new RegExp(caption));
  await looksLike(seat, picture, 4);
}

test('a PNG and a photograph of four megapixels are seen in colour on both screens', async () => {
  await sendPicture(NAMES.png, CAPTIONS.png);
  await seesPicture(alice, png, CAPTIONS.png);
  await seesPicture(bob, png, CAPTIONS.png);
  await sendPicture(NAMES.jpeg, CAPTIONS.jpeg);
  await seesPicture(alice, jpeg, CAPTIONS.jpeg);
  await seesPicture(bob, jpeg, CAPTIONS.jpeg);
});

test('the photograph opens over the whole screen, and is saved on both sides without where it was taken', async () => {
  for (const seat of [alice, bob]) {
    seat.type('\x00');
    await seat.shows(/Enter open/);
    seat.type('\r');
    await looksLike(seat, jpeg, 20);
    seat.type('s');
    await seat.shows(/saved/i, 20_000);
    seat.type('\x1b');
    await seat.screen.until((screen) => screen.text().includes(CAPTIONS.jpeg));
    seat.type('\x1b');
  }
  for (const [seat, other] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    const saved = join(folder, 'Pictures', 'smchat', seat.name, other.name);
    const [name = ''] = await readdir(saved);
    assert.match(name, /^\d{4}-\d\d-\d\d_\d{6}_holiday_lavender\.jpg$/);
    const bytes = await readFile(join(saved, name));
    assert.deepEqual(markersIn(bytes, [SECRET, 'Exif\0\0']), []);
    const { exif, xmp, width, height } = await sharp(bytes).metadata();
    assert.deepEqual({ exif, xmp, width, height }, { exif: undefined, xmp: undefined, width: 2400, height: 1700 });
  }
});

test('a file of 20 MiB arrives whole over a connection that is cut three times each way', async () => {
  proxy.cutAt('relay', 3 * MiB, 9 * MiB, 16 * MiB);
  proxy.cutAt('client', 4 * MiB, 10 * MiB, 17 * MiB);
  alice.type(`/send-file ${join(folder, NAMES.file)}\r`);
  await alice.shows(new RegExp(NAMES.file));
  alice.type('\r');
  await bob.shows(new RegExp(NAMES.file), 120_000);
  const attachment = await whenHere(bob, alice.name);
  assert.equal(attachment.sha256, createHash('sha256').update(file).digest('hex'));
  assert.equal(proxy.cuts, 6);
  const out = join(folder, 'out');
  const saved = await bob.user.run('--json', 'save', attachment.id, '--out', out);
  assert.equal(saved.code, 0, saved.stderr);
  assert.ok(Buffer.from(file).equals(await readFile(String(saved.json()[0]?.path))));
});

/** Asks the open interface, by a command beside it, until its newest file is here. */
async function whenHere(seat: Seat, chat: string): Promise<{ readonly id: string; readonly sha256: string }> {
  for (;;) {
    const listened = await seat.user.run('--json', 'history', chat, '--limit', '1');
    const [message] = listened.json() as [{ id: string; attachment?: { state: string; sha256: string } }];
    const { attachment } = message;
    if (attachment?.state === 'here') return { id: message.id, sha256: attachment.sha256 };
    assert.notEqual(attachment?.state, 'lost');
  }
}

test('after relay and both interfaces were restarted, the pictures are found again', async () => {
  await Promise.all([alice.quit(), bob.quit()]);
  await relay.kill9();
  await relay.restart();
  await Promise.all([alice.unlock(), bob.unlock()]);
  for (const seat of [alice, bob]) {
    seat.type('\x1b1');
    await seat.shows(new RegExp(NAMES.file));
    await seesPicture(seat, jpeg, CAPTIONS.jpeg);
  }
});

test('no run of bytes of the pictures, no name and no caption is on a disk, in a frame or in a body', async () => {
  const saved = await readdir(join(folder, 'Pictures', 'smchat', 'bob_marker', 'alice_marker'));
  const sent = await readFile(join(folder, 'Pictures', 'smchat', 'bob_marker', 'alice_marker', saved[0] ?? ''));
  const markers: Marker[] = [
    ...Object.values(CAPTIONS),
    ...Object.values(NAMES),
    ...[png, jpeg, sent, file].flatMap((bytes) => runsOf(bytes)),
  ];
  assert.ok(markers.length > 100);
  for (const { user } of [alice, bob]) assert.deepEqual(await filesWith(user.home, markers), []);
  assert.deepEqual(await filesWith(relay.dataDir, markers), []);
  const passed = [...proxy.frames, ...proxy.bodies];
  assert.ok(proxy.bodies.length > 40);
  assert.deepEqual(
    passed.flatMap(({ bytes }) => markersIn(bytes, markers)),
    [],
  );
});

test('an erased history is gone with its pictures; the other side keeps its own', async () => {
  bob.type('/delete-history\r');
  await bob.shows(/Erase the chat/);
  bob.type('y');
  await bob.screen.until((screen) => !screen.text().includes(NAMES.file));
  const history = await bob.user.run('--json', 'history', alice.name);
  assert.deepEqual(history.json(), []);
  assert.deepEqual(await readdir(join(bob.user.home, 'accounts', bob.name, 'blobs')), []);
  const kept = await alice.user.run('--json', 'history', bob.name);
  assert.equal(kept.json().filter((message) => message.attachment !== undefined).length, 3);
});

test('after the password was changed, the old one and the old keyfile open nothing of the new files', async () => {
  await bob.quit();
  const account = join(bob.user.home, 'accounts', bob.name);
  const before = join(folder, 'before');
  await cp(bob.user.home, before, { recursive: true });
  const passwords = join(folder, 'passwords');
  await writeFile(passwords, `password of ${bob.name}\nanother anise\n`, { mode: 0o600 });
  const changed = await bob.user.run('--json', 'change-password', '--password-file', passwords);
  assert.deepEqual([changed.code, changed.json()], [0, [{ ok: true }]], changed.stderr);
  assert.equal((await bob.user.run('contacts')).code, 3);
  const oldCopy = await bob.user.run('--home', before, 'contacts');
  assert.equal(oldCopy.code, 0, oldCopy.stderr);
  const vault = await readFile(join(account, 'vault.db'));
  const copied = join(before, 'accounts', bob.name);
  await rm(join(copied, 'vault.db-wal'), { force: true });
  await writeFile(join(copied, 'vault.db'), vault);
  const mixed = await bob.user.run('--home', before, 'contacts');
  assert.equal(mixed.code, 8, mixed.stderr);
});

test('a deleted account is gone here and at the relay, and the other side reads a clear line', async () => {
  const password = join(folder, 'new-password');
  await writeFile(password, 'another anise\n', { mode: 0o600 });
  const refused = await bob.user.run('delete-account');
  assert.equal(refused.code, 2, refused.stderr);
  const deleted = await bob.user.run('--json', 'delete-account', '--yes', '--password-file', password);
  assert.deepEqual([deleted.code, deleted.json()], [0, [{ deleted: bob.name }]], deleted.stderr);
  assert.deepEqual(await readdir(join(bob.user.home, 'accounts')), []);
  await alice.shows(new RegExp(`${bob.name} deleted their account`));
  alice.type('are you there\r');
  await alice.shows(/! [^\n]*are you there/);
  await alice.quit();
  await relay.stop();
  assert.deepEqual(await filesWith(relay.dataDir, [bob.name]), []);
  assert.deepEqual((await filesWith(relay.dataDir, [alice.name])).length, 1);
});
