/** A list as scrolling sees it: so many items, each some rows high. Only the items asked for are measured. */
export interface ListShape {
  readonly size: number;
  heightAt(index: number): number;
}

/** The row at the top of the window: an item, and which of its rows. */
export interface ListPosition {
  readonly index: number;
  readonly row: number;
}

export const LIST_START: ListPosition = { index: 0, row: 0 };

/** Negative where `a` stands above `b`, zero where they are the same row. */
export function comparePositions(a: ListPosition, b: ListPosition): number {
  return a.index - b.index || a.row - b.row;
}

/** The top row when the last row stands at the window's bottom; the list's start where everything fits. */
export function bottomPosition(shape: ListShape, windowRows: number): ListPosition {
  let missing = windowRows;
  for (let index = shape.size - 1; index >= 0; index -= 1) {
    const height = shape.heightAt(index);
    if (height >= missing) return { index, row: height - missing };
    missing -= height;
  }
  return LIST_START;
}

/** The position `rows` further down, or up where negative; never outside the list. */
export function movePosition(shape: ListShape, from: ListPosition, rows: number): ListPosition {
  let { index, row } = from;
  let left = row + rows;
  while (left < 0 && index > 0) {
    index -= 1;
    left += shape.heightAt(index);
  }
  if (left < 0) return LIST_START;
  row = left;
  while (index < shape.size) {
    const height = shape.heightAt(index);
    if (row < height) return { index, row };
    row -= height;
    index += 1;
  }
  const last = Math.max(0, shape.size - 1);
  return { index: last, row: shape.size === 0 ? 0 : Math.max(0, shape.heightAt(last) - 1) };
}

/** The nearest position that exists: items may have become lower since it was taken, as after a resize. */
export function clampPosition(shape: ListShape, position: ListPosition): ListPosition {
  if (shape.size === 0) return LIST_START;
  const index = Math.min(Math.max(0, position.index), shape.size - 1);
  return { index, row: Math.min(Math.max(0, position.row), Math.max(0, shape.heightAt(index) - 1)) };
}
