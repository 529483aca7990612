import { isAttachmentLength } from '../crypto/attachment-sizes.ts';
import { utf8 } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import type { AccountContext } from './account-context.ts';
import { FILE_NAME_MAX_BYTES } from './attachment-body.ts';
import type { OutgoingFile } from './attachment-port.ts';
import { bytesToSeal, type SealingSource } from './attachment-sealing.ts';
import type { SendRequest } from './client.ts';
import { mimeOfName, pictureName } from './file-mime.ts';

/** The largest picture that is sent or viewed as one (protocol.md, section 7). */
export const PICTURE_MAX_BYTES = 20 * 1024 * 1024;

/** A file that was looked at and may be sent. */
export interface PreparedAttachment {
  readonly kind: 'image' | 'file';
  readonly name: string;
  readonly mime: string;
  readonly content: SealingSource;
  readonly picture: {
    readonly width: number;
    readonly height: number;
    readonly thumbnail: Uint8Array;
    readonly rendition: Uint8Array | null;
  } | null;
  /** Lets go of the user's file. */
  close(): Promise<void>;
}

/**
 * Opens what the user wants to send and makes it ready: a picture is stripped of its metadata and stays in memory, any
 * other file stays open to be read in pieces. `content-refused` says why it cannot be sent; nothing is stored yet.
 */
export async function prepareAttachment(
  context: Pick<AccountContext, 'userFiles' | 'images'>,
  { kind, path }: NonNullable<SendRequest['attachment']>,
): Promise<PreparedAttachment> {
  const file = await context.userFiles.open(path);
  try {
    if (!isAttachmentLength(file.bytes)) {
      throw new SmchatError('content-refused', 'the file is larger than 100 MiB', { hint: 'split it, or send less' });
    }
    if (kind === 'file') return openFile(file);
    return await preparePicture(context, file);
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

function openFile(file: OutgoingFile): PreparedAttachment {
  return {
    kind: 'file',
    name: shortName(file.name),
    mime: mimeOfName(file.name),
    content: file,
    picture: null,
    close: () => file.close(),
  };
}

async function preparePicture(
  { images }: Pick<AccountContext, 'images'>,
  file: OutgoingFile,
): Promise<PreparedAttachment> {
  if (file.bytes > PICTURE_MAX_BYTES) {
    throw new SmchatError('content-refused', 'the picture is larger than 20 MiB', {
      hint: 'send it as a file instead',
    });
  }
  const { mime, width, height, image, thumbnail, rendition } = await images.prepare(await file.read(0, file.bytes));
  await file.close();
  return {
    kind: 'image',
    name: shortName(pictureName(file.name, mime)),
    mime,
    content: bytesToSeal(image),
    picture: { width, height, thumbnail, rendition },
    close: async () => {},
  };
}

/** At most 255 bytes of UTF-8: some systems have names that are longer. The extension stays. */
function shortName(name: string): string {
  if (utf8(name).length <= FILE_NAME_MAX_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && utf8(name.slice(dot)).length <= 16 ? name.slice(dot) : '';
  let kept = '';
  for (const character of name.slice(0, name.length - extension.length)) {
    if (utf8(kept + character + extension).length > FILE_NAME_MAX_BYTES) break;
    kept += character;
  }
  return kept + extension;
}
