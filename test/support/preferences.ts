import { fileURLToPath } from 'node:url';
import { createPreferenceFiles } from '../../src/store/preference-files.ts';
import type { LoadedPreferences, PreferenceFiles } from '../../src/tui/settings/load-preferences.ts';
import { decodeTheme } from '../../src/tui/settings/theme-document.ts';
import { DEFAULT_PREFERENCES } from '../../src/tui/state/app-state.ts';
import type { ColorDepth } from '../../src/tui/term/color.ts';
import type { Background, Theme } from '../../src/tui/term/theme.ts';

const THEMES = fileURLToPath(new URL('../../assets/themes/', import.meta.url));
const NO_HOME = fileURLToPath(new URL('./no-such-home/', import.meta.url));

const shippedFiles = createPreferenceFiles(NO_HOME, THEMES);

/** The preferences of a home, with the shipped themes. */
export function preferenceFilesIn(home: string): PreferenceFiles {
  return createPreferenceFiles(home, THEMES);
}

/** A theme that comes with the program. */
export function shippedTheme(name: string): Theme {
  const text = shippedFiles.shippedTheme(name);
  if (text === null) throw new Error(`no theme ${name}`);
  return decodeTheme(text, (base) => shippedFiles.shippedTheme(base)).theme;
}

/** The themes that hold where nothing was set. */
export function themesAt(depth: ColorDepth): Readonly<Record<Background, Theme>> {
  return depth === '16'
    ? { dark: shippedTheme('16-colours'), light: shippedTheme('16-colours-light') }
    : { dark: shippedTheme('dark'), light: shippedTheme('light') };
}

export function defaultLoaded(depth: ColorDepth = 'truecolor'): LoadedPreferences {
  return { preferences: DEFAULT_PREFERENCES, themes: themesAt(depth), depth };
}
