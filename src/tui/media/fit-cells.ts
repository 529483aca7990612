/** A place in character cells, each as wide as a pixel and as high as two. */
export interface CellSize {
  readonly cols: number;
  readonly rows: number;
}

/** What rounding can do, in pixels: half a column, a row's one pixel of two, and the thumbnail's own rounding. */
const ROUNDED_COL_PIXELS = 0.75;
const ROUNDED_ROW_PIXELS = 1.25;

/** The largest of these proportions within so many cells, no larger than its own pixels and at least one cell. */
export function fitInCells(width: number, height: number, within: CellSize): CellSize {
  const scale = Math.min(1, within.cols / width, (2 * within.rows) / height);
  return {
    cols: Math.max(1, Math.round(width * scale)),
    rows: Math.max(1, Math.min(within.rows, Math.round((height * scale) / 2))),
  };
}

/** The same for a place that was kept by the size of the original: what is lacking by rounding alone is filled. */
export function fillPlace(width: number, height: number, place: CellSize): CellSize {
  const [cols, pixelRows] = [place.cols, 2 * place.rows];
  const isAlike =
    Math.abs(cols - (pixelRows * width) / height) <= ROUNDED_COL_PIXELS ||
    Math.abs(pixelRows - (cols * height) / width) <= ROUNDED_ROW_PIXELS;
  return isAlike && cols <= width && pixelRows <= height + 1 ? place : fitInCells(width, height, place);
}
