import { mixStyles, type Role, type Theme, themeOf } from '../term/theme.ts';

const known = new WeakMap<Theme, Map<Role, Theme>>();

/** The theme over another background: every role as it looks on a dialog, or on the status line. */
export function layered(theme: Theme, under: Role): Theme {
  const ofTheme = known.get(theme) ?? new Map<Role, Theme>();
  known.set(theme, ofTheme);
  const made = ofTheme.get(under) ?? themeOf((role) => mixStyles(theme[under], theme[role]));
  ofTheme.set(under, made);
  return made;
}
