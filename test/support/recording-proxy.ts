import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as startRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

type Side = 'relay' | 'client';

/** Every frame and every HTTP exchange between clients and a relay, in clear of the transport's own masking. */
export interface RecordingProxy {
  readonly url: string;
  readonly frames: readonly { readonly to: Side; readonly bytes: Buffer }[];
  /** Request and answer bodies, with the lines and headers before them. */
  readonly bodies: readonly { readonly to: Side; readonly bytes: Buffer }[];
  /** Ends every connection at once as soon as so many bytes of bodies have passed to this side, once for each number. */
  cutAt(to: Side, ...passed: readonly number[]): void;
  /** How many of those cuts were made. */
  readonly cuts: number;
  close(): Promise<void>;
}

/** Stands between clients and the relay and keeps what passes, byte for byte. */
export async function startRecordingProxy(relayUrl: string): Promise<RecordingProxy> {
  const frames: { to: Side; bytes: Buffer }[] = [];
  const bodies: { to: Side; bytes: Buffer }[] = [];
  const passed = { relay: 0, client: 0 };
  const cutsDue: Record<Side, number[]> = { relay: [], client: [] };
  let cuts = 0;
  const target = new URL(relayUrl);
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: ([first]) => first ?? false });
  const server = createServer((request, response) => forward(request, response));

  function endAll(): void {
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
  }

  /** False where the connection was cut before these bytes. */
  function pass(to: Side, bytes: Buffer): boolean {
    passed[to] += bytes.length;
    const due = cutsDue[to][0];
    if (due === undefined || passed[to] < due) return true;
    cutsDue[to].shift();
    cuts += 1;
    endAll();
    return false;
  }

  function forward(request: IncomingMessage, response: ServerResponse): void {
    const up = startRequest({
      host: target.hostname,
      port: target.port,
      method: request.method,
      path: request.url,
      headers: request.headers,
    });
    const sent: Buffer[] = [Buffer.from(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}\n`)];
    request.on('data', (chunk: Buffer) => {
      sent.push(chunk);
      if (pass('relay', chunk)) up.write(chunk);
    });
    request.on('end', () => {
      bodies.push({ to: 'relay', bytes: Buffer.concat(sent) });
      up.end();
    });
    request.on('close', () => {
      if (!request.complete) up.destroy();
    });
    up.on('response', (answer) => {
      const received: Buffer[] = [Buffer.from(`${answer.statusCode}\n${answer.rawHeaders.join('\n')}\n`)];
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.on('data', (chunk: Buffer) => {
        received.push(chunk);
        if (pass('client', chunk)) response.write(chunk);
      });
      answer.on('end', () => {
        bodies.push({ to: 'client', bytes: Buffer.concat(received) });
        response.end();
      });
    });
    up.on('error', () => response.destroy());
    response.on('close', () => up.destroy());
  }

  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => join(client, relayUrl, frames));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    frames,
    bodies,
    cutAt(to, ...at) {
      cutsDue[to].push(...at.map((bytes) => passed[to] + bytes));
    },
    get cuts() {
      return cuts;
    },
    async close() {
      endAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Two WebSockets as one. Whatever ends one side ends the other: the proxy is as good as the wire. */
function join(client: WebSocket, relayUrl: string, frames: { to: Side; bytes: Buffer }[]): void {
  const upstream = new WebSocket(relayUrl, client.protocol);
  const waiting: Buffer[] = [];
  client.on('message', (data) => {
    const bytes = Buffer.from(data as Buffer);
    frames.push({ to: 'relay', bytes });
    if (upstream.readyState === WebSocket.OPEN) upstream.send(bytes);
    else waiting.push(bytes);
  });
  upstream.on('open', () => {
    for (const bytes of waiting.splice(0)) upstream.send(bytes);
  });
  upstream.on('message', (data) => {
    const bytes = Buffer.from(data as Buffer);
    frames.push({ to: 'client', bytes });
    client.send(bytes);
  });
  client.on('close', () => upstream.terminate());
  upstream.on('close', () => client.terminate());
  client.on('error', () => {});
  upstream.on('error', () => {});
}
