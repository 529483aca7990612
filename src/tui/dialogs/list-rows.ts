import type { Surface } from '../term/surface.ts';
import type { Theme } from '../term/theme.ts';
import { firstShown } from '../views/contact-list.ts';
import { layered } from '../views/layered.ts';

/** The lines of a list around the chosen one, each on its own surface with the theme that fits its background. */
export function paintList<T>(
  surface: Surface,
  items: readonly T[],
  selected: number,
  theme: Theme,
  options: { readonly height: number; paint(row: Surface, item: T, on: Theme): void },
): void {
  const room = Math.max(1, Math.floor(surface.rows / options.height));
  const first = firstShown(selected, room, items.length);
  for (const [at, item] of items.slice(first, first + room).entries()) {
    const row = surface.region(at * options.height, 0, options.height, surface.cols);
    const isChosen = first + at === selected;
    row.target({ kind: 'line', index: first + at });
    if (isChosen) row.fill(theme.selected);
    options.paint(row, item, layered(theme, isChosen ? 'selected' : 'dialog'));
  }
}
