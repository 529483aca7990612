import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlockList } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { KeyPair } from '../crypto/auth.ts';
import { CLOSE_CODE, FRAME_MAX_BYTES, SUBPROTOCOL } from '../net/wire/limits.ts';
import { VERSION } from '../version.ts';
import { AddressSockets } from './address-sockets.ts';
import { answerBare, answerBlobRequest, blobIdOfPath } from './blob-http.ts';
import { type BlobOptions, Blobs } from './blobs.ts';
import type { Certificate } from './certificate.ts';
import { type ClientAddress, clientAddress } from './client-address.ts';
import { CommitQueue } from './commit-queue.ts';
import { Connection } from './connection.ts';
import { CorkedSockets } from './corked-sockets.ts';
import { failureCode } from './failure-code.ts';
import { createListener, listenError, renewCertificate } from './http-listener.ts';
import type { Invitations } from './invitations.ts';
import { localAccounts } from './local-accounts.ts';
import type { Measured } from './metrics.ts';
import { type Neighbours, NO_NEIGHBOURS } from './neighbours.ts';
import { Presence } from './presence.ts';
import { createRateLimits, type RateLimitOptions } from './rate-limits.ts';
import type { RelayContext } from './relay-context.ts';
import type { Store } from './store.ts';
import { newTallies } from './tallies.ts';

const EXPIRY_INTERVAL_MS = 60_000;
const EXPIRY_SLICE = 256;
/** How long clients get to answer the closing frame. */
const CLOSING_TIMEOUT_MS = 1_500;
const READY_MAX_AGE_MS = 1_000;
const DRAINING_RETRY_MS = { least: 500, spread: 4_500 } as const;

export interface RelayServerOptions {
  readonly store: Store;
  /** Other processes on the same store, where it can have them. */
  readonly neighbours?: Neighbours;
  /** Given where accounts are made by invitation alone. */
  readonly invitations?: Invitations;
  readonly keyPair: KeyPair;
  readonly rateLimits: RateLimitOptions;
  readonly trustedProxies: BlockList | null;
  readonly blobs: BlobOptions;
  /** For TLS; without one the relay speaks plain HTTP and WebSocket. */
  readonly certificate: Certificate | null;
  readonly maxTtlSeconds: number;
  readonly authTimeoutMs: number;
  /** Between two pings, and so long may a connection be silent after one. */
  readonly heartbeatIntervalMs: number;
  readonly log: Logger;
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly random: (length: number) => Uint8Array;
  /** Told of each transaction of the store: how long it took, and for how many envelopes. */
  readonly committed?: (seconds: number, envelopes: number) => void;
  /** Called when the last connection has gone, and at once when there was none yet. */
  readonly onIdle?: (idle: boolean) => void;
}

/** The relay: WebSockets, blobs, `/healthz` and `/readyz` on one port. */
export class RelayServer {
  readonly #options: RelayServerOptions;
  readonly #http: ReturnType<typeof createListener>;
  readonly #sockets: WebSocketServer;
  readonly #context: RelayContext;
  readonly #rates: ReturnType<typeof createRateLimits>;
  readonly #queue: CommitQueue;
  readonly #blobs: Blobs;
  readonly #connections = new Set<Connection>();
  readonly #addresses: AddressSockets;
  readonly #timers: NodeJS.Timeout[] = [];
  #blobRequests = 0;
  #state: 'open' | 'draining' = 'open';

