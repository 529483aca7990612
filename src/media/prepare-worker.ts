import { parentPort } from 'node:worker_threads';
import type { PreparedImage } from '../session/image-port.ts';
import { prepareImage } from './prepare-image.ts';
import { READY } from './worker-lane.ts';

/** Moved, not copied: ten megabytes copied on arrival would be felt by whoever types. */
function movable({ image, thumbnail, rendition, ...facts }: PreparedImage): readonly [PreparedImage, ArrayBuffer[]] {
  const own = {
    image: new Uint8Array(image),
    thumbnail: new Uint8Array(thumbnail),
    rendition: rendition === null ? null : new Uint8Array(rendition),
  };
  const buffers = [own.image.buffer, own.thumbnail.buffer];
  if (own.rendition !== null) buffers.push(own.rendition.buffer);
  return [{ ...facts, ...own }, buffers];
}

parentPort?.on('message', async (bytes: Uint8Array) => {
  const prepared = await prepareImage(bytes);
  if (!prepared.ok) return parentPort?.postMessage(prepared);
  const [value, buffers] = movable(prepared.value);
  parentPort?.postMessage({ ok: true, value }, buffers);
});
parentPort?.postMessage(READY);
