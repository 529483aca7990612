import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { type AccountId, accountId } from '../../src/crypto/bytes.ts';
import { FRAME_HEADER_BYTES, FRAME_TYPE } from '../../src/net/wire/frame-header.ts';
import { encodeAck } from '../../src/net/wire/mailbox-frames.ts';
import { encodeSend } from '../../src/net/wire/send-frame.ts';
import { type BenchAccount, connectRelay } from './relay-login.ts';
import type { ServerProcess } from './server-process.ts';
import { DEAF, ENVELOPE_BYTES, type Side } from './side.ts';

/** How a receiver acknowledges: what came within so long, with one ACK. */
const ACK_INTERVAL_MS = 10;
const TTL_SECONDS = 86_400;
/** DELIVER: header ‖ seq 8 ‖ message id 16 ‖ arrival 8 ‖ envelope. */
const SEQ_AT = FRAME_HEADER_BYTES;
const ENVELOPE_AT = SEQ_AT + 8 + 16 + 8;

/** A receiver's place in its mailbox. */
interface Place {
  readonly socket: WebSocket;
  seen: bigint;
  acknowledged: bigint;
}

/** Processor time and end of a relay that is a process by itself. */
const alone = (server: ServerProcess): Pick<Side, 'cpuUs' | 'end'> => ({
  cpuUs: async () => (await server.usage()).cpuUs,
  end: () => server.end(),
});

/** Accounts of a running relay in pairs: those at even places send to the next. */
export async function connectPairs(
  server: ServerProcess,
  accounts: readonly BenchAccount[],
  { cpuUs, end } = alone(server),
): Promise<Side> {
  const senders: WebSocket[] = [];
  const places: Place[] = [];
  let hearing = DEAF;
  for (let pair = 0; 2 * pair + 1 < accounts.length; pair++) {
    const [from, to] = [accounts[2 * pair], accounts[2 * pair + 1]];
    if (from === undefined || to === undefined) throw new Error('half a pair');
    const [sender, receiver] = await Promise.all([connectRelay(server.port, from), connectRelay(server.port, to)]);
    sender.on('message', (frame: Buffer) => {
      refuseErrors(frame);
      hearing.confirmed(pair);
    });
    const place: Place = { socket: receiver, seen: 0n, acknowledged: 0n };
    receiver.on('message', (frame: Buffer) => {
      if (frame[1] !== FRAME_TYPE.deliver) return;
      const seq = frame.readBigUInt64BE(SEQ_AT);
      if (seq <= place.seen) throw new Error('delivered twice');
      place.seen = seq;
      hearing.delivered(pair, frame.readDoubleBE(ENVELOPE_AT));
    });
    senders.push(sender);
    places.push(place);
  }
  const acking = setInterval(() => {
    for (const place of places) {
      if (place.seen === place.acknowledged) continue;
      place.acknowledged = place.seen;
      place.socket.send(encodeAck(place.seen));
    }
  }, ACK_INTERVAL_MS);
  const send = sending(senders);
  return {
    send(pair) {
      const recipient = accounts[2 * pair + 1]?.id;
      if (recipient !== undefined) send(pair, recipient);
    },
    hear(heard) {
      hearing = heard;
    },
    cpuUs,
    async end() {
      clearInterval(acking);
      await end();
    },
  };
}

/** Accounts of a running relay that send to whomever `recipient` names, where nobody is connected. */
export async function connectSenders(
  server: ServerProcess,
  accounts: readonly BenchAccount[],
  recipient: () => Uint8Array,
): Promise<Side> {
  let hearing = DEAF;
  const senders = await Promise.all(
    accounts.map(async (account, number) => {
      const sender = await connectRelay(server.port, account);
      sender.on('message', (frame: Buffer) => {
        refuseErrors(frame);
        hearing.confirmed(number);
      });
      return sender;
    }),
  );
  const send = sending(senders);
  return {
    send: (number) => send(number, accountId(recipient())),
    hear(heard) {
      hearing = heard;
    },
    ...alone(server),
  };
}

function refuseErrors(frame: Buffer): void {
  if (frame[1] !== FRAME_TYPE.sent) throw new Error(`answered SEND with type ${frame[1]}, ${frame[8]}`);
}

function sending(senders: readonly WebSocket[]): (sender: number, recipient: AccountId) => void {
  const envelope = Buffer.from(randomBytes(ENVELOPE_BYTES));
  let requestId = 0;
  return (sender, recipient) => {
    envelope.writeDoubleBE(performance.now(), 0);
    requestId = (requestId + 1) >>> 0;
    senders[sender]?.send(encodeSend({ requestId, recipient, relayId: nextId(), ttlSeconds: TTL_SECONDS, envelope }));
  };
}

/** Random ids by the thousand: one at a time would cost the load more than its sockets do. */
let pool = Buffer.alloc(0);
function nextId(): Uint8Array {
  if (pool.length === 0) pool = randomBytes(16 * 4_096);
  const id = pool.subarray(0, 16);
  pool = pool.subarray(16);
  return id;
}