  constructor(options: RelayServerOptions) {
    this.#options = options;
    this.#rates = createRateLimits(options.rateLimits);
    this.#addresses = new AddressSockets(options.rateLimits.socketsPerAddress);
    this.#queue = new CommitQueue(options.store, options.now, {
      failed: (cause) => options.log.error({ code: failureCode(cause) }, 'the store failed to commit'),
      ...(options.committed === undefined ? {} : { monotonic: options.monotonic, committed: options.committed }),
    });
    const { store, now } = options;
    this.#blobs = new Blobs(options.blobs, {
      store,
      now,
      queue: this.#queue,
      keptMs: options.maxTtlSeconds * 1_000,
      failed: (cause) => options.log.error({ code: failureCode(cause) }, "a blob's file could not be removed"),
    });
    this.#context = {
      ...options,
      queue: this.#queue,
      blobs: this.#blobs,
      rates: this.#rates,
      corked: new CorkedSockets(),
      presence: new Presence<Connection>(),
      neighbours: options.neighbours ?? NO_NEIGHBOURS,
      invitations: options.invitations ?? null,
      tallies: newTallies(),
      isDraining: () => this.#state === 'draining',
    };
    this.#sockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: FRAME_MAX_BYTES,
      maxFragments: 8,
      maxBufferedChunks: 256,
      clientTracking: false,
      skipUTF8Validation: true,
      handleProtocols: () => SUBPROTOCOL,
    });
    this.#http = createListener(options.blobs, options.certificate, {
      request: (request, response) => void this.#answer(request, response),
      upgrade: (request, socket, head) => this.#upgrade(request, socket, head),
    });
  }

  /** What an operator may see of it from outside. */
  get measured(): Measured {
    return {
      tallies: this.#context.tallies,
      blobTraffic: this.#blobs.traffic,
      connections: () => this.#connections.size,
      authenticated: () => this.#context.presence.size,
      isDraining: this.#context.isDraining,
      freeBytes: () => this.#blobs.freeBytes(),
    };
  }

  /** For connections from now on. */
  renewCertificate(certificate: Certificate): void {
    renewCertificate(this.#http, certificate);
  }

  /** Listens; rejects where the address cannot be had. */
  async listen(host: string, port: number): Promise<{ readonly host: string; readonly port: number }> {
    await this.#blobs.reconcile();
    await this.#context.neighbours.start(localAccounts(this.#context));
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, port)));
      this.#http.listen({ host, port, backlog: 4_096 }, resolve);
    });
    this.#timers.push(
      setInterval(() => this.#heartbeat(), this.#options.heartbeatIntervalMs),
      setInterval(() => void this.#expire(), EXPIRY_INTERVAL_MS),
    );
    this.#tellIdle();
    const address = this.#http.address();
    return { host, port: typeof address === 'object' && address !== null ? address.port : port };
  }

  /** Takes nothing new, tells everybody, finishes what was accepted, ends all connections with 1012. */
  async drain(): Promise<void> {
    this.#state = 'draining';
    for (const timer of this.#timers) clearInterval(timer);
    for (const connection of this.#connections) {
      const { least, spread } = DRAINING_RETRY_MS;
      connection.announceDraining(Math.round(least + Math.random() * spread));
    }
    await this.#queue.drain();
    for (const connection of this.#connections) connection.close(CLOSE_CODE.restart);
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeIdleConnections();
    const deadline = setTimeout(() => {
      for (const connection of this.#connections) connection.terminate();
      this.#http.closeAllConnections();
    }, CLOSING_TIMEOUT_MS);
    await closed;
    clearTimeout(deadline);
    await this.#blobs.settled();
    await this.#context.neighbours.close();
    await this.#options.store.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', destroyThis);
    const address = clientAddress(request, this.#options.trustedProxies);
    const refusal = this.#refusal(request, address);
    if (refusal !== null) {
      socket.end(`HTTP/1.1 ${refusal.status}\r\nConnection: close\r\nContent-Length: 0\r\n${refusal.header}\r\n`);
      return;
    }
    this.#addresses.count(address, 1);
    const closedBefore = () => this.#addresses.count(address, -1);
    socket.once('close', closedBefore);
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // From here on the WebSocket hears both: thousands of sockets that are idle need not keep what served their upgrade.
      socket.off('close', closedBefore);
      socket.off('error', destroyThis);
      const connection = new Connection(webSocket, socket, address, this.#context, this.#ended);
      this.#connections.add(connection);
      this.#tellIdle();
    });
  }

  #refusal(
    request: IncomingMessage,
    address: ClientAddress,
  ): { readonly status: string; readonly header: string } | null {
    if (this.#state === 'draining') return { status: '503 Service Unavailable', header: 'Retry-After: 2\r\n' };
    const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(',');
    if (!offered.some((name) => name.trim() === SUBPROTOCOL)) return { status: '400 Bad Request', header: '' };
    if (this.#addresses.hasAll(address)) {
      return { status: '429 Too Many Requests', header: 'Retry-After: 60\r\n' };
    }
    if (address.exempt) return null;
    const retryAfterMs = this.#rates.handshakes.take(address.key, this.#options.monotonic());
    if (retryAfterMs === 0) return null;
    return { status: '429 Too Many Requests', header: `Retry-After: ${Math.ceil(retryAfterMs / 1_000)}\r\n` };
  }

  /** One for all connections. */
  readonly #ended = (connection: Connection): void => {
    this.#connections.delete(connection);
    this.#addresses.count(connection.address, -1);
    this.#tellIdle();
  };

  #tellIdle(): void {
    this.#options.onIdle?.(this.#connections.size === 0 && this.#blobRequests === 0);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const blobId = blobIdOfPath(request.url ?? '');
    if (blobId !== null) return this.#answerBlob(request, response, blobId);
    const path = (request.url ?? '').split('?')[0];
    const isKnown = request.method === 'GET' && (path === '/healthz' || path === '/readyz');
    const ready = path !== '/readyz' || (await this.#isReady());
    response.writeHead(isKnown ? (ready ? 200 : 503) : 404, {
      'content-type': 'text/plain',
      connection: 'close',
      ...(isKnown ? { server: `smchat-relay/${VERSION}` } : {}),
    });
    response.end(isKnown ? (ready ? 'ok\n' : 'not ready\n') : 'not found\n');
  }

  async #answerBlob(request: IncomingMessage, response: ServerResponse, blobId: Uint8Array): Promise<void> {
    if (this.#state === 'draining')
      return answerBare(request, response, 503, { 'retry-after': 2, connection: 'close' });
    const address = clientAddress(request, this.#options.trustedProxies);
    const retryAfterS = this.#blobRetryAfterS(address);
    if (retryAfterS > 0) return answerBare(request, response, 429, { 'retry-after': retryAfterS });
    this.#addresses.count(address, 1);
    this.#blobRequests += 1;
    this.#tellIdle();
    response.once('close', () => {
      this.#addresses.count(address, -1);
      this.#blobRequests -= 1;
      this.#tellIdle();
    });
    await answerBlobRequest(request, response, blobId, this.#blobs, this.#options.log);
  }

  /** A request under way counts as a socket of its address. */
  #blobRetryAfterS(address: ClientAddress): number {
    if (this.#addresses.hasAll(address)) return 1;
    if (address.exempt) return 0;
    return Math.ceil(this.#rates.blobRequests.take(address.key, this.#options.monotonic()) / 1_000);
  }

  /** Not draining, and the store took a write within the last second. */
  async #isReady(): Promise<boolean> {
    if (this.#state === 'draining') return false;
    const now = this.#options.now();
    if (Math.abs(now - this.#queue.lastCommitAt) < READY_MAX_AGE_MS) return true;
    try {
      await this.#options.store.probe(now);
      return true;
    } catch {
      return false;
    }
  }

  #heartbeat(): void {
    for (const connection of this.#connections) connection.heartbeat();
  }

  async #expire(): Promise<void> {
    try {
      while (this.#state === 'open' && (await this.#options.store.expire(this.#options.now(), EXPIRY_SLICE))) {
        // One slice a turn of the event loop: nobody waits for the sweeping.
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (this.#state === 'open') await this.#blobs.sweep();
      await this.#options.invitations?.sweep(this.#options.now());
    } catch (cause) {
      this.#options.log.error({ code: failureCode(cause) }, 'expiry failed');
    }
  }
}

function destroyThis(this: Duplex): void {
  this.destroy();
}
