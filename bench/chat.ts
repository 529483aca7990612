// From `send` to the other's `message` event: vault, ratchet, relay and vault again, every step fsynced; beside a bare
// WebSocket forwarder that stores nothing, in the same run.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { type Person, person } from '../test/support/people.ts';
import { startRelay } from '../test/support/relay-process.ts';
import type { BenchCase } from './report.ts';
import { percentile } from './statistics.ts';

const MESSAGES = 300;
const WARM_UP = 50;
const ENVELOPE_BYTES = 2_048;

/** Each text, in ms. */
async function smchat(): Promise<readonly number[]> {
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
    return samples.slice(WARM_UP);
  } finally {
    await Promise.all(people.map((each) => each.remove()));
    await relay.dispose();
  }
}

/** Each envelope, in ms. */
async function bareForwarder(): Promise<readonly number[]> {
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
  return samples.slice(WARM_UP);
}

export async function benchChat(): Promise<readonly BenchCase[]> {
  const [peer, ours] = [[...(await bareForwarder())], [...(await smchat())]];
  // Once more in turn, so that what the machine does otherwise meets both.
  peer.push(...(await bareForwarder()));
  ours.push(...(await smchat()));
  return ([0.5, 0.95] as const).map((share) => ({
    bench: 'chat',
    case: `one text, percentile ${100 * share}`,
    unit: 'ms',
    ours: percentile(ours, share),
    peer: percentile(peer, share),
    bound: null,
  }));
}
