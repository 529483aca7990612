// From `send` to the other's `message` event: vault, ratchet, relay and vault again, every step fsynced; beside a bare
// WebSocket forwarder that stores nothing, in the same run.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { type Person, person } from '../test/support/people.ts';
import { startRelay } from '../test/support/relay-process.ts';
import { percentile } from './statistics.ts';

const MESSAGES = 300;
const WARM_UP = 50;
const ENVELOPE_BYTES = 2_048;

export interface ChatCase {
  readonly case: string;
  readonly p50_ms: number;
  readonly p95_ms: number;
}

function summary(name: string, samples: readonly number[]): ChatCase {
  const warm = samples.slice(WARM_UP);
  const rounded = (share: number) => Number(percentile(warm, share).toFixed(2));
  return { case: name, p50_ms: rounded(0.5), p95_ms: rounded(0.95) };
}

async function smchat(): Promise<ChatCase> {
  const relay = await startRelay({ args: ['--send-burst', '0'] });
  const people: Person[] = [];
  try {
    for (const name of ['ann', 'ben']) people.push(await person(name, relay.url));
    const [ann, ben] = people;
    if (ann === undefined || ben === undefined) throw new Error('nobody there');
    await Promise.all([ann.client.contact('add', 'ben'), ben.client.contact('add', 'ann')]);
    const samples: number[] = [];
    for (let i = 0; i < WARM_UP + MESSAGES; i++) {
      const text = `message ${i}`;
      const seen = new Promise<void>((resolve) => {
        const stop = ben.client.subscribe((event) => {
          if (event.event !== 'message' || event.text !== text) return;
          stop();
          resolve();
        });
      });
      const start = performance.now();
      await Promise.all([seen, ann.client.send({ name: 'ben', text, wait: 'queued' })]);
      samples.push(performance.now() - start);
    }
    return summary('smchat, one text', samples);
  } finally {
    await Promise.all(people.map((each) => each.remove()));
    await relay.dispose();
  }
}

async function bareForwarder(): Promise<ChatCase> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
  const clients = new Set<WebSocket>();
  server.on('connection', (socket) => {
    clients.add(socket);
    socket.on('message', (data) => {
      for (const other of clients) if (other !== socket) other.send(data);
    });
  });
  const { port } = server.address() as AddressInfo;
  const [from, to] = [0, 1].map(() => new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false }));
  if (from === undefined || to === undefined) throw new Error('nobody there');
  await Promise.all([once(from, 'open'), once(to, 'open')]);
  const samples: number[] = [];
  for (let i = 0; i < WARM_UP + MESSAGES; i++) {
    const start = performance.now();
    from.send(new Uint8Array(ENVELOPE_BYTES));
    await once(to, 'message');
    samples.push(performance.now() - start);
  }
  from.terminate();
  to.terminate();
  server.close();
  return summary('bare ws forwarder, one envelope', samples);
}

export async function benchChat(): Promise<readonly ChatCase[]> {
  return [await bareForwarder(), await smchat(), await bareForwarder(), await smchat()];
}
