import type { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { AccountId } from '../crypto/bytes.ts';
import { type ClientFrame, decodeClientFrame, requestIdOf } from '../net/wire/client-frame.ts';
import { CLOSE_CODE } from '../net/wire/limits.ts';
import { type ErrorReason, encodeDraining, encodeError, encodeReplaced } from '../net/wire/notice-frames.ts';
import type { ClientAddress } from './client-address.ts';
import type { DeliveryWindow } from './delivery-window.ts';
import type { Challenge } from './handshake.ts';
import { handleHandshakeFrame } from './login.ts';
import { deliverFromStore } from './mailbox-delivery.ts';
import type { RelayContext } from './relay-context.ts';
import { handleRequest } from './requests.ts';

/** Deliveries stop while so much waits in the socket, */
export const SEND_BUFFER_STOP_BYTES = 256 * 1024;
/** and so much for so long ends the connection; the mail stays. */
export const SEND_BUFFER_MAX_BYTES = 1024 * 1024;
export const STALL_MAX_MS = 30_000;
/** SENDs without their answer; then the socket is read no further. */
export const OUTSTANDING_SENDS_MAX = 64;

export type ConnectionPhase =
  | { readonly phase: 'fresh' }
  | { readonly phase: 'challenged'; readonly challenge: Challenge }
  /** A proof or a request that ends the connection is being judged. */
  | { readonly phase: 'proving' }
  | { readonly phase: 'ready'; readonly account: AccountId; readonly window: DeliveryWindow | null }
  | { readonly phase: 'closing' };

/** One client's socket, from its handshake to its end. */
export class Connection {
  readonly address: ClientAddress;
  readonly #socket: WebSocket;
  readonly #transport: Writable;
  readonly #context: RelayContext;
  readonly #closed: (connection: Connection) => void;
  #phase: ConnectionPhase = { phase: 'fresh' };
  #authTimer: NodeJS.Timeout | null;
  #heard = true;
  #stalledSince: number | null = null;
  #outstanding = 0;
  #paused = false;

  /** `transport` is what the WebSocket writes to. */
  constructor(
    socket: WebSocket,
    transport: Writable,
    address: ClientAddress,
    context: RelayContext,
    closed: (connection: Connection) => void,
  ) {
    this.#socket = socket;
    this.#transport = transport;
    this.address = address;
    this.#context = context;
    this.#closed = closed;
    this.#authTimer = setTimeout(() => this.close(CLOSE_CODE.policy), context.authTimeoutMs);
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => {
      this.#heard = true;
    });
    // The WebSocket's own rules were broken, or the network failed: `close` follows either way.
    socket.on('error', () => {});
    socket.on('close', () => this.#ended());
  }

  get phase(): ConnectionPhase {
    return this.#phase;
  }

  /** Moves on; nothing leads out of `closing`. */
  enter(phase: ConnectionPhase): void {
    if (this.#phase.phase === 'closing') return;
    this.#phase = phase;
    if (phase.phase === 'ready') this.#stopAuthTimer();
  }

  /** True while deliveries may be written. */
  get hasRoom(): boolean {
    return this.#socket.bufferedAmount < SEND_BUFFER_STOP_BYTES;
  }

  send(frame: Buffer): void {
    if (this.#phase.phase === 'closing') return;
    this.#context.corked.cork(this.#transport);
    const waiting = this.#socket.bufferedAmount;
    if (waiting < SEND_BUFFER_STOP_BYTES) {
      this.#socket.send(frame);
      return;
    }
    if (waiting >= SEND_BUFFER_MAX_BYTES && this.#stalledSince === null) {
      this.#stalledSince = this.#context.monotonic();
      this.#updatePause();
    }
    this.#socket.send(frame, () => this.#flushed());
  }

  /** A SEND is on its way to the disk. */
  beginSend(): void {
    this.#outstanding += 1;
    this.#updatePause();
  }

  endSend(): void {
    this.#outstanding -= 1;
    this.#updatePause();
  }

  refuse(requestId: number, reason: ErrorReason, retryAfterMs = 0): void {
    this.#context.tallies.refusals[reason] += 1;
    this.send(encodeError(requestId, reason, retryAfterMs));
  }

  /** A typed error, then the end: nobody else notices. */
  fail(requestId: number, reason: ErrorReason, code: number, retryAfterMs = 0) {
    this.refuse(requestId, reason, retryAfterMs);
    this.close(code);
  }

  /** A newer connection of this account took its place. */
  replace() {
    this.send(encodeReplaced());
    this.close(CLOSE_CODE.replaced);
  }

  announceDraining(retryAfterMs: number) {
    this.send(encodeDraining(retryAfterMs));
  }

  close(code: number) {
    if (this.#phase.phase === 'closing') return;
    this.#leave();
    this.#phase = { phase: 'closing' };
    this.#stopAuthTimer();
    // A paused socket would never read the other side's closing frame.
    this.#socket.resume();
    this.#socket.close(code);
  }

  terminate() {
    this.#socket.terminate();
  }

  /** Called for every connection by one timer: ends what was silent since the last time or reads too slowly. */
  heartbeat() {
    const stalled = this.#stalledSince !== null && this.#context.monotonic() - this.#stalledSince >= STALL_MAX_MS;
    if (!this.#heard || stalled) return this.terminate();
    // A socket that is not read cannot show its pong.
    this.#heard = this.#paused;
    this.#socket.ping();
  }

  #receive(data: unknown, isBinary: boolean) {
    this.#heard = true;
    if (this.#phase.phase === 'closing') return;
    if (!isBinary || !Buffer.isBuffer(data)) return this.fail(0, 'bad-frame', CLOSE_CODE.protocolError);
    const frame = decodeClientFrame(data);
    if (frame.ok) return this.#handle(frame.value);
    if (frame.reason === 'too-large') return this.refuse(requestIdOf(data), 'too-large');
    this.fail(requestIdOf(data), frame.reason, CLOSE_CODE.protocolError);
  }

  #handle(frame: ClientFrame) {
    switch (frame.type) {
      case 'hello':
      case 'auth':
      case 'register':
      case 'delete-account':
        return handleHandshakeFrame(this, frame, this.#context);
      case 'send':
      case 'ack':
      case 'subscribe':
      case 'get-bundle':
      case 'put-prekeys':
      case 'get-prekey-counts':
      case 'create-blob':
      case 'delete-blob':
        if (this.#phase.phase !== 'ready') return this.fail(0, 'unauthorised', CLOSE_CODE.unauthorised);
        return handleRequest(this, this.#phase, frame, this.#context);
      default:
        return frame satisfies never;
    }
  }

  #flushed(): void {
    if (this.#socket.bufferedAmount >= SEND_BUFFER_STOP_BYTES) return;
    if (this.#stalledSince !== null) {
      this.#stalledSince = null;
      this.#updatePause();
    }
    deliverFromStore(this, this.#context);
  }

  /** Backpressure: who has too much under way, or does not read its answers, is not read either. */
  #updatePause(): void {
    const limit = this.#paused ? OUTSTANDING_SENDS_MAX / 2 : OUTSTANDING_SENDS_MAX;
    const shouldPause = this.#outstanding >= limit || this.#stalledSince !== null;
    if (shouldPause === this.#paused || this.#phase.phase === 'closing') return;
    this.#paused = shouldPause;
    if (shouldPause) this.#socket.pause();
    else this.#socket.resume();
  }

  #leave(): void {
    if (this.#phase.phase !== 'ready') return;
    const { account } = this.#phase;
    if (this.#context.presence.leave(account, this)) this.#context.neighbours.leave(account);
  }

  #stopAuthTimer(): void {
    if (this.#authTimer !== null) clearTimeout(this.#authTimer);
    this.#authTimer = null;
  }

  #ended(): void {
    this.#leave();
    this.#phase = { phase: 'closing' };
    this.#stopAuthTimer();
    this.#closed(this);
  }
}
