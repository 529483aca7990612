import { WebSocket } from 'ws';
import type { ConnectionEnd } from '../session/relay-port.ts';
import { SmchatError } from '../smchat-error.ts';
import { Heartbeat, type HeartbeatTiming, type LinkClock } from './heartbeat.ts';
import { type RelayProxy, wayTo } from './proxy.ts';
import type { DeliverFrame } from './wire/deliver-frame.ts';
import { asBytes } from './wire/frame-header.ts';
import { FRAME_MAX_BYTES, SUBPROTOCOL } from './wire/limits.ts';
import { decodeRelayFrame, type RelayFrame } from './wire/relay-frame.ts';

/** How long things may take; the defaults suit a person who waits. */
export interface LinkTiming extends HeartbeatTiming {
  /** To open the WebSocket, and again to authenticate. */
  readonly connectTimeoutMs: number;
}

export const DEFAULT_LINK_TIMING: LinkTiming = {
  connectTimeoutMs: 10_000,
  pingIntervalMs: 7_000,
  silenceMaxMs: 21_000,
};

/** Twice what an honest relay has under way; then the socket is read no further until something is acknowledged. */
const UNACKNOWLEDGED_MAX = 128;

export type Answer = Exclude<RelayFrame, { readonly type: 'deliver' | 'draining' | 'replaced' }>;

export interface LinkListener {
  deliver(frame: DeliverFrame): void;
  closed(end: ConnectionEnd): void;
}

const LOST: ConnectionEnd = { reason: 'lost', retryAfterMs: 0 };

/** One WebSocket to a relay: frames in and out, answers matched to requests, its end told once. */
export class RelayLink {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, (answer: Answer | null) => void>();
  readonly #heartbeat: Heartbeat;
  #listener: LinkListener | null = null;
  #nextRequestId = 1;
  #ended: ConnectionEnd | null = null;
  #isClosed = false;
  #unacknowledged: bigint[] = [];

