import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { toHex } from '../../src/crypto/bytes.ts';
import type { BlobGrant } from '../../src/session/blob-port.ts';
import { random } from './relay-account.ts';

export function blobGrant(): BlobGrant {
  return { blobId: random(16), uploadToken: random(32), downloadToken: random(32) };
}

export const blobPath = ({ blobId }: Pick<BlobGrant, 'blobId'>): string => `/blob/${toHex(blobId)}`;
export const bearer = (token: Uint8Array) => ({ authorization: `Bearer ${toHex(token)}` });

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpQuestion {
  readonly method?: string;
  /** As it goes over the wire, however crooked. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: Uint8Array;
}

/** One request on a connection of its own, whose path and headers nobody tidies up. */
export function ask(httpUrl: string, { method = 'GET', path, headers, body }: HttpQuestion): Promise<HttpAnswer> {
  const { hostname, port } = new URL(httpUrl);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, headers: { ...headers }, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.end(body);
  });
}

export function putPiece(
  httpUrl: string,
  grant: BlobGrant,
  offset: number,
  piece: Uint8Array,
  headers: Readonly<Record<string, string | number>> = {},
): Promise<HttpAnswer> {
  return ask(httpUrl, {
    method: 'PUT',
    path: blobPath(grant),
    headers: {
      ...bearer(grant.uploadToken),
      'content-range': `bytes ${offset}-${offset + piece.length - 1}/*`,
      'content-length': piece.length,
      ...headers,
    },
    body: piece,
  });
}

export function headBlob(httpUrl: string, grant: BlobGrant): Promise<HttpAnswer> {
  return ask(httpUrl, { method: 'HEAD', path: blobPath(grant), headers: bearer(grant.uploadToken) });
}

export function getBlob(httpUrl: string, grant: BlobGrant, range?: string): Promise<HttpAnswer> {
  const headers = { ...bearer(grant.downloadToken), ...(range === undefined ? {} : { range }) };
  return ask(httpUrl, { path: blobPath(grant), headers });
}
