import { createServer } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { listenError } from './http-listener.ts';
import type { Tallies } from './tallies.ts';

const LOOPBACK = '127.0.0.1';

/** What the relay tells of itself when it is asked. */
export interface Measured {
  readonly tallies: Tallies;
  readonly blobTraffic: { readonly in: number; readonly out: number };
  connections(): number;
  authenticated(): number;
  isDraining(): boolean;
  freeBytes(): Promise<number>;
}

export interface Metrics {
  /** A transaction of the store took so long for so many envelopes. */
  committed(seconds: number, envelopes: number): void;
  text(): Promise<string>;
}

/** Prometheus' metrics of one relay: how much and how fast, never who. Numbers are taken over when they are asked for. */
export function createMetrics(measured: Measured): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  function gauge(name: string, help: string, value: () => number | Promise<number>): void {
    new Gauge({
      name: `smchat_relay_${name}`,
      help,
      registers,
      async collect() {
        this.set(await value());
      },
    });
  }
  function counter(name: string, help: string, label: string, values: () => Readonly<Record<string, number>>): void {
    new Counter({
      name: `smchat_relay_${name}_total`,
      help,
      registers,
      labelNames: [label],
      collect() {
        this.reset();
        for (const [value, count] of Object.entries(values())) this.inc({ [label]: value }, count);
      },
    });
  }
  function total(name: string, help: string, value: () => number): void {
    new Counter({
      name: `smchat_relay_${name}_total`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  }

  const { tallies, blobTraffic } = measured;
  gauge('connections', 'Open WebSockets.', () => measured.connections());
  gauge('authenticated', 'Accounts connected.', () => measured.authenticated());
  gauge('draining', '1 once the relay is about to end.', () => (measured.isDraining() ? 1 : 0));
  gauge('disk_free_bytes', 'Free on the disk of the blobs.', () => measured.freeBytes());
  counter('sends', 'SENDs by what became of them.', 'outcome', () => tallies.sends);
  counter('refusals', 'ERROR frames by their reason.', 'code', () => tallies.refusals);
  counter('blob_bytes', 'Bytes of blobs received and given out.', 'direction', () => ({ ...blobTraffic }));
  total('deliveries', 'DELIVER frames written.', () => tallies.deliveries);
  total('acks', 'ACK frames read.', () => tallies.acks);
  const seconds = new Histogram({
    name: 'smchat_relay_commit_seconds',
    help: 'How long the store took for one transaction, until it was on disk.',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  const batch = new Histogram({
    name: 'smchat_relay_commit_envelopes',
    help: 'Envelopes in one transaction; none where it was acknowledgements or blobs alone.',
    buckets: [0, 1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  return {
    committed(took, envelopes) {
      seconds.observe(took);
      batch.observe(envelopes);
    },
    text: () => registry.metrics(),
  };
}

/** `GET /metrics` on this machine alone, on a port of its own. */
export async function serveMetrics(
  metrics: Metrics,
  port: number,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: 5_000 }, (request, response) => {
    const isKnown = request.method === 'GET' && request.url?.split('?')[0] === '/metrics';
    const text = isKnown ? metrics.text() : Promise.resolve('not found\n');
    text.then(
      (body) => {
        response.writeHead(isKnown ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
        response.end(body);
      },
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(cause, LOOPBACK, port)));
    server.listen({ host: LOOPBACK, port }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
