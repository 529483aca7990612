import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import sharp from 'sharp';
import { createImageRenderer } from '../../../src/tui/media/image-renderer.ts';
import { assertScreen } from '../../support/golden-screen.ts';
import type { ScriptedClient } from '../../support/scripted-client.ts';
import { contact, KEY, message, NOON, type ScriptedOptions, startScripted } from '../../support/scripted-interface.ts';
import {
  pictureMessage,
  scriptedRenderer,
  type WatchedRenderer,
  watchedRenderer,
} from '../../support/scripted-pictures.ts';

const QUARTERS = ['#c03020', '#20a040', '#2040c0', '#e0d020'] as const;

/** A flag of four colours: upper left, upper right, lower left, lower right. */
async function quarters(width: number, height: number): Promise<Uint8Array> {
  const tiles = QUARTERS.map((background, at) => ({
    input: { create: { width: width / 2, height: height / 2, channels: 3 as const, background } },
    left: (at % 2) * (width / 2),
    top: Math.floor(at / 2) * (height / 2),
  }));
  const canvas = sharp({ create: { width, height, channels: 3, background: '#000000' } });
  return new Uint8Array(await canvas.composite(tiles).png().toBuffer());
}

const THUMBNAIL = await quarters(320, 180);
/** A rendition, as it goes beside a picture of more than two megapixels. */
const RENDITION = await quarters(1280, 720);

function withPictures(client: ScriptedClient): void {
  const at = (minutes: number): string => new Date(NOON - minutes * 60_000).toISOString();
  client.people = [contact('bob', { verified: true, last_at: at(2), last_text: 'from the harbour' })];
  client.messages.push(
    message({ chat: 'bob', direction: 'in', text: 'Have a look:', sent_at: at(9) }),
    pictureMessage({ id: 'pic', text: 'from the harbour', sent_at: at(8) }),
    message({
      chat: 'bob',
      direction: 'out',
      kind: 'file',
      text: '',
      sent_at: at(2),
      status: 'queued',
      id: 'doc',
      attachment: { name: 'minutes.pdf', mime: 'application/pdf', bytes: 412_000, sha256: '', state: 'uploading' },
    }),
  );
  client.thumbnails.set('pic', THUMBNAIL);
  client.pictures.set('pic', RENDITION);
}

/** One decoder for all of these screens; each of them leaves it open. */
const decoder = createImageRenderer();
after(() => decoder.close());

async function opened(context: { after(done: () => Promise<void>): void }, options: ScriptedOptions = {}) {
  const real: WatchedRenderer = watchedRenderer({ ...decoder, close: async () => undefined });
  const scripted = await startScripted({ setUp: withPictures, renderer: real, ...options });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter);
  await real.settled();
  await scripted.idle();
  scripted.client.tell({
    event: 'transfer',
    id: 'doc',
    chat: 'bob',
    direction: 'upload',
    state: 'running',
    done: 180_000,
    bytes: 416_000,
  });
  await scripted.pass(20);
  return { ...scripted, real };
}

/** Where the picture's upper left cell is. */
function cornerOf(rows: readonly string[]): { readonly row: number; readonly col: number } {
  const row = rows.findIndex((text) => text.includes('▄▄▄'));
  return { row, col: rows[row]?.indexOf('▄') ?? -1 };
}

for (const [name, options] of [
  ['80x24-dark', {}],
  ['80x24-light', { theme: 'light' }],
  ['120x40-dark', { cols: 120, rows: 40 }],
  ['50x20-dark', { cols: 50, rows: 20 }],
  ['80x24-256', { depth: '256' }],
  ['80x24-16', { depth: '16' }],
  ['80x24-none', { depth: 'none' }],
] as const satisfies readonly (readonly [string, ScriptedOptions])[]) {
  test(`a picture in the chat looks as it should: ${name}`, async (context) => {
    const { screen } = await opened(context, options);
    assertScreen(`picture-${name}`, screen);
  });
}

test('the cells of a picture in the chat have the picture’s own colours', async (context) => {
  const { screen } = await opened(context);
  const { row, col } = cornerOf(screen.grid());
  const colours = (r: number, c: number) => {
    const { text, fg, bg } = screen.cell(row + r, col + c);
    return [text, fg, bg];
  };
  const [upperLeft, upperRight, lowerLeft, lowerRight] = QUARTERS;
  assert.deepEqual(colours(0, 0), ['▄', upperLeft, upperLeft]);
  assert.deepEqual(colours(3, 12), ['▄', upperLeft, upperLeft]);
  assert.deepEqual(colours(0, 37), ['▄', upperRight, upperRight]);
  assert.deepEqual(colours(9, 2), ['▄', lowerLeft, lowerLeft]);
  assert.deepEqual(colours(9, 37), ['▄', lowerRight, lowerRight]);
});

