import { boundKeys } from '../input/rebinding.ts';
import type { Preferences } from '../state/app-state.ts';
import { type ColorDepth, colorDepth } from '../term/color.ts';
import { type Background, PLAIN_THEME, type Theme } from '../term/theme.ts';
import { type ConfigFile, readConfig } from './read-config.ts';
import { SETTINGS } from './settings.ts';
import { initialSettingsText } from './settings-text.ts';
import { decodeTheme } from './theme-document.ts';
import type { Problem } from './toml-document.ts';

/** The user's own files and those that come with the program, as texts. */
export interface PreferenceFiles extends ConfigFile {
  /** Makes `config.toml`; never replaces one. */
  createConfig(text: string): Promise<void>;
  /** `themes/NAME.toml` of the home; null where there is none. */
  ownTheme(name: string): Promise<string | null>;
  shippedTheme(name: string): string | null;
}

/** What a person has set, and what the terminal can show of it. */
export interface LoadedPreferences {
  readonly preferences: Preferences;
  /** For each background; the same where one theme was chosen. */
  readonly themes: Readonly<Record<Background, Theme>>;
  readonly depth: ColorDepth;
}

const SIXTEEN = '16-colours';

/** The themes for a dark and a light background. Soft colours all come out grey among sixteen: there others hold. */
function themeNames(choice: string, depth: ColorDepth): Readonly<Record<Background, string>> {
  const dark = depth === '16' ? SIXTEEN : 'dark';
  const light = depth === '16' ? `${SIXTEEN}-light` : 'light';
  if (choice === 'auto') return { dark, light };
  if (choice === 'dark') return { dark, light: dark };
  return choice === 'light' ? { dark: light, light } : { dark: choice, light: choice };
}

function inFile(file: string): (problem: Problem) => string {
  return ({ line, sentence }) => (line === null ? `${file}: ${sentence}` : `${file}, line ${line}: ${sentence}`);
}

async function loadThemes(
  files: PreferenceFiles,
  choice: string,
  depth: ColorDepth,
): Promise<{ readonly themes: Readonly<Record<Background, Theme>>; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const shipped = (name: string): string | null => files.shippedTheme(name);
  const load = async (name: string): Promise<Theme | null> => {
    const own = await files.ownTheme(name);
    const text = own ?? shipped(name);
    if (text === null) return null;
    const { theme, problems: found } = decodeTheme(text, shipped);
    problems.push(...found.map(inFile(`themes/${name}.toml`)));
    return theme;
  };
  const names = themeNames(choice, depth);
  const dark = await load(names.dark);
  const light = names.light === names.dark ? dark : await load(names.light);
  if (dark !== null && light !== null) return { themes: { dark, light }, problems };
  if (choice === 'auto') return { themes: { dark: PLAIN_THEME, light: PLAIN_THEME }, problems };
  const auto = await loadThemes(files, 'auto', depth);
  const missing = `config.toml: there is no themes/${choice}.toml; theme is ${SETTINGS.theme.allowed}`;
  return { themes: auto.themes, problems: [missing, ...auto.problems] };
}

/** Reads what a person has set, once; makes config.toml where there is none yet. */
export async function loadPreferences(
  files: PreferenceFiles,
  env: Readonly<Record<string, string | undefined>>,
): Promise<LoadedPreferences> {
  const { settings, keys, problems, exists } = await readConfig(files);
  if (!exists) await files.createConfig(initialSettingsText());
  const bound = boundKeys(settings.profile, keys);
  const depth = settings.theme === 'none' ? 'none' : colorDepth(env);
  const looks = await loadThemes(files, settings.theme, depth);
  const ordered = [...problems, ...bound.problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const sentences = [...ordered.map(inFile('config.toml')), ...looks.problems];
  return { preferences: { settings, keymap: bound.keymap, problems: sentences }, themes: looks.themes, depth };
}
