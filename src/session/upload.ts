import { type AccountContext, requireOpen } from './account-context.ts';
import { ciphertextBytes } from './attachment-pieces.ts';
import type { BlobGrant, BlobRefusal } from './blob-port.ts';
import type { AttachmentRecord } from './history-port.ts';
import type { RelayConnection, RelayRefusal } from './relay-port.ts';
import type { Again } from './transfer-lane.ts';

/** The largest piece that a relay takes. */
const PIECE_BYTES = 1024 * 1024;

/** Refusals of the relay that no retry mends. */
export type UploadRefusal = 'quota' | 'too-large' | 'bad-frame';

export type UploadEnd =
  | { readonly end: 'complete' }
  | { readonly end: 'refused'; readonly reason: UploadRefusal }
  /** The local ciphertext is not there any more, or not whole. */
  | { readonly end: 'lost' }
  | { readonly end: 'again'; readonly again: Again };

/** Sentences for what is mended by waiting. */
const WAITS: Partial<Record<RelayRefusal | BlobRefusal, string>> = {
  disconnected: 'the connection was lost',
  'no-space': "the relay's disk is full",
  rate: 'the relay asks to wait',
  draining: 'the relay is restarting',
  'store-unavailable': 'the relay cannot write now',
};

/** Why a transfer does not go on for now. */
export function waitFor(refusal: {
  readonly reason: RelayRefusal | BlobRefusal;
  readonly retryAfterMs: number;
}): Again {
  return { afterMs: refusal.retryAfterMs, why: WAITS[refusal.reason] ?? `the relay refused it (${refusal.reason})` };
}

/**
 * Brings a sealed file to the relay, going on at the length that lies there. All of it can be repeated: asking for the
 * same place again is harmless, and the relay says where it is.
 */
export async function uploadBlob(
  context: AccountContext,
  connection: RelayConnection,
  record: AttachmentRecord & { readonly uploadToken: Uint8Array; readonly file: string },
  moved: (bytes: number) => void,
  signal: AbortSignal,
): Promise<UploadEnd> {
  const { files, blobs, vault } = context;
  const { blobId, downloadToken, bytes } = record.descriptor;
  const grant: BlobGrant = { blobId, downloadToken, uploadToken: record.uploadToken };
  const total = ciphertextBytes(bytes);
  if ((await files.length(record.file)) !== total) return { end: 'lost' };
  const made = await connection.createBlob(grant, total);
  if (!made.ok) return isFinal(made.reason) ? { end: 'refused', reason: made.reason } : again(waitFor(made));
  requireOpen(context);
  const url = vault.account.load().relayUrl;
  const held = await blobs.uploadedBytes(url, grant, signal);
  if (!held.ok) return again(waitFor(held));
  let offset = held.value;
  while (offset < total) {
    moved(offset);
    const piece = await files.read(record.file, offset, Math.min(PIECE_BYTES, total - offset));
    const answer = await blobs.upload(url, grant, offset, piece, signal);
    if (!answer.ok) return again(waitFor(answer));
    if (answer.value <= offset) return again({ afterMs: 0, why: 'the relay keeps nothing of it' });
    offset = answer.value;
  }
  if (offset > total) return again({ afterMs: 0, why: 'the relay speaks of another file' });
  return { end: 'complete' };
}

function isFinal(reason: RelayRefusal): reason is UploadRefusal {
  return reason === 'quota' || reason === 'too-large' || reason === 'bad-frame';
}

function again(value: Again): UploadEnd {
  return { end: 'again', again: value };
}
