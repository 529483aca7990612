import { label, type SafeText } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Role, Theme } from '../term/theme.ts';
import { textWidth } from '../term/width.ts';

/** A piece of a row, in one style. */
export interface Span {
  readonly text: SafeText;
  readonly role: Role;
  /** Where it leads: the very text that is shown, or shown in part. */
  readonly link?: string;
}

/** Paints spans one after another; returns the column behind them. */
export function paintSpans(surface: Surface, row: number, col: number, spans: readonly Span[], theme: Theme): number {
  let at = col;
  for (const { text, role, link } of spans) {
    const style = link === undefined ? theme[role] : { ...theme[role], underline: true, link };
    at = surface.text(row, at, text, style);
  }
  return at;
}

export function spansWidth(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + textWidth(text), 0);
}

/** Paints spans so that they end at a column; returns the column where they begin. */
export function paintSpansRight(
  surface: Surface,
  row: number,
  end: number,
  spans: readonly Span[],
  theme: Theme,
): number {
  const start = end - spansWidth(spans);
  paintSpans(surface, row, start, spans, theme);
  return start;
}

export function paintCentered(surface: Surface, row: number, text: SafeText, style: Theme['text']): void {
  surface.text(row, Math.max(0, Math.floor((surface.cols - textWidth(text)) / 2)), text, style);
}

/** A pair of a key and what it does, for footers. */
export function hint(key: string, does: string): readonly Span[] {
  return [
    { text: label(key), role: 'statusKey' },
    { text: label(` ${does}`), role: 'statusBar' },
  ];
}
