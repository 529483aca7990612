import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { type ServerProcess, startServer } from './server-process.ts';
import { DEAF, ENVELOPE_BYTES, type Side } from './side.ts';

const FORWARDER = fileURLToPath(new URL('./bare-forwarder.mjs', import.meta.url));
const STAMP_AT = 8;

export const startForwarder = (): Promise<ServerProcess> => startServer(FORWARDER);

/** A connection under a number, at which others reach it. */
export async function connectBare(server: ServerProcess, number: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/?${number}`, {
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  await once(socket, 'open');
  return socket;
}

/** Pairs at a bare forwarder. */
export async function startBareSide(pairs: number): Promise<Side> {
  const server = await startForwarder();
  const senders: WebSocket[] = [];
  let hearing = DEAF;
  for (let pair = 0; pair < pairs; pair++) {
    const [sender, receiver] = await Promise.all([connectBare(server, 2 * pair), connectBare(server, 2 * pair + 1)]);
    sender.on('message', () => hearing.confirmed(pair));
    receiver.on('message', (message: Buffer) => hearing.delivered(pair, message.readDoubleBE(STAMP_AT)));
    senders.push(sender);
  }
  const filling = randomBytes(ENVELOPE_BYTES - STAMP_AT - 8);
  return {
    send(pair) {
      const message = Buffer.allocUnsafe(ENVELOPE_BYTES);
      message.writeUInt32BE(2 * pair + 1, 0);
      message.writeUInt32BE(pair, 4);
      message.writeDoubleBE(performance.now(), STAMP_AT);
      message.set(filling, STAMP_AT + 8);
      senders[pair]?.send(message);
    },
    hear(heard) {
      hearing = heard;
    },
    cpuUs: async () => (await server.usage()).cpuUs,
    end: () => server.end(),
  };
}