test('nothing else on the screen moves when a picture arrives', async (context) => {
  const renderer = scriptedRenderer('when told');
  const scripted = await startScripted({ setUp: withPictures, renderer });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter);
  assertScreen('picture-loading-80x24-dark', scripted.screen);
  const before = scripted.screen.grid();
  const { cols, rows, answer } = renderer.asked[0] ?? assert.fail();
  const { value } = { value: { cols, rows, packed: new Uint8Array(cols * rows * 7) } };
  answer({ ok: true, value });
  await scripted.idle();
  const after = scripted.screen.grid();
  const place = cornerOf(after);
  assert.ok(place.row > 0);
  const outside = (text: string, at: number): string =>
    at >= place.row && at < place.row + rows ? text.slice(0, place.col).trimEnd() : text;
  assert.deepEqual(after.map(outside), before.map(outside));
});

test('a picture that cannot be decoded says why in its place', async (context) => {
  const { screen } = await opened(context, {
    setUp(client) {
      withPictures(client);
      client.thumbnails.set('pic', THUMBNAIL.slice(0, 200));
    },
  });
  assertScreen('picture-broken-80x24-dark', screen);
  assert.match(screen.text(), /! the picture ends too early/);
});

test('a picture without a thumbnail says so', async (context) => {
  const { screen } = await opened(context, {
    setUp(client) {
      withPictures(client);
      client.thumbnails.clear();
    },
  });
  assert.match(screen.text(), /! it came without a preview/);
});

const OPEN = [KEY.ctrlSpace, KEY.up, KEY.enter];

for (const [name, options] of [
  ['80x24-dark', {}],
  ['120x40-dark', { cols: 120, rows: 40 }],
  ['80x24-16', { depth: '16' }],
  ['80x24-none', { depth: 'none' }],
] as const satisfies readonly (readonly [string, ScriptedOptions])[]) {
  test(`a picture in full looks as it should: ${name}`, async (context) => {
    const { screen, press, real, idle } = await opened(context, options);
    await press(...OPEN);
    await real.settled();
    await idle();
    assertScreen(`picture-view-${name}`, screen);
  });
}

test('the full view shows the picture, saves it, and goes back to where one was', async (context) => {
  const { screen, press, real, idle, client } = await opened(context);
  const before = screen.grid();
  await press(...OPEN);
  await real.settled();
  await idle();
  const { row, col } = cornerOf(screen.grid());
  assert.equal(screen.cell(row, col).bg, QUARTERS[0]);
  assert.equal(screen.cell(22, col).fg, QUARTERS[2]);
  assert.match(screen.grid()[0] ?? '', /harbour\.jpg .* 1920×1080, 2\.1 MB/);
  await press('s');
  assert.deepEqual(
    client.calls.filter(([method]) => method === 'save').map(([, id]) => id),
    ['pic'],
  );
  assert.match(screen.grid()[23] ?? '', /saved: .*harbour\.jpg/);
  await press(KEY.escape, KEY.escape);
  assert.deepEqual(screen.grid().slice(0, 22), before.slice(0, 22));
});

test('the full view follows the size of the screen', async (context) => {
  const { screen, press, real, idle } = await opened(context);
  await press(...OPEN);
  await real.settled();
  screen.resize(60, 20);
  await idle();
  await real.settled();
  await idle();
  const { row, col } = cornerOf(screen.grid());
  // 60 columns for sixteen parts, so 34 half rows for nine.
  assert.deepEqual([row, col], [1, 0]);
  assert.equal(screen.cell(17, 59).fg, QUARTERS[3]);
});

test('while a picture is fetched the full view tells how far it is', async (context) => {
  const scripted = await startScripted({
    renderer: scriptedRenderer(),
    setUp(client) {
      withPictures(client);
      client.messages.splice(1, 1, pictureMessage({ id: 'pic', attachment: { state: 'offered' } }));
      client.picture = () => new Promise(() => undefined);
    },
  });
  context.after(() => scripted.close());
  await scripted.press('bob', KEY.enter, ...OPEN);
  assert.match(scripted.screen.text(), /opening…/);
  const transfer = { event: 'transfer', id: 'pic', chat: 'bob', direction: 'download' } as const;
  scripted.client.tell({ ...transfer, state: 'running', done: 900_000, bytes: 2_100_000 });
  await scripted.pass(20);
  assertScreen('picture-fetching-80x24-dark', scripted.screen);
});

test('a picture that is gone, and one of a format that is not decoded, say so and can be saved', async (context) => {
  const webp = new Uint8Array(await sharp(RENDITION).resize(40).webp().toBuffer());
  const gone = await opened(context);
  gone.client.failNext('picture', 'content-refused');
  await gone.press(...OPEN);
  await gone.idle();
  assert.match(gone.screen.text(), /! \S+/);
  assert.match(gone.screen.text(), /image\/jpeg · s saves it/);
  const other = await opened(context, {
    setUp(client) {
      withPictures(client);
      client.pictures.set('pic', webp);
      client.messages.splice(1, 1, pictureMessage({ id: 'pic', attachment: { name: 'h.webp', mime: 'image/webp' } }));
    },
  });
  await other.press(...OPEN);
  await other.real.settled();
  await other.idle();
  assertScreen('picture-webp-80x24-dark', other.screen);
});
