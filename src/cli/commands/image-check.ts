import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SmchatError } from '../../smchat-error.ts';
import type { CommandSpec } from '../command.ts';
import { requireFile } from '../file-arguments.ts';
import { sizeText } from '../human-text.ts';

export const imageCheck: CommandSpec = {
  name: 'image-check',
  summary: 'tells whether a file is a picture that can be sent and shown; needs no account',
  arguments: [{ syntax: '<FILE>', help: 'which' }],
  options: [],
  example: 'smchat image-check beach.jpg',
  json: '{ok, mime, width, height, bytes}',
  details: 'Looks at the whole structure without decoding a pixel. Exit 9 and a sentence where it is none.',
  async run(context, given) {
    const path = resolve(given.argument(0));
    requireFile(path);
    const { maxBytes, check } = await context.openImageCheck();
    const bytes = await readUpTo(path, maxBytes + 1);
    const { mime, width, height } = check(bytes);
    context.output.result({ ok: true, mime, width, height, bytes: bytes.length }, [
      `${mime}  ${width} × ${height}  ${sizeText(bytes.length)}`,
    ]);
  },
};

/** The file's bytes, or as many as are wanted at most. */
async function readUpTo(path: string, maxBytes: number): Promise<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, maxBytes));
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } catch (cause) {
    throw new SmchatError('content-refused', 'the file cannot be read', { cause, hint: 'check its owner and mode' });
  } finally {
    await file?.close();
  }
}
