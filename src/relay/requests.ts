import { encodeDone } from '../net/wire/blob-frames.ts';
import type { ClientFrame } from '../net/wire/client-frame.ts';
import { draftDeliver, envelopeOfDraft } from '../net/wire/deliver-frame.ts';
import { bundleFrame, preKeyCountsFrame } from '../net/wire/prekey-frames.ts';
import { encodeSent, type SendFrame } from '../net/wire/send-frame.ts';
import type { Connection, ConnectionPhase } from './connection.ts';
import { DeliveryWindow } from './delivery-window.ts';
import { deliverFromMemory, deliverFromStore } from './mailbox-delivery.ts';
import { mapKey } from './map-key.ts';
import { type RelayContext, STORE_RETRY_MS } from './relay-context.ts';
import type { SendOutcome } from './tallies.ts';

type FrameOf<Type> = Extract<ClientFrame, { readonly type: Type }>;
type RequestFrame = FrameOf<
  'send' | 'ack' | 'subscribe' | 'get-bundle' | 'put-prekeys' | 'get-prekey-counts' | 'create-blob' | 'delete-blob'
>;
type Ready = Extract<ConnectionPhase, { readonly phase: 'ready' }>;

/** An envelope's outer bytes: version 1, type 1 is an initial one (protocol.md, section 4). */
const INITIAL_ENVELOPE = [1, 1] as const;
/** A full mailbox empties when its owner comes back, which nobody can foretell. */
const MAILBOX_FULL_RETRY_MS = 60_000;

/** What an authenticated client asks for. */
export function handleRequest(connection: Connection, ready: Ready, frame: RequestFrame, context: RelayContext) {
  switch (frame.type) {
    case 'send':
      return send(connection, ready, frame, context);
    case 'ack': {
      const upToSeq = Number(frame.upToSeq);
      context.tallies.acks += 1;
      context.queue.ack(ready.account, upToSeq);
      ready.window?.acknowledge(upToSeq);
      return deliverFromStore(connection, context);
    }
    case 'subscribe':
      connection.enter({ ...ready, window: new DeliveryWindow(Number(frame.afterSeq)) });
      return deliverFromStore(connection, context);
    case 'get-bundle':
      return answer(connection, frame, context, getBundle(connection, ready, frame, context));
    case 'put-prekeys':
      return answer(connection, frame, context, putPreKeys(connection, ready, frame, context));
    case 'get-prekey-counts':
      return answer(connection, frame, context, getPreKeyCounts(connection, ready, frame, context));
    case 'create-blob':
      return answer(connection, frame, context, createBlob(connection, ready, frame, context));
    case 'delete-blob':
      return answer(connection, frame, context, deleteBlob(connection, ready, frame, context));
    default:
      return frame satisfies never;
  }
}

function send(connection: Connection, ready: Ready, frame: SendFrame, context: RelayContext) {
  const { requestId, recipient, relayId, envelope } = frame;
  const { sends } = context.tallies;
  const refuse = (reason: Exclude<SendOutcome, 'stored' | 'duplicate'>, retryAfterMs = 0): void => {
    sends[reason] += 1;
    connection.refuse(requestId, reason, retryAfterMs);
  };
  if (context.isDraining()) return refuse('draining', STORE_RETRY_MS);
  if (frame.ttlSeconds === 0) return refuse('expired');
  const monotonic = context.monotonic();
  let retryAfterMs = context.rates.sends.take(mapKey(ready.account), monotonic);
  if (retryAfterMs === 0 && envelope[0] === INITIAL_ENVELOPE[0] && envelope[1] === INITIAL_ENVELOPE[1]) {
    retryAfterMs = context.rates.initials.take(mapKey(recipient), monotonic);
  }
  if (retryAfterMs > 0) return refuse('rate', retryAfterMs);
  const draft = draftDeliver(relayId, envelope);
  const arrivedAt = context.now();
  const expiresAt = arrivedAt + Math.min(frame.ttlSeconds, context.maxTtlSeconds) * 1_000;
  connection.beginSend();
  context.queue.enqueue({ recipient, relayId, envelope: envelopeOfDraft(draft), arrivedAt, expiresAt }, (result) => {
    connection.endSend();
    if (result === 'store-unavailable') return refuse('store-unavailable', STORE_RETRY_MS);
    switch (result.status) {
      case 'stored':
        sends.stored += 1;
        connection.send(encodeSent(requestId, false));
        return deliverFromMemory(recipient, draft, result.seq, arrivedAt, context);
      case 'duplicate':
        sends.duplicate += 1;
        return connection.send(encodeSent(requestId, true));
      case 'no-account':
        return refuse('no-account');
      case 'mailbox-full':
        return refuse('mailbox-full', MAILBOX_FULL_RETRY_MS);
      default:
        return result satisfies never;
    }
  });
}

