import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asSmchatError } from '../smchat-error.ts';
import type { Finding } from './doctor.ts';
import type { StoreChoice } from './relay-options.ts';

/** Clocks may differ by so much (docs/operations-postgresql.md). */
const CLOCK_MAX_MS = 60_000;

/** The store, and the clock against what is known of time there. Nothing is changed: no tables are made or migrated. */
export async function checkStore(choice: StoreChoice, now: number): Promise<readonly Finding[]> {
  try {
    return choice.kind === 'sqlite' ? await checkSqlite(choice.folder, now) : await checkPostgres(choice.urls, now);
  } catch (thrown) {
    const { message, hint } = asSmchatError(thrown);
    return [bad('store', `${message}: ${hint}`)];
  }
}

async function checkSqlite(folder: string, now: number): Promise<readonly Finding[]> {
  const file = join(folder, 'relay.db');
  if (!existsSync(file)) return [bad('store', `there is no ${file} yet: the relay's first start makes it`)];
  const { readStanding, SQLITE_VERSION } = await import('./sqlite-database.ts');
  const standing = readStanding(file);
  if (standing === null) return [good('store', 'in use by a relay that runs: ask its /readyz')];
  const findings = [versionFinding(standing.version, SQLITE_VERSION)];
  return [...findings, clockFinding(standing.probedAt === null ? 0 : Math.max(0, standing.probedAt - now))];
}

async function checkPostgres(urls: readonly string[], now: number): Promise<readonly Finding[]> {
  const { readPostgresStanding, POSTGRES_VERSION } = await import('./postgres-standing.ts');
  const { version, clock, unsafe } = await readPostgresStanding(urls);
  const findings = [versionFinding(version, POSTGRES_VERSION), clockFinding(Math.abs(clock - now))];
  if (unsafe.length === 0) return findings;
  return [...findings, bad('durability', `set ${unsafe.join(', ')} to on: what is acknowledged may be lost`)];
}

function versionFinding(version: number, known: number): Finding {
  if (version > known) return bad('store', `its tables are of version ${version}: install a newer smchat-relay`);
  if (version < known) return good('store', `tables of version ${version}: the next start brings them to ${known}`);
  return good('store', `reached, tables of version ${version}`);
}

function clockFinding(offMs: number): Finding {
  if (offMs <= CLOCK_MAX_MS) return good('clock', 'agrees with the store');
  return bad('clock', `differs from the store's by ${Math.round(offMs / 1_000)} s: set it by NTP`);
}

const good = (check: string, detail: string): Finding => ({ check, ok: true, detail });
const bad = (check: string, detail: string): Finding => ({ check, ok: false, detail });
