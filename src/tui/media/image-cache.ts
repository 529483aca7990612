import type { Rendering } from './image-job.ts';

/** Which picture, in how many cells. A thumbnail and the full picture of one message differ in size, so in key. */
export interface ImageCacheKey {
  readonly messageId: string;
  readonly cols: number;
  readonly rows: number;
}

/** What rendering gave: a refusal is worth remembering too, or a hostile picture would be tried in every frame. */
export type RenderedImage = Rendering;

/** The pictures shown last, bounded by their cells: what is painted costs memory by the cell. */
export interface ImageCache {
  get(key: ImageCacheKey): RenderedImage | undefined;
  set(key: ImageCacheKey, value: RenderedImage): void;
  /** Forgets every size of a message's picture: it was deleted, or better bytes have come. */
  forget(messageId: string): void;
  /** For locking. */
  clear(): void;
  readonly size: number;
}

const MAX_CELLS = 60_000;
/** Refusals take no cells but must not pile up either. */
const ENTRY_CELLS = 50;

/** An LRU cache over (message id, columns, rows). */
export function createImageCache(maxCells: number = MAX_CELLS): ImageCache {
  const entries = new Map<
    string,
    { readonly messageId: string; readonly value: RenderedImage; readonly weight: number }
  >();
  let weight = 0;

  function remove(name: string): void {
    weight -= entries.get(name)?.weight ?? 0;
    entries.delete(name);
  }

  return {
    get(key) {
      const name = nameOf(key);
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      entries.delete(name);
      entries.set(name, entry);
      return entry.value;
    },
    set(key, value) {
      const name = nameOf(key);
      remove(name);
      const entry = { messageId: key.messageId, value, weight: ENTRY_CELLS + cellsOf(value) };
      entries.set(name, entry);
      weight += entry.weight;
      for (const oldest of entries.keys()) {
        if (weight <= maxCells || entries.size === 1) break;
        remove(oldest);
      }
    },
    forget(messageId) {
      for (const [name, entry] of entries) if (entry.messageId === messageId) remove(name);
    },
    clear() {
      entries.clear();
      weight = 0;
    },
    get size() {
      return entries.size;
    },
  };
}

function nameOf({ messageId, cols, rows }: ImageCacheKey): string {
  return `${cols}x${rows} ${messageId}`;
}

function cellsOf(value: RenderedImage): number {
  return value.ok ? value.value.cols * value.value.rows : 0;
}
