import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** Every frame between clients and a relay, unmasked. */
export interface RecordingProxy {
  readonly url: string;
  readonly frames: readonly { readonly to: 'relay' | 'client'; readonly bytes: Buffer }[];
  close(): Promise<void>;
}

/** Stands between clients and the relay and keeps what passes, byte for byte. */
export async function startRecordingProxy(relayUrl: string): Promise<RecordingProxy> {
  const frames: { to: 'relay' | 'client'; bytes: Buffer }[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: ([first]) => first ?? false });
  await once(server, 'listening');
  server.on('connection', (client) => {
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
    // Whatever ends one side ends the other: the proxy is as good as the wire.
    client.on('close', () => upstream.terminate());
    upstream.on('close', () => client.terminate());
    client.on('error', () => {});
    upstream.on('error', () => {});
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    frames,
    async close() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
