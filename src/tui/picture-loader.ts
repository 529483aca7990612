import type { SmchatClient } from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';
import { asSmchatError } from '../smchat-error.ts';
import { createImageCache, type RenderedImage } from './media/image-cache.ts';
import type { ImageRenderer } from './media/image-renderer.ts';
import { renderRefusalWords } from './media/render-refusal.ts';
import { type Action, sentenceOf } from './state/action.ts';
import type { Effect } from './state/effect.ts';
import type { PictureShown } from './state/picture-view.ts';
import { type PreviewWish, previewKey } from './state/previews.ts';

/** An open account's pictures, decoded as they come into sight. */
export interface PictureLoader {
  /** These are in sight now and not there yet; whatever was wanted before and has not begun is let go. */
  load(wishes: readonly PreviewWish[]): void;
  view(effect: Extract<Effect, { type: 'view-picture' }>): Promise<void>;
  /** Pictures of messages that are gone are forgotten. */
  happened(event: SmchatEvent): void;
  /** Forgets all of them and ends the decoder. */
  close(): Promise<void>;
}

export interface PictureLoaderParts {
  readonly client: Pick<SmchatClient, 'thumbnail' | 'picture'>;
  readonly renderer: ImageRenderer;
  readonly dispatch: (action: Action) => void;
}

type Asked = { readonly rendering: RenderedImage } | { readonly words: string };

function shownOf(asked: Asked): PictureShown {
  if ('words' in asked) return { kind: 'failed', words: asked.words };
  const { rendering } = asked;
  return rendering.ok
    ? { kind: 'shown', cells: rendering.value }
    : { kind: 'failed', words: renderRefusalWords(rendering.reason) };
}

function failureWords(thrown: unknown): string {
  const { code, message, hint } = asSmchatError(thrown);
  return sentenceOf({ code, sentence: message, hint });
}

export function createPictureLoader({ client, renderer, dispatch }: PictureLoaderParts): PictureLoader {
  const cache = createImageCache();
  let waiting: readonly PreviewWish[] = [];
  let current: string | null = null;
  let isClosed = false;
  let views = 0;

  async function render(
    { id, cols, rows }: PreviewWish,
    kind: 'thumbnail' | 'full',
    bytesOf: () => Promise<Uint8Array | null>,
  ): Promise<Asked> {
    try {
      const bytes = await bytesOf();
      if (bytes === null) return { words: 'it came without a preview' };
      const rendering = await renderer.render(bytes, cols, rows, { kind });
      if (kind === 'thumbnail' && (rendering.ok || rendering.reason !== 'closed')) {
        cache.set({ messageId: id, cols, rows }, rendering);
      }
      return { rendering };
    } catch (thrown) {
      return { words: failureWords(thrown) };
    }
  }

  function tell(wish: PreviewWish, asked: Asked): void {
    if (!isClosed) dispatch({ type: 'preview', wish, preview: shownOf(asked) });
  }

  async function work(): Promise<void> {
    while (current === null && !isClosed) {
      const [wish, ...rest] = waiting;
      if (wish === undefined) return;
      waiting = rest;
      current = previewKey(wish);
      const asked = await render(wish, 'thumbnail', () => client.thumbnail(wish.id));
      current = null;
      tell(wish, asked);
    }
  }

  return {
    load(wishes) {
      const known = wishes.map((wish) => ({
        wish,
        rendering: cache.get({ messageId: wish.id, cols: wish.cols, rows: wish.rows }),
      }));
      waiting = known.flatMap(({ wish, rendering }) =>
        rendering === undefined && previewKey(wish) !== current ? [wish] : [],
      );
      for (const { wish, rendering } of known) if (rendering !== undefined) tell(wish, { rendering });
      void work();
    },
    async view({ id, cols, rows }) {
      views += 1;
      const own = views;
      const room = { cols, rows };
      const asked = await render({ id, ...room }, 'full', async () => {
        const bytes = await client.picture(id);
        // While it was fetched the screen may have got another size: then this one is asked for no more.
        return own === views ? bytes : null;
      });
      if (!isClosed && own === views) dispatch({ type: 'picture', id, room, shown: shownOf(asked) });
    },
    happened(event) {
      if (event.event === 'delete') cache.forget(event.id);
      if (event.event === 'history_deleted') cache.clear();
    },
    async close() {
      isClosed = true;
      waiting = [];
      cache.clear();
      await renderer.close();
    },
  };
}
