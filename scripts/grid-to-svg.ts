// Draws a terminal's grid as SVG, cell for cell, for the pictures in the README and in docs/.
import type { GridCell, TerminalGrid } from '../test/support/terminal-grid.ts';

export interface SvgOptions {
  readonly foreground?: string;
  readonly background?: string;
  /** Shown in a window's bar above the grid; without one there is no bar. */
  readonly title?: string;
}

const CELL_WIDTH = 9;
const CELL_HEIGHT = 19;
const FONT_SIZE = 15;
const BASELINE = 14;
const PADDING = 12;
const BAR_HEIGHT = 32;
const FONTS =
  "'JetBrains Mono','DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,'Noto Sans Mono CJK SC','Noto Color Emoji',monospace";
const SIXTEEN = [
  '#1b1d23',
  '#cd3131',
  '#0dbc79',
  '#e5e510',
  '#2472c8',
  '#bc3fbc',
  '#11a8cd',
  '#e5e5e5',
  '#666666',
  '#f14c4c',
  '#23d18b',
  '#f5f543',
  '#3b8eea',
  '#d670d6',
  '#29b8db',
  '#ffffff',
] as const;
const CUBE_LEVELS = [0, 95, 135, 175, 215, 255] as const;

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function paletteColor(index: number): string {
  const basic = SIXTEEN[index];
  if (basic !== undefined) return basic;
  if (index >= 232) {
    const level = 8 + (index - 232) * 10;
    return `rgb(${level},${level},${level})`;
  }
  const cube = index - 16;
  const levels = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((step) => CUBE_LEVELS[step] ?? 0);
  return `rgb(${levels.join(',')})`;
}

function colorOf(color: string | null, otherwise: string): string {
  if (color === null) return otherwise;
  return color.startsWith('ansi:') ? paletteColor(Number(color.slice(5))) : color;
}

/** A cell's colours as they are seen, inverse resolved. */
function shownColors(
  cell: GridCell,
  foreground: string,
  background: string,
): { readonly fg: string; readonly bg: string } {
  const fg = colorOf(cell.fg, foreground);
  const bg = colorOf(cell.bg, background);
  return cell.inverse ? { fg: bg, bg: fg } : { fg, bg };
}

function rectangle(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}"/>`;
}

/** Half blocks, full blocks and the lines of frames are drawn, not written: they must meet whatever the font. */
function drawnGlyph(text: string, x: number, y: number, fg: string): string | null {
  const [midX, midY] = [x + CELL_WIDTH / 2, y + CELL_HEIGHT / 2];
  const lines = (parts: readonly string[]): string =>
    `<path d="${parts.join('')}" stroke="${fg}" stroke-width="1.2" fill="none"/>`;
  const [left, right] = [`M${midX} ${midY}H${x}`, `M${midX} ${midY}H${x + CELL_WIDTH}`];
  const [up, down] = [`M${midX} ${midY}V${y}`, `M${midX} ${midY}V${y + CELL_HEIGHT}`];
  switch (text) {
    case '█':
      return rectangle(x, y, CELL_WIDTH, CELL_HEIGHT, fg);
    case '▀':
      return rectangle(x, y, CELL_WIDTH, CELL_HEIGHT / 2, fg);
    case '▄':
      return rectangle(x, midY, CELL_WIDTH, CELL_HEIGHT / 2, fg);
    case '─':
      return lines([left, right]);
    case '│':
      return lines([up, down]);
    case '┌':
    case '╭':
      return lines([right, down]);
    case '┐':
    case '╮':
      return lines([left, down]);
    case '└':
    case '╰':
      return lines([right, up]);
    case '┘':
    case '╯':
      return lines([left, up]);
    case '├':
      return lines([right, up, down]);
    case '┤':
      return lines([left, up, down]);
    case '┬':
      return lines([left, right, down]);
    case '┴':
      return lines([left, right, up]);
    case '┼':
      return lines([left, right, up, down]);
    default:
      return null;
  }
}

function writtenGlyph(cell: GridCell, x: number, y: number, fg: string): string {
  const attributes = [
    `x="${x}" y="${y + BASELINE}" fill="${fg}" textLength="${cell.width * CELL_WIDTH}" lengthAdjust="spacingAndGlyphs"`,
    cell.bold ? 'font-weight="bold"' : '',
    cell.dim ? 'opacity="0.6"' : '',
    cell.italic ? 'font-style="italic"' : '',
    cell.underline ? 'text-decoration="underline"' : '',
  ].filter((attribute) => attribute !== '');
  return `<text ${attributes.join(' ')}>${escapeXml(cell.text)}</text>`;
}

function windowBar(title: string, width: number, foreground: string): string {
  const dots = ['#ff5f56', '#ffbd2e', '#27c93f'].map(
    (color, index) => `<circle cx="${PADDING + 6 + index * 18}" cy="${BAR_HEIGHT / 2}" r="5.5" fill="${color}"/>`,
  );
  const place = `x="${width / 2}" y="${BAR_HEIGHT / 2 + 5}" text-anchor="middle" fill="${foreground}" opacity="0.7"`;
  return `${dots.join('')}<text ${place} font-size="13">${escapeXml(title)}</text>`;
}

/** The grid as a picture of its own: every glyph in the cell where the terminal has it. */
export function gridToSvg(screen: TerminalGrid, options: SvgOptions = {}): string {
  const { foreground = '#d8dee9', background = '#1b1d23', title } = options;
  const top = PADDING + (title === undefined ? 0 : BAR_HEIGHT);
  const width = screen.cols * CELL_WIDTH + 2 * PADDING;
  const height = screen.rows * CELL_HEIGHT + top + PADDING;
  const backgrounds: string[] = [];
  const glyphs: string[] = [];
  for (const [row, cells] of screen.cells().entries()) {
    for (const [col, cell] of cells.entries()) {
      if (cell.width === 0) continue;
      const [x, y] = [PADDING + col * CELL_WIDTH, top + row * CELL_HEIGHT];
      const { fg, bg } = shownColors(cell, foreground, background);
      if (bg !== background) backgrounds.push(rectangle(x, y, cell.width * CELL_WIDTH, CELL_HEIGHT, bg));
      if (cell.text.trim() !== '') glyphs.push(drawnGlyph(cell.text, x, y, fg) ?? writtenGlyph(cell, x, y, fg));
    }
  }
  const cursor = screen.cursor();
  if (cursor.visible) {
    const [x, y] = [PADDING + cursor.col * CELL_WIDTH, top + cursor.row * CELL_HEIGHT];
    backgrounds.push(`<rect x="${x}" y="${y}" width="2" height="${CELL_HEIGHT}" fill="${foreground}"/>`);
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${background}"/>`,
    `<g font-family="${FONTS}" font-size="${FONT_SIZE}" xml:space="preserve">`,
    title === undefined ? '' : windowBar(title, width, foreground),
    `<g shape-rendering="crispEdges">${backgrounds.join('')}</g>`,
    glyphs.join(''),
    '</g></svg>',
    '',
  ].join('\n');
}
