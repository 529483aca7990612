import sharp from 'sharp';
import type { GridCell, TerminalGrid } from './terminal-grid.ts';

/** A picture's cells. */
export interface PictureBlock {
  readonly cols: number;
  readonly rows: number;
  /** Row by row. */
  readonly cells: readonly GridCell[];
}

/** The lowest picture of half blocks on a screen, or null. */
export function pictureOn(screen: TerminalGrid): PictureBlock | null {
  const rows = screen.cells().map((row) => row.filter((cell) => isHalfBlock(cell)));
  const last = rows.findLastIndex((row) => row.length > 1);
  if (last < 0) return null;
  const cols = rows[last]?.length ?? 0;
  let first = last;
  while (first > 0 && rows[first - 1]?.length === cols) first -= 1;
  return { cols, rows: last - first + 1, cells: rows.slice(first, last + 1).flat() };
}

function isHalfBlock({ text, fg, bg }: GridCell): boolean {
  return text === '▄' && (fg ?? '').startsWith('#') && (bg ?? '').startsWith('#');
}

/** How far the cells are from the picture's own colours: the mean over all channels, 0 to 255. */
export async function distanceFrom(picture: Uint8Array, block: PictureBlock): Promise<number> {
  const { cols, rows, cells } = block;
  const pixels = await sharp(picture)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize({ width: cols, height: rows * 2, fit: 'fill' })
    .removeAlpha()
    .raw()
    .toBuffer();
  let sum = 0;
  for (const [index, { fg, bg }] of cells.entries()) {
    const row = Math.floor(index / cols);
    const upper = (row * 2 * cols + (index % cols)) * 3;
    sum += difference(bg, pixels.subarray(upper, upper + 3));
    sum += difference(fg, pixels.subarray(upper + cols * 3, upper + cols * 3 + 3));
  }
  return sum / (cells.length * 6);
}

function difference(color: string | null, pixel: Uint8Array): number {
  const own = Buffer.from((color ?? '').slice(1), 'hex');
  return own.reduce((sum, value, channel) => sum + Math.abs(value - (pixel[channel] ?? 0)), 0);
}
