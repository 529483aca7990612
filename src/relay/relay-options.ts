import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { SmchatError } from '../smchat-error.ts';

/** `$XDG_DATA_HOME/smchat-relay`, else `~/.local/share/smchat-relay`. */
export function defaultDataFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment.XDG_DATA_HOME;
  // The XDG specification: a relative path there is to be ignored.
  const isUsable = base !== undefined && isAbsolute(base);
  return join(isUsable ? base : join(homedir(), '.local', 'share'), 'smchat-relay');
}

/** The folder that `--data DIR` or `--store sqlite:DIR` names; naming two is an error. */
export function dataFolder(
  options: { readonly data?: string | undefined; readonly store?: string | undefined },
  environment: NodeJS.ProcessEnv,
): string {
  if (options.data !== undefined && options.store !== undefined) {
    throw new SmchatError('usage', 'give --data or --store, not both');
  }
  if (options.store === undefined) return resolve(options.data ?? defaultDataFolder(environment));
  const folder = /^sqlite:(.+)$/.exec(options.store)?.[1];
  if (folder === undefined) throw new SmchatError('usage', '--store takes sqlite:DIR');
  return resolve(folder);
}
