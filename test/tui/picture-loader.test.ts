import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SmchatError } from '../../src/smchat-error.ts';
import { createPictureLoader, type PictureLoader } from '../../src/tui/picture-loader.ts';
import type { Action } from '../../src/tui/state/action.ts';
import type { PreviewWish } from '../../src/tui/state/previews.ts';
import { gradient, type ScriptedRenderer, scriptedRenderer } from '../support/scripted-pictures.ts';

interface Bench {
  readonly loader: PictureLoader;
  readonly renderer: ScriptedRenderer;
  readonly actions: Action[];
  /** What `picture` waits for, by message id. */
  readonly fetches: Map<string, (bytes: Uint8Array) => void>;
  turn(): Promise<void>;
}

function bench(
  answers: 'at once' | 'when told' = 'at once',
  thumbnail?: (id: string) => Promise<Uint8Array | null>,
): Bench {
  const renderer = scriptedRenderer(answers);
  const actions: Action[] = [];
  const fetches = new Map<string, (bytes: Uint8Array) => void>();
  const loader = createPictureLoader({
    client: {
      thumbnail: thumbnail ?? (async (id) => new TextEncoder().encode(id)),
      picture: (id) => new Promise((resolve) => fetches.set(id, resolve)),
    },
    renderer,
    dispatch: (action) => void actions.push(action),
  });
  return { loader, renderer, actions, fetches, turn: () => new Promise((resolve) => setImmediate(resolve)) };
}

const wish = (id: string, cols = 10, rows = 5): PreviewWish => ({ id, cols, rows });

function asked({ renderer }: Bench): readonly string[] {
  return renderer.asked.map(({ bytes }) => new TextDecoder().decode(bytes));
}

function told({ actions }: Bench): readonly string[] {
  return actions.map((action) => {
    if (action.type === 'preview') return `${action.wish.id} ${action.preview.kind}`;
    return action.type === 'picture' ? `${action.id} ${action.room.cols} ${action.shown.kind}` : action.type;
  });
}

test('decodes each picture once, in its size, and remembers it', async () => {
  const it = bench();
  it.loader.load([wish('a'), wish('b')]);
  await it.turn();
  it.loader.load([wish('b'), wish('a')]);
  assert.deepEqual(told(it), ['a shown', 'b shown', 'b shown', 'a shown'], 'what is known is told at once');
  it.loader.load([wish('a', 20)]);
  await it.turn();
  assert.deepEqual(asked(it), ['a', 'b', 'a']);
  assert.deepEqual(
    it.renderer.asked.map(({ cols, rows, kind }) => [cols, rows, kind]),
    [
      [10, 5, 'thumbnail'],
      [10, 5, 'thumbnail'],
      [20, 5, 'thumbnail'],
    ],
  );
});

test('decodes one at a time, and none that has left the sight before its turn', async () => {
  const it = bench('when told');
  it.loader.load([wish('a'), wish('b'), wish('c')]);
  await it.turn();
  assert.deepEqual(asked(it), ['a']);
  it.loader.load([wish('a'), wish('d')]);
  await it.turn();
  assert.deepEqual(asked(it), ['a']);
  it.renderer.asked[0]?.answer({ ok: true, value: gradient(10, 5) });
  await it.turn();
  assert.deepEqual(asked(it), ['a', 'd']);
});

test('a hostile picture is tried once; what failed for another reason is tried again', async () => {
  let isDown = true;
  const it = bench('when told', async (id) => {
    if (id === 'away' && isDown) throw new SmchatError('locked');
    return id === 'none' ? null : new TextEncoder().encode(id);
  });
  it.loader.load([wish('bad')]);
  await it.turn();
  it.renderer.asked[0]?.answer({ ok: false, reason: 'took-too-long' });
  await it.turn();
  it.loader.load([wish('bad'), wish('away'), wish('none')]);
  await it.turn();
  assert.deepEqual(told(it), ['bad failed', 'bad failed', 'away failed', 'none failed']);
  assert.deepEqual(asked(it), ['bad']);
  isDown = false;
  it.loader.load([wish('away')]);
  await it.turn();
  assert.deepEqual(asked(it), ['bad', 'away']);
  const words = it.actions.map((action) =>
    action.type === 'preview' && 'words' in action.preview ? action.preview.words : '',
  );
  assert.match(words[0] ?? '', /took too long/);
  assert.match(words[3] ?? '', /without a preview/);
});

test('forgets pictures of messages and chats that are deleted', async () => {
  const it = bench();
  const all = [wish('a'), wish('b')];
  it.loader.load(all);
  await it.turn();
  it.loader.happened({ event: 'delete', id: 'a', chat: 'bob' });
  it.loader.load(all);
  await it.turn();
  assert.deepEqual(asked(it), ['a', 'b', 'a']);
  it.loader.happened({ event: 'history_deleted', chat: 'bob' });
  it.loader.load(all);
  await it.turn();
  assert.deepEqual(asked(it), ['a', 'b', 'a', 'a', 'b']);
});

test('of a full view asked for in several sizes only the last is decoded and told', async () => {
  const it = bench();
  const first = it.loader.view({ type: 'view-picture', id: 'a', cols: 80, rows: 22 });
  const fetchFirst = it.fetches.get('a');
  const second = it.loader.view({ type: 'view-picture', id: 'a', cols: 60, rows: 18 });
  fetchFirst?.(new Uint8Array(3));
  it.fetches.get('a')?.(new Uint8Array(3));
  await Promise.all([first, second]);
  assert.deepEqual(told(it), ['a 60 shown']);
  assert.deepEqual(
    it.renderer.asked.map(({ cols, kind }) => [cols, kind]),
    [[60, 'full']],
  );
});

test('closing ends the decoder, and nothing is told any more', async () => {
  const it = bench('when told');
  it.loader.load([wish('a'), wish('b')]);
  const viewing = it.loader.view({ type: 'view-picture', id: 'c', cols: 80, rows: 22 });
  await it.turn();
  await it.loader.close();
  assert.ok(it.renderer.isClosed);
  it.fetches.get('c')?.(new Uint8Array(1));
  await it.turn();
  it.renderer.asked.at(-1)?.answer({ ok: true, value: gradient(1, 1) });
  await viewing;
  assert.deepEqual(told(it), []);
  assert.ok(!asked(it).includes('b'));
});
