import type { ImageCells } from '../media/image-cells.ts';
import { mainLayout, rowContext } from '../views/layout.ts';
import { messageShape, previewOf } from '../views/message-rows.ts';
import { type AppState, mainOf, type Step, step, withMain } from './app-state.ts';
import { type MainScreen, openChatOf } from './chat-state.ts';
import { messageAt } from './message-log.ts';
import { topPosition } from './scrolling.ts';

/** A message's picture, wanted in so many cells. */
export interface PreviewWish {
  readonly id: string;
  readonly cols: number;
  readonly rows: number;
}

/** What is known of a picture in sight; `words` say why it is not shown. */
export type Preview =
  | { readonly kind: 'loading' }
  | { readonly kind: 'shown'; readonly cells: ImageCells }
  | { readonly kind: 'failed'; readonly words: string };

/** The previews in sight, by `previewKey`. What is out of sight is kept by whoever decodes, as long as there is room. */
export type Previews = ReadonlyMap<string, Preview>;

const LOADING: Preview = { kind: 'loading' };

export function previewKey({ id, cols, rows }: PreviewWish): string {
  return `${cols}x${rows} ${id}`;
}

/** The pictures of the messages in sight, in the cells that they have there. */
export function wantedPreviews(state: AppState, main: MainScreen): readonly PreviewWish[] {
  const chat = openChatOf(main);
  const layout = mainLayout(state, main);
  if (chat === null || layout.chat === null) return [];
  const context = rowContext(state, main, chat);
  const shape = messageShape(context);
  const top = topPosition(chat, shape, layout.messages.rows);
  const wishes: PreviewWish[] = [];
  let left = layout.messages.rows + top.row;
  for (let index = top.index; index < shape.size && left > 0; index += 1) {
    const message = messageAt(chat.log, index);
    const size = message === undefined ? null : previewOf(context, message);
    if (message !== undefined && size !== null) wishes.push({ id: message.id, ...size });
    left -= shape.heightAt(index);
  }
  return wishes;
}

/** What comes into sight is asked for, what leaves it is let go. */
export function tendPreviews(state: AppState): Step {
  const main = mainOf(state);
  if (main === null) return step(state);
  const wishes = wantedPreviews(state, main);
  const isSame = wishes.length === main.previews.size && wishes.every((wish) => main.previews.has(previewKey(wish)));
  if (isSame) return step(state);
  const previews = new Map(
    wishes.map((wish) => [previewKey(wish), main.previews.get(previewKey(wish)) ?? LOADING] as const),
  );
  const missing = wishes.filter((wish) => previews.get(previewKey(wish)) === LOADING);
  return step(withMain(state, { ...main, previews }), { type: 'load-previews', wishes: missing });
}

/** A picture came, or why it does not; one that is out of sight again is no matter. */
export function previewCame(main: MainScreen, wish: PreviewWish, preview: Preview): MainScreen {
  const key = previewKey(wish);
  return main.previews.has(key) ? { ...main, previews: new Map(main.previews).set(key, preview) } : main;
}
