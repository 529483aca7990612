import { resolve } from 'node:path';
import { SmchatError } from '../smchat-error.ts';
import { isLoopback } from './client-address.ts';
import { defaultDataFolder } from './default-data-folder.ts';

/** Where a relay keeps what it keeps; its keys and the blobs' files are in `folder` either way. */
export type StoreChoice =
  | { readonly kind: 'sqlite'; readonly folder: string }
  | { readonly kind: 'postgres'; readonly folder: string; readonly urls: readonly string[] };

/** What `--data DIR` and `--store URL` choose; several URLs are servers of one PostgreSQL cluster. */
export function storeChoice(
  options: { readonly data?: string | undefined; readonly store?: readonly string[] | undefined },
  environment: NodeJS.ProcessEnv,
): StoreChoice {
  const urls = options.store ?? [];
  const folder = resolve(options.data ?? defaultDataFolder(environment));
  if (urls.length > 0 && urls.every(isPostgres)) return { kind: 'postgres', folder, urls };
  if (options.data !== undefined && urls.length > 0) {
    throw new SmchatError('usage', 'give --data or --store sqlite:DIR, not both');
  }
  const [store, ...more] = urls;
  if (store === undefined) return { kind: 'sqlite', folder };
  const named = /^sqlite:(.+)$/.exec(store)?.[1];
  if (named === undefined) throw new SmchatError('usage', '--store takes sqlite:DIR or postgres://…');
  if (more.length > 0) throw new SmchatError('usage', 'only postgres:// URLs may be given several times');
  return { kind: 'sqlite', folder: resolve(named) };
}

function isPostgres(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url) && URL.canParse(url);
}

/** The store as it may be shown: without the password, which may stand in two places of a URL, or anywhere in a mistyped one. */
export function shownStore(choice: StoreChoice): string {
  if (choice.kind === 'sqlite') return `sqlite:${choice.folder}`;
  return choice.urls.map(withoutPassword).join(' ');
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = '';
  shown.search = '';
  shown.hash = '';
  // A database's name, or something that nobody meant to be there.
  if (!/^\/?[\w.%-]*$/.test(shown.pathname)) shown.pathname = '/';
  return shown.href;
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
