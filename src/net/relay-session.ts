import { createHash } from 'node:crypto';
import type { RelayAnswer, RelayConnection, RelayHandlers } from '../session/relay-port.ts';
import type { Answer, RelayLink } from './relay-link.ts';
import { createBlobFrame, deleteBlobFrame } from './wire/blob-frames.ts';
import { encodeAck, encodeSubscribe } from './wire/mailbox-frames.ts';
import { getBundleFrame, getPreKeyCountsFrame, putPreKeysFrame } from './wire/prekey-frames.ts';
import { encodeSend } from './wire/send-frame.ts';

/** An authenticated link in the session layer's terms. */
export function relaySession(link: RelayLink, copied: boolean, handlers: RelayHandlers): RelayConnection {
  link.listen({
    deliver: ({ seq, relayId, envelope }) => handlers.deliver({ seq, relayId, envelope }),
    closed: (end) => handlers.closed(end),
  });

  /** `take` gives undefined for an answer of the wrong kind: then the relay is not to be believed any further. */
  async function ask<T>(
    encode: (requestId: number) => Buffer,
    take: (answer: Answer) => T | undefined,
  ): Promise<RelayAnswer<T>> {
    const answer = await link.request(encode);
    if (answer === null) return { ok: false, reason: 'disconnected', retryAfterMs: 0 };
    if (answer.type === 'error') return { ok: false, reason: answer.reason, retryAfterMs: answer.retryAfterMs };
    const value = take(answer);
    if (value !== undefined) return { ok: true, value };
    link.abandon();
    return { ok: false, reason: 'disconnected', retryAfterMs: 0 };
  }

  return {
    copied,
    send: (recipient, relayId, ttlSeconds, envelope) =>
      ask(
        (requestId) => encodeSend({ requestId, recipient, relayId, ttlSeconds, envelope }),
        (answer) => (answer.type === 'sent' ? { duplicate: answer.duplicate } : undefined),
      ),
    subscribe: (afterSeq) => link.tell(encodeSubscribe(afterSeq)),
    acknowledge(upToSeq) {
      link.acknowledged(upToSeq);
      link.tell(encodeAck(upToSeq));
    },
    fetchBundle: (name) =>
      ask(
        (requestId) => getBundleFrame.encode(requestId, { name }),
        (answer) => (answer.type === 'bundle' ? answer.body : undefined),
      ),
    publishPreKeys: (upload) =>
      ask(
        (requestId) => putPreKeysFrame.encode(requestId, upload),
        (answer) => (answer.type === 'prekey-counts' ? answer.body : undefined),
      ),
    preKeyCounts: () =>
      ask(
        (requestId) => getPreKeyCountsFrame.encode(requestId, {}),
        (answer) => (answer.type === 'prekey-counts' ? answer.body : undefined),
      ),
    createBlob: ({ blobId, uploadToken, downloadToken }, bytes) =>
      ask(
        (requestId) =>
          createBlobFrame.encode(requestId, {
            blobId,
            bytes,
            uploadTokenHash: tokenHash(uploadToken),
            downloadTokenHash: tokenHash(downloadToken),
          }),
        (answer) => (answer.type === 'done' ? null : undefined),
      ),
    deleteBlob: (blobId) =>
      ask(
        (requestId) => deleteBlobFrame.encode(requestId, { blobId }),
        (answer) => (answer.type === 'done' ? null : undefined),
      ),
    close: () => link.close(),
  };
}

/** What the relay keeps of a token: its database opens no blob. */
function tokenHash(token: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(token).digest());
}