/** Looking names up is limited a caller; a target whose prekeys are in demand answers with its last-resort key alone. */
async function getBundle(
  connection: Connection,
  ready: Ready,
  { requestId, body: { name } }: FrameOf<'get-bundle'>,
  { rates, monotonic, store, now }: RelayContext,
): Promise<void> {
  const caller = mapKey(ready.account);
  const retryAfterMs =
    rates.lookups.take(caller, monotonic()) || rates.bundlesOfPair.take(`${caller}${name}`, monotonic());
  if (retryAfterMs > 0) return connection.refuse(requestId, 'rate', retryAfterMs);
  const oneTime = rates.bundlesOfTarget.take(name, monotonic()) === 0;
  const bundle = await store.takeBundle(name, oneTime, now());
  if (bundle === null) return connection.refuse(requestId, 'no-account');
  connection.send(bundleFrame.encode(requestId, bundle));
}

async function putPreKeys(
  connection: Connection,
  ready: Ready,
  { requestId, body }: FrameOf<'put-prekeys'>,
  { rates, monotonic, store }: RelayContext,
): Promise<void> {
  const retryAfterMs = rates.uploads.take(mapKey(ready.account), monotonic());
  if (retryAfterMs > 0) return connection.refuse(requestId, 'rate', retryAfterMs);
  const counts = await store.putPreKeys(ready.account, body);
  if (counts === 'no-account') return connection.refuse(requestId, 'no-account');
  if (counts === 'too-many') return connection.refuse(requestId, 'too-large');
  connection.send(preKeyCountsFrame.encode(requestId, counts));
}

async function getPreKeyCounts(
  connection: Connection,
  ready: Ready,
  { requestId }: FrameOf<'get-prekey-counts'>,
  { store }: RelayContext,
): Promise<void> {
  const counts = await store.preKeyCounts(ready.account);
  if (counts === null) return connection.refuse(requestId, 'no-account');
  connection.send(preKeyCountsFrame.encode(requestId, counts));
}

async function createBlob(
  connection: Connection,
  ready: Ready,
  { requestId, body }: FrameOf<'create-blob'>,
  { rates, monotonic, blobs, isDraining }: RelayContext,
): Promise<void> {
  if (isDraining()) return connection.refuse(requestId, 'draining', STORE_RETRY_MS);
  const retryAfterMs = rates.blobs.take(mapKey(ready.account), monotonic());
  if (retryAfterMs > 0) return connection.refuse(requestId, 'rate', retryAfterMs);
  const outcome = await blobs.create({ owner: ready.account, ...body });
  if (outcome !== 'created') return connection.refuse(requestId, outcome);
  connection.send(encodeDone(requestId));
}

/** The same answer whether or not it was there: an id that is not one's own tells nothing. */
async function deleteBlob(
  connection: Connection,
  ready: Ready,
  { requestId, body }: FrameOf<'delete-blob'>,
  { blobs }: RelayContext,
): Promise<void> {
  await blobs.delete(ready.account, body.blobId);
  connection.send(encodeDone(requestId));
}

function answer(
  connection: Connection,
  { requestId }: { readonly requestId: number },
  { log }: RelayContext,
  work: Promise<void>,
): void {
  work.catch(() => {
    log.error('the store failed while a request was answered');
    connection.refuse(requestId, 'store-unavailable', STORE_RETRY_MS);
  });
}
