import type { ClientBase, Pool, PoolConfig } from 'pg';
import { SmchatError } from '../smchat-error.ts';
import { isServerLost, postgresError } from './postgres-errors.ts';
import { migrate } from './postgres-migrations.ts';
import { type Row, TYPES } from './postgres-values.ts';

/** Connections for everything but commits. */
const POOL_CONNECTIONS = 6;
const HINT_CONNECTIONS = 2;
const CONNECT_TIMEOUT_MS = 3_000;
/** No answer for so long counts as none: whoever waits is told that nothing is sure. */
const QUERY_TIMEOUT_MS = 8_000;
const BACK_OFF_MS = { least: 50, most: 2_000 } as const;

/** Plans come from indexes and are made once (see `postgres-mailbox-functions.ts`). */
const SESSION = "SET plan_cache_mode = 'force_generic_plan'; SET enable_seqscan = off; SET jit = off";

type Driver = typeof import('pg');

/** A prepared statement, by its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

interface Primary {
  readonly url: string;
  readonly pool: Pool;
  /** A connection of its own, so that no lookup stands before a commit. */
  readonly commits: Pool;
  /** For what is worth nothing after a crash. */
  readonly hints: Pool;
  /** A commit that the server did not make safe as it was told to. */
  unsafe: boolean;
}

/** The one server of several that takes writes: found, lost, and found again. */
export class PostgresServer {
  readonly #driver: Driver;
  readonly #urls: readonly string[];
  readonly #found: (() => void)[] = [];
  #primary: Primary | null = null;
  #searching: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  private constructor(driver: Driver, urls: readonly string[]) {
    this.#driver = driver;
    this.#urls = urls;
  }

  /** Rejects where none of the servers takes writes or their database cannot be used. */
  static async open(urls: readonly string[]): Promise<PostgresServer> {
    // Loaded only here: a relay on SQLite does not pay for it.
    const driver = await import('pg');
    const server = new PostgresServer(driver, urls);
    await server.#search();
    return server;
  }

  /** The server's address, where one takes writes just now. */
  get url(): string | null {
    return this.#primary?.url ?? null;
  }

  /** Called whenever a server was found again. */
  onFound(listener: () => void): void {
    this.#found.push(listener);
  }

  query(statement: Statement, values: unknown[]): Promise<readonly Row[]> {
    return this.#run((primary) => primary.pool, statement, values);
  }

  /** As `query`, on the commits' own connection, and only if it is as safe as the server was told to make it. */
  commit(statement: Statement, values: unknown[]): Promise<readonly Row[]> {
    return this.#run((primary) => primary.commits, statement, values);
  }

  /** As `query`, but not waiting for the disk. */
  hint(statement: Statement, values: unknown[]): Promise<readonly Row[]> {
    return this.#run((primary) => primary.hints, statement, values);
  }

  /** A connection of the caller's own to the server of now. */
  async connect(): Promise<ClientBase & { end(): Promise<void> }> {
    const primary = this.#current();
    const client = new this.#driver.Client(config(primary.url));
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (thrown) {
      throw postgresError(thrown);
    }
  }

  /** What was thrown shows that the server is gone: from now on another one is looked for. */
  lost(thrown: unknown): void {
    const primary = this.#primary;
    if (primary !== null && isServerLost(thrown)) this.#lose(primary);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#searching?.catch(() => {});
    const primary = this.#primary;
    this.#primary = null;
    if (primary !== null) await Promise.all(poolsOf(primary).map((pool) => pool.end()));
  }

  #current(): Primary {
    if (this.#primary === null) throw new SmchatError('store-unreachable');
    return this.#primary;
  }

  async #run(
    poolOf: (primary: Primary) => Pool,
    { name, text }: Statement,
    values: unknown[],
  ): Promise<readonly Row[]> {
    const primary = this.#current();
    const pool = poolOf(primary);
    try {
      const { rows } = await pool.query<Row>({ name, text, values });
      if (pool === primary.commits && primary.unsafe) throw new SmchatError('store-unreachable');
      return rows;
    } catch (thrown) {
      if (isServerLost(thrown) || primary.unsafe) this.#lose(primary);
      throw postgresError(thrown);
    }
  }

  #lose(primary: Primary): void {
    if (this.#primary !== primary) return;
    this.#primary = null;
    // What is under way there may hang: it is not waited for.
    for (const pool of poolsOf(primary)) void pool.end().catch(() => {});
    this.#searchAgain(BACK_OFF_MS.least);
  }

  #searchAgain(waitMs: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(
      () => {
        this.#search().then(
          () => {
            for (const listener of this.#found) listener();
          },
          () => this.#searchAgain(Math.min(waitMs * 2, BACK_OFF_MS.most)),
        );
      },
      waitMs * (0.75 + Math.random() / 2),
    );
  }

  #search(): Promise<void> {
    this.#searching ??= this.#findPrimary().finally(() => {
      this.#searching = null;
    });
    return this.#searching;
  }

  async #findPrimary(): Promise<void> {
    let failure: unknown = null;
    for (const url of this.#urls) {
      try {
        if (await this.#takesWrites(url)) {
          if (!this.#isClosed) this.#primary = this.#openPools(url);
          return;
        }
      } catch (thrown) {
        failure ??= thrown;
      }
    }
    if (failure === null) throw new SmchatError('store-unreachable', 'no database server takes writes');
    throw postgresError(failure);
  }

  /** Also brings its database up to date. */
  async #takesWrites(url: string): Promise<boolean> {
    const client = new this.#driver.Client(config(url));
    client.on('error', () => {});
    try {
      await client.connect();
      const { rows } = await client.query<Row>(
        "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS read_only",
      );
      if (rows[0]?.read_only !== false) return false;
      await migrate(client);
      return true;
    } finally {
      void client.end().catch(() => {});
    }
  }

  #openPools(url: string): Primary {
    const open = (max: number, session: string): Pool => {
      const onConnect = async (client: ClientBase): Promise<void> => {
        await client.query(session);
      };
      const pool = new this.#driver.Pool({ ...config(url), max, onConnect });
      // An idle connection that breaks shows at the next query.
      return pool.on('error', () => {});
    };
    const [pool, commits] = [open(POOL_CONNECTIONS, SESSION), open(1, SESSION)];
    const hints = open(HINT_CONNECTIONS, `${SESSION}; SET synchronous_commit = off`);
    const primary: Primary = { url, pool, commits, hints, unsafe: false };
    commits.on('connect', (client) => {
      // "The transaction has already committed locally, but might not have been replicated to the standby."
      client.on('notice', ({ severity, code }) => {
        if (severity === 'WARNING' && (code === '01000' || code === '57P01')) primary.unsafe = true;
      });
    });
    return primary;
  }
}

function poolsOf({ pool, commits, hints }: Primary): readonly Pool[] {
  return [pool, commits, hints];
}

function config(connectionString: string): PoolConfig {
  return {
    connectionString,
    types: TYPES,
    application_name: 'smchat-relay',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    allowExitOnIdle: false,
    idleTimeoutMillis: 60_000,
  };
}
