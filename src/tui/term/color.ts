import type { Color, OwnColor, Style } from './theme.ts';

/** What a terminal can show: 24 bits, the 256 or the 16 colours, or none. */
export type ColorDepth = 'truecolor' | '256' | '16' | 'none';

type Rgb = readonly [red: number, green: number, blue: number];

const CUBE_LEVELS = [0, 95, 135, 175, 215, 255] as const;
/** The sixteen colours as xterm draws them, to find the nearest. */
const SIXTEEN: readonly Rgb[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];

/** The depth that the environment tells: NO_COLOR, TERM, COLORTERM (no-color.org; terminals' own custom). */
export function colorDepth(env: Readonly<Record<string, string | undefined>>): ColorDepth {
  const term = env.TERM ?? '';
  if ((env.NO_COLOR ?? '') !== '' || term === 'dumb') return 'none';
  if (/^(truecolor|24bit)$/i.test(env.COLORTERM ?? '')) return 'truecolor';
  if (/direct|truecolor|kitty|ghostty|wezterm|alacritty|^foot/i.test(term)) return 'truecolor';
  if (env.WT_SESSION !== undefined) return 'truecolor';
  if (/256/.test(term)) return '256';
  return '16';
}

function rgbOf(color: Color): Rgb {
  const number = Number.parseInt(color.slice(1), 16);
  return [(number >> 16) & 0xff, (number >> 8) & 0xff, number & 0xff];
}

function distance(a: Rgb, b: Rgb): number {
  return 2 * (a[0] - b[0]) ** 2 + 4 * (a[1] - b[1]) ** 2 + 3 * (a[2] - b[2]) ** 2;
}

function nearest(rgb: Rgb, candidates: readonly (readonly [index: number, rgb: Rgb])[]): number {
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const [index, candidate] of candidates) {
    const here = distance(rgb, candidate);
    if (here < bestDistance) {
      best = index;
      bestDistance = here;
    }
  }
  return best;
}

function cubeAndGreys(): readonly (readonly [number, Rgb])[] {
  const all: [number, Rgb][] = [];
  for (const [r, red] of CUBE_LEVELS.entries()) {
    for (const [g, green] of CUBE_LEVELS.entries()) {
      for (const [b, blue] of CUBE_LEVELS.entries()) all.push([16 + 36 * r + 6 * g + b, [red, green, blue]]);
    }
  }
  for (let step = 0; step < 24; step++) all.push([232 + step, [8 + 10 * step, 8 + 10 * step, 8 + 10 * step]]);
  return all;
}

const sixteenEntries = SIXTEEN.map((rgb, index): readonly [number, Rgb] => [index, rgb]);
let palette256: readonly (readonly [number, Rgb])[] | undefined;
const KNOWN_COLORS_MAX = 4096;
const nearest256s = new Map<Color, number>();

/** A picture asks for the same few colours thousands of times. */
function nearest256(color: Color, rgb: Rgb): number {
  const known = nearest256s.get(color);
  if (known !== undefined) return known;
  palette256 ??= cubeAndGreys();
  const found = nearest(rgb, palette256);
  if (nearest256s.size >= KNOWN_COLORS_MAX) nearest256s.clear();
  nearest256s.set(color, found);
  return found;
}

function isOwn(color: Color | OwnColor): color is OwnColor {
  return color.startsWith('own ');
}

function ownParameter(index: number, isBackground: boolean): string {
  return String((index < 8 ? 30 + index : 82 + index) + (isBackground ? 10 : 0));
}

function colorParameters(color: Color | OwnColor, depth: ColorDepth, isBackground: boolean): string {
  if (isOwn(color)) return ownParameter(Number(color.slice('own '.length)), isBackground);
  const rgb = rgbOf(color);
  if (depth === 'truecolor') return `${isBackground ? 48 : 38};2;${rgb.join(';')}`;
  if (depth === '256') return `${isBackground ? 48 : 38};5;${nearest256(color, rgb)}`;
  return ownParameter(nearest(rgb, sixteenEntries), isBackground);
}

const cache = new Map<ColorDepth, WeakMap<Style, string>>();

function buildSgr(style: Style, depth: ColorDepth): string {
  const mono = depth === 'none' ? style.mono : undefined;
  const parameters: string[] = [];
  if (style.bold === true || mono === 'bold') parameters.push('1');
  if (style.dim === true || mono === 'dim') parameters.push('2');
  if (style.italic === true) parameters.push('3');
  if (style.underline === true || mono === 'underline') parameters.push('4');
  if (style.inverse === true || mono === 'inverse') parameters.push('7');
  if (depth !== 'none') {
    if (style.fg !== undefined) parameters.push(colorParameters(style.fg, depth, false));
    if (style.bg !== undefined) parameters.push(colorParameters(style.bg, depth, true));
  }
  return parameters.length === 0 ? '' : `\x1b[${parameters.join(';')}m`;
}

/** The escape sequence that turns a style on, over a reset terminal; empty for the plain style. */
export function sgr(style: Style, depth: ColorDepth): string {
  let known = cache.get(depth);
  if (known === undefined) {
    known = new WeakMap();
    cache.set(depth, known);
  }
  let sequence = known.get(style);
  if (sequence === undefined) {
    sequence = buildSgr(style, depth);
    known.set(style, sequence);
  }
  return sequence;
}
