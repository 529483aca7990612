import { fileURLToPath } from 'node:url';
import { openProxy, type RelayProxy } from './net/proxy.ts';
import { createPreferenceFiles } from './store/preference-files.ts';
import { readConfig } from './tui/settings/read-config.ts';
import type { Settings } from './tui/settings/settings.ts';

/** Themes lie beside the program, whether it is the bundle or the sources. */
const THEMES_FOLDER = fileURLToPath(new URL('../assets/themes/', import.meta.url));

export function preferenceFiles(home: string) {
  return createPreferenceFiles(home, THEMES_FOLDER);
}

/** What was set for this home. Problems in the file are told where somebody can see them: by the interface. */
export async function readSettings(home: string): Promise<Settings> {
  return (await readConfig(preferenceFiles(home))).settings;
}

/** What relays on other machines are reached through. */
export async function proxyFor(given: string | undefined, settings: Settings): Promise<RelayProxy | null> {
  const { ALL_PROXY: usual = process.env.all_proxy } = process.env;
  return openProxy({ given, configured: settings.proxy, usual });
}
