import { toHex } from '../crypto/bytes.ts';
import type { BlobAnswer, BlobPort, BlobRefusal } from '../session/blob-port.ts';
import {
  type AnswerHead,
  createAgents,
  type ExchangeAnswer,
  type ExchangeRequest,
  type ExchangeTiming,
  exchange,
} from './http-exchange.ts';
import type { RelayProxy } from './proxy.ts';

export interface BlobPortOptions {
  readonly timing?: Partial<ExchangeTiming>;
  /** What relays on other machines are reached through. */
  readonly proxy?: RelayProxy | null;
}

export const DEFAULT_BLOB_TIMING: ExchangeTiming = {
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 25_000,
  leastBytesPerSecond: 8_192,
};

/** Tor takes its time for the first connection to a service. */
const PROXY_CONNECT_TIMEOUT_MS = 30_000;

/** A relay's wish for later than this is not believed. */
const RETRY_AFTER_MAX_S = 3_600;
/** When to come again where another request of one's own still holds the blob. */
const BUSY_RETRY_MS = 1_000;

/** The session layer's way to blobs, over HTTP at the relay's own address. */
export function createBlobPort(options: BlobPortOptions = {}): BlobPort {
  const proxy = options.proxy ?? null;
  const slower = proxy === null ? {} : { connectTimeoutMs: PROXY_CONNECT_TIMEOUT_MS };
  const timing: ExchangeTiming = { ...DEFAULT_BLOB_TIMING, ...slower, ...options.timing };
  const agents = createAgents(timing, proxy);

  /** `disconnected` also where the address is none, or the answer is nonsense. */
  async function ask<T>(
    relayUrl: string,
    blobId: Uint8Array,
    token: Uint8Array,
    request: Omit<ExchangeRequest, 'url'>,
    signal: AbortSignal,
    expects: (head: AnswerHead) => number,
    take: (answer: ExchangeAnswer) => BlobAnswer<T>,
  ): Promise<BlobAnswer<T>> {
    const url = blobUrl(relayUrl, blobId);
    if (url === null) return refused('disconnected');
    const headers = { ...request.headers, authorization: `Bearer ${toHex(token)}` };
    const answer = await exchange({ ...request, url, headers }, expects, agents, timing, signal);
    return answer === null ? refused('disconnected') : take(answer);
  }

  return {
    uploadedBytes: (url, grant, signal) =>
      ask<number>(
        url,
        grant.blobId,
        grant.uploadToken,
        { method: 'HEAD', headers: {}, answerMaxBytes: 0 },
        signal,
        noBody,
        ({ status, headers }) => {
          const offset = uploadOffset(headers);
          return status === 200 && offset !== null ? { ok: true, value: offset } : refusal({ status, headers });
        },
      ),

    async upload(url, grant, offset, piece, signal) {
      if (piece.length === 0) return refused('bad-range');
      return ask<number>(
        url,
        grant.blobId,
        grant.uploadToken,
        {
          method: 'PUT',
          headers: { 'content-range': `bytes ${offset}-${offset + piece.length - 1}/*` },
          body: piece,
          answerMaxBytes: 0,
        },
        signal,
        noBody,
        ({ status, headers }) => {
          const safe = uploadOffset(headers);
          const end = offset + piece.length;
          if (status === 204) return safe === end ? { ok: true, value: safe } : refused('disconnected');
          if ((status === 409 || status === 416) && safe !== null) {
            // An earlier try got through, wholly or in part, and only its answer was lost.
            if (safe > offset && safe <= end) return { ok: true, value: safe };
            if (safe === offset && status === 409) return refused('disconnected', BUSY_RETRY_MS);
          }
          return refusal({ status, headers });
        },
      );
    },

    async download(url, blob, offset, length, signal) {
      if (length < 1) return refused('bad-range');
      const range = `bytes=${offset}-${offset + length - 1}`;
      return ask<Uint8Array>(
        url,
        blob.blobId,
        blob.downloadToken,
        { method: 'GET', headers: { range }, answerMaxBytes: length },
        signal,
        (head) => partBytes(head, offset, length) ?? 0,
        ({ status, headers, body }) =>
          body.length > 0 && body.length === partBytes({ status, headers }, offset, length)
            ? { ok: true, value: body }
            : refusal({ status, headers }),
      );
    },
  };
}

/** `ws://host:port/prefix` → `http://host:port/prefix/blob/<id>`; null where that is no relay's address. */
function blobUrl(relayUrl: string, blobId: Uint8Array): URL | null {
  if (!URL.canParse(relayUrl)) return null;
  const { protocol, host, pathname } = new URL(relayUrl);
  if (protocol !== 'ws:' && protocol !== 'wss:') return null;
  const scheme = protocol === 'ws:' ? 'http' : 'https';
  return new URL(`${scheme}://${host}${pathname.replace(/\/+$/, '')}/blob/${toHex(blobId)}`);
}

const noBody = (): number => 0;

/** How many bytes a 206 promises, where it is the part that was asked for: from there, and short only at the end. */
function partBytes({ status, headers }: AnswerHead, offset: number, length: number): number | null {
  if (status !== 206 || headers['content-encoding'] !== undefined) return null;
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(headers['content-range'] ?? '');
  if (match === null) return null;
  const [first, last, total] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const bytes = last - first + 1;
  if (first !== offset || last !== Math.min(offset + length, total) - 1 || bytes < 1) return null;
  return headers['content-length'] === String(bytes) ? bytes : null;
}

function uploadOffset(headers: AnswerHead['headers']): number | null {
  const text = headers['upload-offset'];
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function refusal({ status, headers }: AnswerHead): ReturnType<typeof refused> {
  switch (status) {
    case 404:
      return refused('no-blob');
    case 409:
    case 413:
    case 416:
      return refused('bad-range');
    case 429:
      return refused('rate', retryAfterMs(headers));
    case 507:
      return refused('no-space', retryAfterMs(headers));
    case 503:
      return refused('disconnected', retryAfterMs(headers));
    default:
      return refused('disconnected');
  }
}

function refused(
  reason: BlobRefusal,
  retryAfter = 0,
): { readonly ok: false; readonly reason: BlobRefusal; readonly retryAfterMs: number } {
  return { ok: false, reason, retryAfterMs: retryAfter };
}

function retryAfterMs(headers: AnswerHead['headers']): number {
  const text = headers['retry-after'] ?? '';
  return /^\d+$/.test(text) ? Math.min(Number(text), RETRY_AFTER_MAX_S) * 1_000 : 0;
}
