import type { Logger } from 'pino';
import type { KeyPair } from '../crypto/auth.ts';
import type { Blobs } from './blobs.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { Connection } from './connection.ts';
import type { CorkedSockets } from './corked-sockets.ts';
import type { Invitations } from './invitations.ts';
import type { Neighbours } from './neighbours.ts';
import type { Presence } from './presence.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Store } from './store.ts';
import type { Tallies } from './tallies.ts';

/** What every connection of one relay shares. */
export interface RelayContext {
  readonly store: Store;
  readonly queue: CommitQueue;
  readonly blobs: Blobs;
  readonly corked: CorkedSockets;
  readonly presence: Presence<Connection>;
  readonly neighbours: Neighbours;
  readonly rates: RateLimits;
  /** Where accounts are made by invitation alone. */
  readonly invitations: Invitations | null;
  readonly keyPair: KeyPair;
  readonly log: Logger;
  /** Milliseconds since 1970, for what is stored. */
  readonly now: () => number;
  /** Milliseconds that never run backwards, for limits and timeouts. */
  readonly monotonic: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly authTimeoutMs: number;
  readonly maxTtlSeconds: number;
  readonly tallies: Tallies;
  isDraining(): boolean;
}

/** What a client is told to wait after the store failed. */
export const STORE_RETRY_MS = 1_000;
