import { paintImageRow } from '../media/paint-image.ts';
import type { MainScreen } from '../state/chat-state.ts';
import { type Preview, previewKey } from '../state/previews.ts';
import type { ColorDepth } from '../term/color.ts';
import { label, type SafeText, sanitizeLine } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Theme } from '../term/theme.ts';
import { textWidth, wrap } from '../term/width.ts';
import type { PictureRow } from './message-rows.ts';

export interface PreviewLook {
  readonly depth: ColorDepth;
  readonly theme: Theme;
}

/** One row of a message's picture; until it is there, or where it cannot be shown, of the frame that keeps its place. */
export function paintPreviewRow(
  surface: Surface,
  main: MainScreen,
  { wish, row }: PictureRow,
  look: PreviewLook,
): void {
  const preview = main.previews.get(previewKey(wish));
  if (preview?.kind === 'shown') paintImageRow(surface, preview.cells, row, look.depth);
  else paintFrameRow(surface.region(-row, 0, wish.rows, wish.cols), preview, look.theme);
}

function wordsOf(preview: Preview | undefined): SafeText {
  return preview?.kind === 'failed' ? sanitizeLine(`! ${preview.words}`) : label('loading…');
}

/** The whole frame; the surface beneath shows one row of it. */
function paintFrameRow(frame: Surface, preview: Preview | undefined, theme: Theme): void {
  const words = wordsOf(preview);
  const style = preview?.kind === 'failed' ? theme.failed : theme.muted;
  const hasFrame = frame.rows >= 3 && frame.cols >= 6;
  const inside = hasFrame ? frame.box({ style: theme.border }) : frame;
  const lines = inside.cols < 2 ? [] : wrap(words, inside.cols).slice(0, inside.rows);
  const top = Math.floor((inside.rows - lines.length) / 2);
  for (const [at, line] of lines.entries()) {
    inside.text(top + at, Math.max(0, Math.floor((inside.cols - textWidth(line)) / 2)), line, style);
  }
}
