import type { Logger } from 'pino';
import type { DataFolder } from './data-folder.ts';
import { failureCode } from './failure-code.ts';
import type { StoreChoice } from './relay-options.ts';
import type { RelayServerOptions } from './relay-server.ts';
import type { StoreLimits } from './store.ts';

/** Mail that came through another relay, where no hint of it did. */
const POLL_INTERVAL_MS = 30_000;

/** Each store's code is loaded only where it is chosen. */
export async function openStore(
  choice: StoreChoice,
  limits: StoreLimits,
  data: DataFolder,
  log: Logger,
): Promise<Pick<RelayServerOptions, 'store' | 'neighbours'>> {
  switch (choice.kind) {
    case 'sqlite': {
      const { openSqliteStore } = await import('./sqlite-store.ts');
      return { store: openSqliteStore(data.databaseFile, limits, data.tombstoneKey) };
    }
    case 'postgres': {
      const { openPostgres } = await import('./postgres-store.ts');
      return openPostgres(choice.urls, limits, data, {
        pollIntervalMs: POLL_INTERVAL_MS,
        failed: (cause) => log.error({ code: failureCode(cause) }, 'the other relays could not be reached'),
      });
    }
    default:
      return choice satisfies never;
  }
}
