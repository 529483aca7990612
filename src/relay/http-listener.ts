import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { BLOB_PIECE_MAX_BYTES } from '../net/wire/limits.ts';
import { SmchatError } from '../smchat-error.ts';
import { type BlobOptions, patienceMs } from './blobs.ts';
import type { Certificate } from './certificate.ts';

const HEADERS_TIMEOUT_MS = 5_000;
/** To finish the TLS handshake. */
const TLS_HANDSHAKE_TIMEOUT_MS = 5_000;

interface Handlers {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** HTTP/1.1, or HTTPS over TLS 1.3 where there is a certificate, with limits on headers and time. */
export function createListener(
  blobs: BlobOptions,
  certificate: Certificate | null,
  handlers: Handlers,
): Server | SecureServer {
  // A piece of a blob over a slow line takes its time; the idle timeout ends whoever sends nothing.
  const requestTimeout = patienceMs(blobs, BLOB_PIECE_MAX_BYTES);
  const limits = {
    maxHeaderSize: 8_192,
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeout),
    requestTimeout,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 5_000,
  };
  const server =
    certificate === null
      ? createServer(limits)
      : createSecureServer({ ...limits, ...tlsOptions(certificate), handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS });
  server.maxHeadersCount = 64;
  server.timeout = blobs.idleTimeoutMs;
  server.on('request', handlers.request);
  server.on('upgrade', handlers.upgrade);
  return server;
}

/** New connections get this certificate; those that are open stay as they are. */
export function renewCertificate(server: Server | SecureServer, certificate: Certificate): void {
  if ('setSecureContext' in server) server.setSecureContext(tlsOptions(certificate));
}

function tlsOptions({ cert, key }: Certificate) {
  return { cert, key, minVersion: 'TLSv1.3' } as const;
}

/** Why an address cannot be had, in the operator's words. */
export function listenError(cause: NodeJS.ErrnoException, host: string, port: number): SmchatError {
  if (cause.code === 'EADDRINUSE') {
    return new SmchatError('in-use', `port ${port} on ${host} is already in use`, { cause });
  }
  if (cause.code === 'EACCES') return new SmchatError('usage', `port ${port} on ${host} is not permitted`, { cause });
  return new SmchatError('usage', `cannot listen on ${host}, port ${port}`, { cause });
}
