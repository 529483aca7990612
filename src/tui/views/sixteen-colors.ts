import type { ColorDepth } from '../term/color.ts';
import { type Color, type Role, type Style, THEMES, type Theme, type ThemeName } from '../term/theme.ts';
import { mapTheme } from './layered.ts';

/** The sixteen colours by their usual values; the nearest of them is then the very same. */
const ANSI = {
  black: '#000000',
  red: '#cd0000',
  green: '#00cd00',
  yellow: '#cdcd00',
  blue: '#0000ee',
  magenta: '#cd00cd',
  cyan: '#00cdcd',
  white: '#e5e5e5',
  grey: '#7f7f7f',
  brightRed: '#ff0000',
  brightBlue: '#5c5cff',
  brightCyan: '#00ffff',
} as const satisfies Record<string, Color>;

/** Which roles look alike; those not named here keep the terminal's own text colour, dimmed where they are quiet. */
const KINDS = {
  accent: ['accent', 'borderFocused', 'link', 'statusKey', 'dialogTitle', 'progress'],
  own: ['own'],
  peer: ['peer'],
  good: ['verified', 'online', 'success'],
  warn: ['reaction', 'request', 'unverified', 'connecting', 'warning', 'mark'],
  bad: ['newRule', 'failed', 'offline', 'error'],
  read: ['read'],
  line: ['border', 'rule'],
  quiet: ['muted', 'placeholder', 'system', 'time', 'quote', 'queued', 'sent', 'dialogKey'],
  badge: ['unread', 'buttonFocused'],
  hit: ['searchHit'],
  chosen: ['selected', 'current'],
} as const satisfies Record<string, readonly Role[]>;

type Kind = keyof typeof KINDS;

const DARK: Readonly<Record<Kind, Style>> = {
  accent: { fg: ANSI.cyan },
  own: { fg: ANSI.green },
  peer: { fg: ANSI.brightBlue },
  good: { fg: ANSI.green },
  warn: { fg: ANSI.yellow },
  bad: { fg: ANSI.brightRed },
  read: { fg: ANSI.brightCyan },
  line: { fg: ANSI.grey },
  quiet: { dim: true },
  badge: { fg: ANSI.black, bg: ANSI.cyan },
  hit: { fg: ANSI.black, bg: ANSI.yellow },
  chosen: { fg: ANSI.white, bg: ANSI.blue },
};

const LIGHT: Readonly<Record<Kind, Style>> = {
  accent: { fg: ANSI.blue },
  own: { fg: ANSI.green },
  peer: { fg: ANSI.blue },
  good: { fg: ANSI.green },
  warn: { fg: ANSI.magenta },
  bad: { fg: ANSI.red },
  read: { fg: ANSI.blue },
  line: { fg: ANSI.grey },
  quiet: { dim: true },
  badge: { fg: ANSI.white, bg: ANSI.blue },
  hit: { fg: ANSI.white, bg: ANSI.magenta },
  chosen: { fg: ANSI.black, bg: ANSI.cyan },
};

function kindOf(role: Role): Kind | null {
  const found = Object.entries(KINDS).find(([, roles]: readonly [string, readonly Role[]]) => roles.includes(role));
  return found === undefined ? null : (Object.keys(KINDS).find((kind): kind is Kind => kind === found[0]) ?? null);
}

/** Soft colours all come out grey among sixteen: there the theme is made of the sixteen themselves. */
function sixteenColors(name: ThemeName): Theme {
  const looks = name === 'dark' ? DARK : LIGHT;
  return mapTheme(THEMES[name], ({ fg: _fg, bg: _bg, ...rest }, role) => {
    const kind = kindOf(role);
    return kind === null ? rest : { ...rest, ...looks[kind] };
  });
}

const made = new Map<string, Theme>();

/** The theme of a name as a terminal with so many colours can show it. */
export function themeFor(name: ThemeName, depth: ColorDepth): Theme {
  if (depth !== '16') return THEMES[name];
  const theme = made.get(name) ?? sixteenColors(name);
  made.set(name, theme);
  return theme;
}