  private constructor(socket: WebSocket, timing: LinkTiming, clock: LinkClock) {
    this.#socket = socket;
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('ping', () => this.#heartbeat.heard());
    socket.on('pong', () => this.#heartbeat.heard());
    socket.on('close', () => this.#closed());
    this.#heartbeat = new Heartbeat(clock, timing, {
      isPaused: () => socket.isPaused,
      ping: () => this.#ping(),
      gone: () => this.abandon(),
    });
  }

  /** Rejects with `relay-unreachable` or, where a relay is there and will not, `relay-refused`. */
  static open(url: string, timing: LinkTiming, clock: LinkClock, proxy: RelayProxy | null): Promise<RelayLink> {
    return new Promise((resolve, reject) => {
      const socket = connect(url, proxy);
      const timer = setTimeout(() => fail(new SmchatError('relay-unreachable')), timing.connectTimeoutMs);
      function fail(error: SmchatError): void {
        clearTimeout(timer);
        reject(error);
        socket.terminate();
      }
      const unreachable = isProxied(url, proxy) ? 'the relay cannot be reached through the proxy' : undefined;
      socket.on('error', (cause) => fail(new SmchatError('relay-unreachable', unreachable, { cause })));
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        fail(refusedUpgrade(response.statusCode ?? 0, response.headers['retry-after'], isProxied(url, proxy)));
      });
      socket.once('open', () => {
        clearTimeout(timer);
        if (socket.protocol !== SUBPROTOCOL) return fail(new SmchatError('relay-unreachable', NO_RELAY));
        resolve(new RelayLink(socket, timing, clock));
      });
    });
  }

  /** Deliveries and the end go there; where it has ended already, at once. */
  listen(listener: LinkListener): void {
    this.#listener = listener;
    if (this.#isClosed) listener.closed(this.#ended ?? LOST);
  }

  /** Sends a request; null where the connection ends before its answer, or has ended. */
  request(encode: (requestId: number) => Buffer): Promise<Answer | null> {
    if (!this.#isOpen) return Promise.resolve(null);
    const requestId = this.#nextRequestId;
    this.#nextRequestId = requestId >= 0xffff_ffff ? 1 : requestId + 1;
    return new Promise((resolve) => {
      this.#pending.set(requestId, resolve);
      this.#socket.send(encode(requestId));
    });
  }

  /** Sends what is not answered. */
  tell(frame: Buffer): void {
    if (this.#isOpen) this.#socket.send(frame);
  }

  /** The reader keeps up: what was delivered up to here is off its hands. */
  acknowledged(upToSeq: bigint) {
    this.#unacknowledged = this.#unacknowledged.filter((seq) => seq > upToSeq);
    if (this.#socket.isPaused && this.#unacknowledged.length < UNACKNOWLEDGED_MAX) {
      this.#heartbeat.heard();
      this.#socket.resume();
    }
  }

  close() {
    this.#ended ??= LOST;
    this.#socket.resume();
    this.#socket.close(1000);
    // A relay that does not answer the closing frame keeps nobody waiting.
    const timer = setTimeout(() => this.#socket.terminate(), 1_000);
    timer.unref();
    this.#socket.once('close', () => clearTimeout(timer));
  }

  /** Ends without a word: the other side broke the protocol or is gone. */
  abandon() {
    this.#ended ??= LOST;
    this.#socket.terminate();
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN && this.#ended?.reason !== 'lost';
  }

  #receive(data: unknown, isBinary: boolean) {
    this.#heartbeat.heard();
    if (this.#ended?.reason === 'lost') return;
    if (!isBinary || !Buffer.isBuffer(data)) return this.abandon();
    const frame = decodeRelayFrame(asBytes(data));
    if (!frame.ok) return this.abandon();
    switch (frame.value.type) {
      case 'deliver':
        return this.#deliver(frame.value);
      case 'draining':
        this.#ended ??= { reason: 'draining', retryAfterMs: frame.value.retryAfterMs };
        return;
      case 'replaced':
        this.#ended ??= { reason: 'replaced', retryAfterMs: 0 };
        return;
      default:
        return this.#answer(frame.value);
    }
  }

  #deliver(frame: DeliverFrame) {
    if (this.#listener === null) return this.abandon();
    this.#unacknowledged.push(frame.seq);
    if (this.#unacknowledged.length >= UNACKNOWLEDGED_MAX) this.#socket.pause();
    this.#listener.deliver(frame);
  }

  #answer(frame: Answer): void {
    const resolve = this.#pending.get(frame.requestId);
    if (resolve === undefined) {
      // An error about nothing in particular comes before the relay ends the connection; any other is nonsense.
      if (frame.type !== 'error') this.abandon();
      return;
    }
    this.#pending.delete(frame.requestId);
    resolve(frame);
  }

  #ping() {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  #closed(): void {
    this.#isClosed = true;
    this.#heartbeat.stop();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const resolve of pending) resolve(null);
    this.#listener?.closed(this.#ended ?? LOST);
  }
}

const NO_RELAY = 'what answers there is no smchat relay';

function isProxied(url: string, proxy: RelayProxy | null): boolean {
  return wayTo(url, proxy).kind === 'proxy';
}

function connect(url: string, proxy: RelayProxy | null): WebSocket {
  const way = wayTo(url, proxy);
  if (way.kind === 'closed') throw new SmchatError('relay-unreachable', way.why, { hint: way.hint });
  try {
    return new WebSocket(url, SUBPROTOCOL, {
      perMessageDeflate: false,
      maxPayload: FRAME_MAX_BYTES,
      maxFragments: 8,
      maxBufferedChunks: 256,
      followRedirects: false,
      skipUTF8Validation: true,
      ...(way.kind === 'direct' ? {} : { ...way.tls, agent: way.proxy.agent({ keepAlive: false }) }),
    });
  } catch (cause) {
    throw new SmchatError('relay-unreachable', 'that is no relay address: it begins with ws:// or wss://', { cause });
  }
}

function refusedUpgrade(status: number, retryAfter: string | undefined, isProxied: boolean): SmchatError {
  const retryAfterMs = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1_000 : 0;
  switch (status) {
    case 429:
      return new SmchatError('relay-refused', 'the relay allows no more connections from here for now', {
        retryAfterMs,
      });
    case 503:
      return new SmchatError('relay-refused', 'the relay is about to restart', { retryAfterMs });
    default:
      // Whose answer it is cannot be told: a proxy that refuses to connect speaks the same HTTP.
      return new SmchatError(
        'relay-unreachable',
        isProxied ? `${NO_RELAY}, or the proxy refused (${status})` : NO_RELAY,
      );
  }
}
