import { type Color, type OwnColor, ROLES, type Role, type Style, type Theme, themeOf } from '../term/theme.ts';
import { nearestName } from './nearest-name.ts';
import { isTable, type Problem, readToml, type TomlDocument, type TomlTable } from './toml-document.ts';

/** The terminal's own sixteen, by their numbers. */
const OWN_COLORS: readonly string[] = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'grey',
  'bright-red',
  'bright-green',
  'bright-yellow',
  'bright-blue',
  'bright-magenta',
  'bright-cyan',
  'bright-white',
];
const MONO = ['bold', 'dim', 'underline', 'inverse'] as const;
const FLAGS = ['bold', 'dim', 'italic', 'underline', 'inverse'] as const;
const KEYS = ['base', 'colours', 'roles'];
const DEFAULT_BASE = 'dark';

/** A theme's file as its own and its base's entries, before the names of colours are looked up. */
interface Layers {
  readonly documents: readonly TomlDocument[];
}

interface DecodedTheme {
  readonly theme: Theme;
  readonly problems: readonly Problem[];
}

function tableOf({ root }: TomlDocument, name: string): TomlTable {
  const table = root[name];
  return isTable(table) ? table : {};
}

/** `newRule` is written `new-rule`. */
function writtenName(role: Role): string {
  return role.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function hexColor(value: unknown): Color | null {
  return typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) ? `#${value.slice(1).toLowerCase()}` : null;
}

function ownColor(value: unknown): OwnColor | null {
  const index = typeof value === 'string' ? OWN_COLORS.indexOf(value) : -1;
  return index < 0 ? null : `own ${index}`;
}

/** One entry of a role's style, checked; null where it is wrong. */
function styleEntry(name: string, value: unknown, colors: ReadonlyMap<string, Color | OwnColor>): Style | null {
  if (name === 'fg' || name === 'bg') {
    const color = (typeof value === 'string' ? colors.get(value) : undefined) ?? hexColor(value) ?? ownColor(value);
    return color === null ? null : { [name]: color };
  }
  if (name === 'mono') {
    const mono = MONO.find((each) => each === value);
    return mono === undefined ? null : { mono };
  }
  return FLAGS.some((each) => each === name) && typeof value === 'boolean' ? { [name]: value } : null;
}

const STYLE_RULE =
  'a style has fg and bg (a name from [colours], "#rrggbb", or one of the terminal’s own such as "cyan"), ' +
  'bold, dim, italic, underline and inverse (true or false), and mono ("bold", "dim", "underline" or "inverse")';

function colorsOf(
  layers: Layers,
  tell: (path: string, sentence: string) => void,
): ReadonlyMap<string, Color | OwnColor> {
  const colors = new Map<string, Color | OwnColor>();
  for (const [at, document] of layers.documents.entries()) {
    for (const [name, value] of Object.entries(tableOf(document, 'colours'))) {
      const color = hexColor(value) ?? ownColor(value);
      if (color !== null) colors.set(name, color);
      else if (at === layers.documents.length - 1)
        tell(`colours.${name}`, `${name} is no colour; it is "#rrggbb" or one of: ${OWN_COLORS.join(', ')}`);
    }
  }
  return colors;
}

/** The names in a theme that mean nothing. */
function unknownNames(own: TomlDocument, tell: (path: string, sentence: string) => void): void {
  for (const name of Object.keys(own.root)) {
    if (!KEYS.includes(name)) tell(name, `a theme has ${KEYS.join(', ')}, and no ${name}`);
  }
  const roles = ROLES.map(writtenName);
  for (const name of Object.keys(tableOf(own, 'roles'))) {
    if (roles.includes(name)) continue;
    const near = nearestName(name, roles);
    tell(
      `roles.${name}`,
      `no role is called ${name}; ${near === null ? `there are: ${roles.join(', ')}` : `is ${near} meant?`}`,
    );
  }
}

/** Reads a theme; what in it cannot be understood is told, and for that its base holds. `shipped` gives a base's text. */
export function decodeTheme(text: string, shipped: (name: string) => string | null): DecodedTheme {
  const own = readToml(text);
  const problems: Problem[] = own.unread.map(({ line, reason }) => ({ line, sentence: `this is not TOML: ${reason}` }));
  const tell = (path: string, sentence: string): void => {
    problems.push({ line: own.lineOf(path), sentence });
  };
  unknownNames(own, tell);
  const named = own.root.base ?? DEFAULT_BASE;
  const found = typeof named === 'string' ? shipped(named) : null;
  if (found === null)
    tell('base', `there is no base of that name; it is one of the shipped themes, and ${DEFAULT_BASE} holds`);
  const baseText = found ?? shipped(DEFAULT_BASE);
  const layers: Layers = { documents: [...(baseText === null ? [] : [readToml(baseText)]), own] };
  const colors = colorsOf(layers, tell);

  function styleOf(role: Role): Style {
    const name = writtenName(role);
    const written = layers.documents.filter(({ root }) => isTable(root.roles) && Object.hasOwn(root.roles, name));
    const document = written.at(-1);
    if (document === undefined) return {};
    const value = tableOf(document, 'roles')[name];
    const tellOwn = (sentence: string): void => (document === own ? tell(`roles.${name}`, sentence) : undefined);
    if (!isTable(value)) {
      tellOwn(`${name} is no style; ${STYLE_RULE}`);
      return {};
    }
    const parts = Object.entries(value).map(([key, entry]) => {
      const part = styleEntry(key, entry, colors);
      if (part === null) tellOwn(`${name}: ${key} = ${JSON.stringify(entry)} is wrong; ${STYLE_RULE}`);
      return part;
    });
    return Object.assign({}, ...parts);
  }

  return { theme: themeOf(styleOf), problems };
}
