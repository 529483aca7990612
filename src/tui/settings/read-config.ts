import { type DecodedSettings, decodeSettings } from './decode-settings.ts';
import { eachSetting } from './settings.ts';

export interface ConfigFile {
  /** `config.toml`; null where there is none. Throws where there is one that cannot be read. */
  config(): Promise<string | null>;
}

/** What config.toml says, as far as it can be read. */
export async function readConfig(file: ConfigFile): Promise<DecodedSettings & { readonly exists: boolean }> {
  try {
    const text = await file.config();
    return { ...decodeSettings(text ?? ''), exists: text !== null };
  } catch {
    const problem = { line: null, sentence: 'the file cannot be read: nothing in it holds' };
    return { settings: eachSetting(({ ifWrong }) => ifWrong), keys: [], problems: [problem], exists: true };
  }
}
