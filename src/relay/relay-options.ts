import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { SmchatError } from '../smchat-error.ts';
import { isLoopback } from './client-address.ts';

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

/** The files of `--tls-cert` and `--tls-key`: both or none. */
export function tlsFiles(options: {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}): { readonly cert: string; readonly key: string } | null {
  const { cert, key } = options;
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return null;
  throw new SmchatError('usage', '--tls-cert and --tls-key go together');
}

/** Where others can connect, nothing goes over the line in the clear: throws `usage`. */
export function refuseExposure(host: string, isProtected: boolean): void {
  if (isProtected || isLoopback(host)) return;
  throw new SmchatError(
    'usage',
    `${host} is open to others: it needs TLS (--tls-cert, --tls-key) or a proxy that speaks it (--behind-proxy CIDR)`,
  );
}
