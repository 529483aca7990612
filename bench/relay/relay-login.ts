import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { clientAuthKey, clientProof, generateKeyPair, type KeyPair } from '../../src/crypto/auth.ts';
import { type AccountId, accountId } from '../../src/crypto/bytes.ts';
import { authFrame, helloFrame } from '../../src/net/wire/handshake-frames.ts';
import { FRAME_MAX_BYTES, SUBPROTOCOL, WIRE_VERSION } from '../../src/net/wire/limits.ts';
import { encodeSubscribe } from '../../src/net/wire/mailbox-frames.ts';
import { decodeRelayFrame, type RelayFrame } from '../../src/net/wire/relay-frame.ts';

/** An account of the benchmark, at whatever relay it was put into. */
export interface BenchAccount {
  readonly id: AccountId;
  readonly name: string;
  readonly keyPair: KeyPair;
}

export function benchAccount(name: string): BenchAccount {
  return { id: accountId(new Uint8Array(randomBytes(16))), name, keyPair: generateKeyPair(randomBytes(32)) };
}

/**
 * A socket that has logged in and subscribed: what an idle client has. It is a bare WebSocket, as a load must not spend on
 * its clients what the server is measured by; messages are the caller's to decode.
 */
export async function connectRelay(port: number, account: BenchAccount): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, SUBPROTOCOL, {
    perMessageDeflate: false,
    maxPayload: FRAME_MAX_BYTES,
    skipUTF8Validation: true,
  });
  await once(socket, 'open');
  const ephemeral = generateKeyPair(randomBytes(32));
  const hello = { purpose: 'login', version: WIRE_VERSION, accountId: account.id } as const;
  socket.send(helloFrame.encode(1, { ...hello, clientEphemeral: ephemeral.publicKey }));
  const challenge = await frameFrom(socket);
  if (challenge.type !== 'challenge') throw new Error(`answered HELLO with ${challenge.type}`);
  const transcript = {
    ...hello,
    ...challenge.body,
    accountKey: account.keyPair.publicKey,
    clientEphemeral: ephemeral.publicKey,
  };
  const key = clientAuthKey(transcript, account.keyPair.privateKey, ephemeral.privateKey);
  if (!key.ok) throw new Error(key.reason);
  const proof = clientProof(key.value, transcript);
  const [previousToken, nextToken] = [randomBytes(16), randomBytes(16)];
  socket.send(authFrame.encode(2, { accountId: account.id, proof, previousToken, nextToken }));
  const welcome = await frameFrom(socket);
  if (welcome.type !== 'welcome') throw new Error(`answered AUTH with ${welcome.type}`);
  socket.send(encodeSubscribe(0n));
  return socket;
}

async function frameFrom(socket: WebSocket): Promise<RelayFrame> {
  const [message] = await once(socket, 'message');
  const frame = Buffer.isBuffer(message) ? decodeRelayFrame(message) : null;
  if (frame === null || !frame.ok) throw new Error('the relay sent what is no frame');
  return frame.value;
}
