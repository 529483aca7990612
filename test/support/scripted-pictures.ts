import type { Attachment, Message } from '../../src/session/client.ts';
import type { ImageCells } from '../../src/tui/media/image-cells.ts';
import type { Rendering } from '../../src/tui/media/image-job.ts';
import type { ImageRenderer } from '../../src/tui/media/image-renderer.ts';
import { message } from './scripted-interface.ts';

/** A picture in a chat, as its message tells of it. */
export function pictureMessage(
  over: Partial<Omit<Message, 'attachment'>> & { readonly attachment?: Partial<Attachment> } = {},
): Message {
  const { attachment, ...rest } = over;
  return message({
    chat: 'bob',
    direction: 'in',
    text: '',
    kind: 'image',
    ...rest,
    attachment: {
      name: 'harbour.jpg',
      mime: 'image/jpeg',
      bytes: 2_100_000,
      width: 1920,
      height: 1080,
      sha256: 'ab'.repeat(32),
      state: 'here',
      ...attachment,
    },
  });
}

/** Cells that tell where they are by their colours: red grows to the right, green downwards, blue is the lower half. */
export function gradient(cols: number, rows: number): ImageCells {
  const packed = new Uint8Array(cols * rows * 7);
  for (let row = 0; row < rows; row += 1) {
    for (let col = 0; col < cols; col += 1) {
      const red = Math.round((255 * col) / Math.max(1, cols - 1));
      const green = Math.round((255 * row) / Math.max(1, rows - 1));
      packed.set([1, red, green, 0, red, green, 255], (row * cols + col) * 7);
    }
  }
  return { cols, rows, packed };
}

/** A renderer that answers when the test lets it: each question as it came, and how to answer it. */
export interface ScriptedRenderer extends ImageRenderer {
  readonly asked: {
    readonly bytes: Uint8Array;
    readonly cols: number;
    readonly rows: number;
    readonly kind: 'thumbnail' | 'full';
    answer(rendering: Rendering): void;
  }[];
  readonly isClosed: boolean;
}

/** With `at once` every picture is a gradient as large as it was asked for. */
export function scriptedRenderer(answers: 'at once' | 'when told' = 'at once'): ScriptedRenderer {
  const renderer: ScriptedRenderer & { isClosed: boolean } = {
    asked: [],
    isClosed: false,
    render(bytes, cols, rows, { kind }) {
      return new Promise((answer) => {
        renderer.asked.push({ bytes, cols, rows, kind, answer });
        if (answers === 'at once') answer({ ok: true, value: gradient(cols, rows) });
      });
    },
    async close() {
      renderer.isClosed = true;
      for (const { answer } of renderer.asked) answer({ ok: false, reason: 'closed' });
    },
  };
  return renderer;
}

/** A real renderer, and when it has answered all that it was asked. */
export interface WatchedRenderer extends ImageRenderer {
  settled(): Promise<void>;
}

export function watchedRenderer(renderer: ImageRenderer): WatchedRenderer {
  const pending = new Set<Promise<Rendering>>();
  return {
    render(bytes, cols, rows, options) {
      const rendering = renderer.render(bytes, cols, rows, options);
      pending.add(rendering);
      void rendering.then(() => pending.delete(rendering));
      return rendering;
    },
    close: () => renderer.close(),
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
