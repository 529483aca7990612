import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { equal, fromHex } from '../crypto/bytes.ts';
import { BLOB_PIECE_MAX_BYTES } from '../net/wire/limits.ts';
import { parseContentRange, parseRange } from './blob-ranges.ts';
import type { StoredBlob } from './blob-record.ts';
import { type AppendOutcome, type Blobs, patienceMs } from './blobs.ts';
import { failureCode } from './failure-code.ts';

/** What a client waits that was told to come again. */
const RETRY_S = 1;
const BLOB_PATH = /^(?:\/[\w.~-]+)*\/blob\/([0-9a-f]{32})$/;

/** The id that a path names, whatever a proxy's prefix before it; null for every other path. */
export function blobIdOfPath(path: string): Uint8Array | null {
  const hex = BLOB_PATH.exec(path)?.[1];
  return hex === undefined ? null : fromHex(hex);
}

/** Answers without a body: nothing of a refusal is to be read but its status and headers. */
export function answerBare(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>> = {},
): void {
  // A body that may still come is read to its end for the sake of the connection, but not any body.
  const rest = Number(request.headers['content-length'] ?? 0);
  const mayDrain = rest <= BLOB_PIECE_MAX_BYTES && request.headers['transfer-encoding'] === undefined;
  response.writeHead(status, {
    'cache-control': 'no-store',
    ...(status === 204 ? {} : { 'content-length': 0 }),
    ...(mayDrain ? {} : { connection: 'close' }),
    ...headers,
  });
  response.end();
}

/** HEAD, PUT and GET of one blob (docs/relay-protocol.md, section 6). */
export async function answerBlobRequest(
  request: IncomingMessage,
  response: ServerResponse,
  blobId: Uint8Array,
  blobs: Blobs,
  log: Logger,
): Promise<void> {
  try {
    const blob = await authorised(request, blobId, blobs);
    if (blob === null) return answerBare(request, response, 404);
    switch (request.method) {
      case 'HEAD':
        return answerBare(request, response, 200, progress(blob.received, blob.bytes));
      case 'PUT':
        return await put(request, response, blobId, blob, blobs);
      default:
        return await get(request, response, blob, blobs, log);
    }
  } catch (thrown) {
    log.error({ code: failureCode(thrown) }, 'a request for a blob failed');
    if (response.headersSent) response.destroy();
    else answerBare(request, response, 503, { 'retry-after': RETRY_S });
  }
}

/** Wrong id, wrong token and, for reading, incomplete: it cannot be told which. */
async function authorised(request: IncomingMessage, blobId: Uint8Array, blobs: Blobs): Promise<StoredBlob | null> {
  const { method } = request;
  if (method !== 'HEAD' && method !== 'PUT' && method !== 'GET') return null;
  const hex = /^Bearer ([0-9a-fA-F]{64})$/.exec(request.headers.authorization ?? '')?.[1];
  const token = hex === undefined ? null : fromHex(hex);
  if (token === null) return null;
  const hash = new Uint8Array(createHash('sha256').update(token).digest());
  const blob = await blobs.find(blobId);
  if (blob === null) return null;
  if (method !== 'GET') return equal(hash, blob.uploadTokenHash) ? blob : null;
  return equal(hash, blob.downloadTokenHash) && blob.received === blob.bytes ? blob : null;
}

async function put(
  request: IncomingMessage,
  response: ServerResponse,
  blobId: Uint8Array,
  blob: StoredBlob,
  blobs: Blobs,
): Promise<void> {
  const { fileNo, bytes, received } = blob;
  const declared = request.headers['content-length'];
  if (declared === undefined) return answerBare(request, response, 411, { connection: 'close' });
  const range = parseContentRange(request.headers['content-range']);
  const length = Number(declared);
  if (range === null || range.last - range.first + 1 !== length) {
    return answerBare(request, response, 400, { connection: 'close' });
  }
  if (length > BLOB_PIECE_MAX_BYTES) return answerBare(request, response, 413);
  const fits = range.last < bytes && (range.total === null || range.total === bytes);
  if (!fits) return answerBare(request, response, 416, progress(received, bytes));
  if (range.first !== received) return answerBare(request, response, 409, progress(received, bytes));
  const outcome = await blobs.append(blobId, fileNo, { offset: range.first, length, body: request });
  answerAppend(request, response, outcome, bytes);
}

function answerAppend(request: IncomingMessage, response: ServerResponse, outcome: AppendOutcome, bytes: number) {
  switch (outcome.status) {
    case 'safe':
      return answerBare(request, response, 204, progress(outcome.received, bytes));
    case 'elsewhere':
      return answerBare(request, response, 409, progress(outcome.received, bytes));
    case 'superseded':
      // Its bytes are still on their way, and nobody will read them.
      return answerBare(request, response, 409, {
        ...progress(outcome.received, bytes),
        'retry-after': RETRY_S,
        connection: 'close',
      });
    case 'no-space':
      return answerBare(request, response, 507, progress(outcome.received, bytes));
    case 'gone':
      return answerBare(request, response, 404);
    case 'cut-short':
      return response.destroy();
    default:
      return outcome satisfies never;
  }
}

async function get(
  request: IncomingMessage,
  response: ServerResponse,
  blob: StoredBlob,
  blobs: Blobs,
  log: Logger,
): Promise<void> {
  const range = parseRange(request.headers.range, blob.bytes);
  if (range === null) return answerBare(request, response, 416, { 'content-range': `bytes */${blob.bytes}` });
  const file = await blobs.open(blob);
  if (file === null) return answerBare(request, response, 404);
  const length = range.last - range.first + 1;
  const isPart = request.headers.range !== undefined;
  response.writeHead(isPart ? 206 : 200, {
    'cache-control': 'no-store',
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    'content-length': length,
    ...(isPart ? { 'content-range': `bytes ${range.first}-${range.last}/${blob.bytes}` } : {}),
  });
  const deadline = setTimeout(() => response.destroy(), patienceMs(blobs.options, length));
  const bytes = file.createReadStream({ start: range.first, end: range.last, autoClose: false });
  bytes.once('error', (cause) => log.error({ code: failureCode(cause) }, 'a blob could not be read'));
  try {
    await pipeline(bytes, response, { end: false });
    if (bytes.bytesRead === length) response.end();
    else response.destroy();
  } catch {
    // The reader left or was too slow, which is its own affair, or the disk failed, which was told.
    response.destroy();
  } finally {
    clearTimeout(deadline);
    blobs.traffic.out += bytes.bytesRead;
    await file.close();
  }
}

function progress(received: number, bytes: number): Readonly<Record<string, number>> {
  return { 'upload-offset': received, 'upload-length': bytes };
}
