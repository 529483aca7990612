import { once } from 'node:events';
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { generateKeyPair } from '../../src/crypto/auth.ts';
import { accountId } from '../../src/crypto/bytes.ts';
import { type ClientFrame, decodeClientFrame } from '../../src/net/wire/client-frame.ts';
import { challengeFrame, welcomeFrame } from '../../src/net/wire/handshake-frames.ts';
import { answerProof, type Challenge, challenge } from '../../src/relay/handshake.ts';
import type { RelayCredentials } from '../../src/session/relay-port.ts';
import { random } from '../support/relay-account.ts';

/** Where a relay may lie in its handshake. */
export interface Lies {
  readonly relayKey?: Uint8Array;
  readonly relayEphemeral?: Uint8Array;
  readonly proof?: Uint8Array;
  readonly protocol?: string;
}

export interface FakeRelay {
  readonly url: string;
  /** An account that it would let in. */
  readonly credentials: RelayCredentials;
}

/** A relay that authenticates as the protocol says, or lies, and afterwards does what the test wants with each frame. */
export async function withFakeRelay(
  lies: Lies,
  onFrame: (socket: WebSocket, frame: ClientFrame) => void,
  scenario: (relay: FakeRelay) => Promise<void>,
): Promise<void> {
  const relayKeyPair = generateKeyPair(random(32));
  const accountKeyPair = generateKeyPair(random(32));
  const server = createServer();
  const sockets = new WebSocketServer({ server, handleProtocols: () => lies.protocol ?? 'smchat.relay.1' });
  sockets.on('connection', (socket) => {
    let given: Challenge | null = null;
    socket.on('message', (data) => {
      const frame = Buffer.isBuffer(data) ? decodeClientFrame(data) : null;
      if (frame === null || !frame.ok) throw new Error('the client sent what is no frame');
      const { value } = frame;
      if (value.type === 'hello') {
        given = challenge({ ...value.body, accountId: accountId(value.body.accountId) }, random(64));
        const { ephemeral, nonce } = given;
        const body = { relayKey: relayKeyPair.publicKey, relayEphemeral: ephemeral.publicKey, nonce };
        const { relayKey = body.relayKey, relayEphemeral = body.relayEphemeral } = lies;
        return socket.send(challengeFrame.encode(value.requestId, { relayKey, relayEphemeral, nonce }));
      }
      if (value.type === 'auth' && given !== null) {
        const proof = answerProof(given, accountKeyPair.publicKey, relayKeyPair, value.body.proof);
        return socket.send(
          welcomeFrame.encode(value.requestId, { proof: lies.proof ?? proof ?? random(32), copied: false }),
        );
      }
      onFrame(socket, value);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const credentials: RelayCredentials = {
    accountId: accountId(random(16)),
    ...accountKeyPair,
    relayKey: relayKeyPair.publicKey,
  };
  try {
    await scenario({ url: `ws://127.0.0.1:${port}`, credentials });
  } finally {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    server.close();
    server.closeAllConnections();
  }
}
