import { WebSocket } from 'ws';
import {
  type AuthPurpose,
  type AuthTranscript,
  clientAuthKey,
  clientProof,
  generateKeyPair,
} from '../../src/crypto/auth.ts';
import { helloFrame } from '../../src/net/wire/handshake-frames.ts';
import { SUBPROTOCOL } from '../../src/net/wire/limits.ts';
import { decodeRelayFrame, type RelayFrame } from '../../src/net/wire/relay-frame.ts';
import type { Registration, RelayCredentials } from '../../src/session/relay-port.ts';
import { random } from '../support/relay-account.ts';

/** A WebSocket that says what it is told to, right or wrong. */
export interface RawClient {
  readonly socket: WebSocket;
  send(bytes: Uint8Array): void;
  /** The next frame; rejects where the connection ends first. */
  next(): Promise<RelayFrame>;
  readonly closed: Promise<number>;
}

export interface RawClientOptions {
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Rejects with the HTTP status where the upgrade is refused. */
export function connectRaw(url: string, options: RawClientOptions = {}): Promise<RawClient> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [...(options.protocols ?? [SUBPROTOCOL])], {
      perMessageDeflate: false,
      headers: { ...options.headers },
    });
    const frames: RelayFrame[] = [];
    const waiting: { resolve(frame: RelayFrame): void; reject(error: Error): void }[] = [];
    let ended: Error | null = null;
    socket.on('message', (data) => {
      const frame = Buffer.isBuffer(data) ? decodeRelayFrame(data) : null;
      if (frame === null || !frame.ok) throw new Error('the relay sent what is no frame');
      const next = waiting.shift();
      if (next === undefined) frames.push(frame.value);
      else next.resolve(frame.value);
    });
    const closed = new Promise<number>((resolveClosed) => {
      socket.once('close', (code) => {
        ended = new Error(`closed with ${code}`);
        for (const each of waiting.splice(0)) each.reject(ended);
        resolveClosed(code);
      });
    });
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      reject(new Error(`status ${response.statusCode}`));
    });
    socket.on('error', reject);
    socket.once('open', () =>
      resolve({
        socket,
        closed,
        send: (bytes) => socket.send(bytes),
        next: () =>
          new Promise((resolveNext, rejectNext) => {
            const frame = frames.shift();
            if (frame !== undefined) resolveNext(frame);
            else if (ended !== null) rejectNext(ended);
            else waiting.push({ resolve: resolveNext, reject: rejectNext });
          }),
      }),
    );
  });
}

/** What a client knows once it was challenged. */
export interface RawChallenge {
  readonly transcript: AuthTranscript;
  readonly key: Uint8Array;
  readonly proof: Uint8Array;
}

/** HELLO and the answer to it, as an honest client computes them. */
export async function challengeRaw(
  client: RawClient,
  account: Pick<RelayCredentials, 'accountId' | 'publicKey' | 'privateKey'> | Registration,
  purpose: AuthPurpose,
): Promise<RawChallenge> {
  const ephemeral = generateKeyPair(random(32));
  const { accountId, publicKey, privateKey } = account;
  client.send(helloFrame.encode(1, { purpose, version: 1, accountId, clientEphemeral: ephemeral.publicKey }));
  const challenge = await client.next();
  if (challenge.type !== 'challenge') throw new Error(`challenged with ${JSON.stringify(challenge)}`);
  const transcript: AuthTranscript = {
    ...challenge.body,
    accountKey: publicKey,
    clientEphemeral: ephemeral.publicKey,
    accountId,
    purpose,
    version: 1,
  };
  const key = clientAuthKey(transcript, privateKey, ephemeral.privateKey);
  if (!key.ok) throw new Error(key.reason);
  return { transcript, key: key.value, proof: clientProof(key.value, transcript) };
}
