import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { type RelayProxy, wayTo } from './proxy.ts';

/** How long HTTP may take. */
export interface ExchangeTiming {
  /** To open the connection, TLS included. */
  readonly connectTimeoutMs: number;
  /** The other side may be silent so long while it is its turn, */
  readonly idleTimeoutMs: number;
  /** and on the whole so many bytes a second go either way at least. */
  readonly leastBytesPerSecond: number;
}

export interface ExchangeRequest {
  readonly method: 'HEAD' | 'PUT' | 'GET';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: Uint8Array;
  /** The longest body that an answer may have. */
  readonly answerMaxBytes: number;
}

export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface ExchangeAnswer extends AnswerHead {
  readonly body: Uint8Array;
}

/** Connections that are used again; idle ones keep no process alive. */
export interface ExchangeAgents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  readonly proxy: RelayProxy | null;
  readonly proxied: HttpAgent | null;
}

const NO_BYTES = new Uint8Array(0);

export function createAgents(timing: ExchangeTiming, proxy: RelayProxy | null): ExchangeAgents {
  const options = { keepAlive: true, maxFreeSockets: 4, timeout: timing.idleTimeoutMs };
  const proxied = proxy?.kind === 'through' ? proxy.agent({ keepAlive: true }) : null;
  return { http: new HttpAgent(options), https: new HttpsAgent(options), proxy, proxied };
}

/** What a request goes over, a connection that was kept or else a fresh one; null where nothing leads there. */
function connectionFor(url: URL, { http, https, proxy, proxied }: ExchangeAgents, keeps: boolean) {
  const way = wayTo(url.href, proxy);
  switch (way.kind) {
    case 'closed':
      return null;
    case 'direct':
      return { agent: keeps ? (url.protocol === 'https:' ? https : http) : false };
    case 'proxy':
      return { agent: keeps && proxied !== null ? proxied : way.proxy.agent({ keepAlive: false }), ...way.tls };
    default: {
      const never: never = way;
      return never;
    }
  }
}

/**
 * One request and its answer; null where the connection failed, was too slow, said nonsense or was aborted. Reads a body
 * of exactly as many bytes as `expects` says, `answerMaxBytes` at most, and none of any other.
 */
export async function exchange(
  request: ExchangeRequest,
  expects: (head: AnswerHead) => number,
  agents: ExchangeAgents,
  timing: ExchangeTiming,
  signal: AbortSignal,
): Promise<ExchangeAnswer | null> {
  const first = await attempt(request, expects, agents, true, timing, signal);
  // The relay had just ended a connection that was kept: whatever it did or not, every request may be repeated.
  return first === 'stale' ? noStale(await attempt(request, expects, agents, false, timing, signal)) : first;
}

function noStale(answer: ExchangeAnswer | null | 'stale'): ExchangeAnswer | null {
  return answer === 'stale' ? null : answer;
}

function attempt(
  { method, url, headers, body, answerMaxBytes }: ExchangeRequest,
  expects: (head: AnswerHead) => number,
  agents: ExchangeAgents,
  keeps: boolean,
  timing: ExchangeTiming,
  signal: AbortSignal,
): Promise<ExchangeAnswer | null | 'stale'> {
  const connection = connectionFor(url, agents, keeps);
  if (signal.aborted || connection === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const isSecure = url.protocol === 'https:';
    const send = isSecure ? httpsRequest : httpRequest;
    const length = body === undefined ? {} : { 'content-length': body.length };
    const request = send(url, { method, ...connection, headers: { ...headers, ...length } });
    const transferMs = (((body?.length ?? 0) + answerMaxBytes) / timing.leastBytesPerSecond) * 1_000;
    const deadline = setTimeout(() => end(null), timing.connectTimeoutMs + timing.idleTimeoutMs + transferMs);
    let silence = setTimeout(() => end(null), timing.connectTimeoutMs);
    const abort = (): void => end(null);
    signal.addEventListener('abort', abort, { once: true });
    let isAnswered = false;
    let isEnded = false;

    /** Settles once; a connection that was not used to its end is not used again. */
    function end(answer: ExchangeAnswer | null | 'stale'): void {
      isEnded = true;
      clearTimeout(deadline);
      clearTimeout(silence);
      signal.removeEventListener('abort', abort);
      if (answer === null || answer === 'stale') request.destroy();
      resolve(answer);
    }

    function connected(): void {
      clearTimeout(silence);
      // A body may lie in the system's buffers for as long as a slow line takes: the deadline alone judges that.
      if (body === undefined && !isEnded) silence = setTimeout(() => end(null), timing.idleTimeoutMs);
    }

    request.once('socket', (socket) => {
      if (!socket.connecting) connected();
      else socket.once(isSecure ? 'secureConnect' : 'connect', connected);
    });
    request.once('response', (response) => {
      isAnswered = true;
      clearTimeout(silence);
      void read(response, expects, answerMaxBytes, timing).then(end);
    });
    request.on('error', () => end(request.reusedSocket && !isAnswered ? 'stale' : null));
    // Also where the relay answers with an upgrade, which nobody asked for.
    request.once('close', () => {
      if (!isAnswered) end(null);
    });
    request.end(body);
  });
}

async function read(
  response: IncomingMessage,
  expects: (head: AnswerHead) => number,
  maxBytes: number,
  timing: ExchangeTiming,
): Promise<ExchangeAnswer | null> {
  const head: AnswerHead = { status: response.statusCode ?? 0, headers: response.headers };
  const length = expects(head);
  if (length === 0) {
    // A refusal's body is nobody's business; where it says that it has none, the connection may be used again.
    if (response.headers['content-length'] === '0' || head.status === 204) response.resume();
    else response.destroy();
    return { ...head, body: NO_BYTES };
  }
  if (length > maxBytes) return null;
  const body = new Uint8Array(length);
  const silence = setTimeout(() => response.destroy(), timing.idleTimeoutMs);
  let at = 0;
  try {
    for await (const chunk of response) {
      if (!(chunk instanceof Uint8Array) || at + chunk.length > length) return null;
      body.set(chunk, at);
      at += chunk.length;
      silence.refresh();
    }
    return at === length ? { ...head, body } : null;
  } catch {
    return null;
  } finally {
    clearTimeout(silence);
  }
}
