import { attachmentKeys } from '../crypto/attachment.ts';
import { ATTACHMENT_SEALED_CHUNK_BYTES } from '../crypto/attachment-sizes.ts';
import { AttachmentOpener } from '../crypto/attachment-stream.ts';
import { concat, equal } from '../crypto/bytes.ts';
import { FileHash } from '../crypto/file-hash.ts';
import { type AccountContext, commit, requireOpen } from './account-context.ts';
import { betweenSteps, chunksOf, ciphertextBytes, pieceFrom } from './attachment-pieces.ts';
import type { AttachmentRecord } from './history-port.ts';
import type { Again } from './transfer-lane.ts';
import { waitFor } from './upload.ts';

export type DownloadEnd =
  | { readonly end: 'complete' }
  /** Nobody wants it any more. */
  | { readonly end: 'gone' }
  | { readonly end: 'lost'; readonly reason: 'missing' | 'damaged' }
  | { readonly end: 'again'; readonly again: Again };

const NOT_CONNECTED: DownloadEnd = { end: 'again', again: { afterMs: 0, why: 'not connected' } };

/** What has come so far, verified chunk by chunk. */
interface Progress {
  readonly file: string;
  readonly opener: AttachmentOpener;
  readonly hash: FileHash;
  /** The beginning of a chunk at the local file's end, which no tag vouches for yet. */
  readonly rest: Uint8Array;
}

/**
 * Fetches a ciphertext into blobs/, going on after what lies there. Each chunk is verified before it is written, so
 * that the file is whole and genuine when the last one and both hashes were right. What came to harm on this disk is
 * fetched anew.
 */
export async function downloadBlob(
  context: AccountContext,
  record: AttachmentRecord,
  sha256: Uint8Array | null,
  moved: (bytes: number) => void,
  signal: AbortSignal,
): Promise<DownloadEnd> {
  const { files, blobs, vault } = context;
  const { descriptor } = record;
  const url = vault.account.load().relayUrl;
  const total = ciphertextBytes(descriptor.bytes);
  const begun = (await resume(context, record)) ?? (await begin(context, record));
  if (begun === null) return { end: 'gone' };
  const { file, opener, hash } = begun;
  let { rest } = begun;
  while (!opener.complete) {
    const { offset: start, end } = pieceFrom(descriptor.bytes, opener.nextIndex);
    const offset = start + rest.length;
    moved(offset);
    // One byte more at the end shows a blob that is longer than the message says.
    const wanted = end - offset + (end === total ? 1 : 0);
    const answer = await blobs.download(url, descriptor, offset, wanted, signal);
    if (signal.aborted) return NOT_CONNECTED;
    if (!answer.ok) return refused(answer);
    const isWhole = answer.value.length === end - offset && (await verify(context, begun, joined(rest, answer.value)));
    if (signal.aborted) return NOT_CONNECTED;
    if (!isWhole) {
      if (rest.length === 0) return { end: 'lost', reason: 'damaged' };
      // The harm may have been done to the part that lies here.
      await files.remove(file);
      requireOpen(context);
      return downloadBlob(context, { ...record, file: null }, sha256, moved, signal);
    }
    rest = new Uint8Array(0);
    const length = await files.append(file, answer.value);
    if (length !== end) return { end: 'again', again: { afterMs: 0, why: 'its file changed meanwhile' } };
    requireOpen(context);
  }
  const isGenuine = opener.finish().ok && (sha256 === null || equal(hash.digest(), sha256));
  return isGenuine ? { end: 'complete' } : { end: 'lost', reason: 'damaged' };
}

function refused(answer: Parameters<typeof waitFor>[0]): DownloadEnd {
  if (answer.reason === 'no-blob') return { end: 'lost', reason: 'missing' };
  // It ends before the place that was asked for.
  if (answer.reason === 'bad-range') return { end: 'lost', reason: 'damaged' };
  return { end: 'again', again: waitFor(answer) };
}

function emptyProgress({ descriptor }: AttachmentRecord, file: string): Progress {
  const { key, prefix, bytes, ciphertextHash } = descriptor;
  return {
    file,
    opener: new AttachmentOpener(attachmentKeys(key, prefix), bytes, ciphertextHash),
    hash: new FileHash(),
    rest: new Uint8Array(0),
  };
}

/** A new file, known to the vault before anything is in it; null where the message is gone. */
async function begin(context: AccountContext, record: AttachmentRecord): Promise<Progress | null> {
  const { files, vault } = context;
  const file = await files.create();
  requireOpen(context);
  const isKnown = commit(context, () => {
    if (vault.attachments.get(record.messageId, record.role) === null) return false;
    vault.attachments.update(record.messageId, record.role, { file });
    return true;
  });
  if (isKnown) return emptyProgress(record, file);
  await files.remove(file);
  return null;
}

/** What an earlier run has left, read back; null where there is none, or none that is right. */
async function resume(context: AccountContext, record: AttachmentRecord): Promise<Progress | null> {
  const { files } = context;
  const { file, descriptor } = record;
  const length = file === null ? null : await files.length(file);
  if (file === null || length === null) return null;
  const progress = emptyProgress(record, file);
  for (let at = 0; at < length; ) {
    if (progress.opener.complete) return discarded(context, file);
    const { offset, end } = pieceFrom(descriptor.bytes, progress.opener.nextIndex);
    const piece = await files.read(file, offset, Math.min(end, length) - offset);
    requireOpen(context);
    at = offset + piece.length;
    const verified = at === end ? piece.length : piece.length - (piece.length % ATTACHMENT_SEALED_CHUNK_BYTES);
    if (!(await verify(context, progress, piece.subarray(0, verified)))) return discarded(context, file);
    if (verified < piece.length) return { ...progress, rest: piece.slice(verified) };
  }
  return progress;
}

/** Where this is interrupted the vault names a file that is not there, and the next run begins anew. */
async function discarded({ files }: AccountContext, file: string): Promise<null> {
  await files.remove(file);
  return null;
}

/** Without a copy of a megabyte where nothing came before. */
function joined(rest: Uint8Array, more: Uint8Array): Uint8Array {
  return rest.length === 0 ? more : concat(rest, more);
}

/** Opens the chunks of a piece in turn; false at the first that is not genuine. */
async function verify(context: AccountContext, { opener, hash }: Progress, piece: Uint8Array): Promise<boolean> {
  let index = 0;
  for (const chunk of chunksOf(piece)) {
    await betweenSteps(index++);
    requireOpen(context);
    const content = opener.open(chunk);
    if (!content.ok) return false;
    hash.update(content.value);
  }
  return true;
}
