import { amiss, type Finding, well } from '../finding.ts';
import type { ImagePort } from '../session/image-port.ts';
import { SmchatError } from '../smchat-error.ts';

/** A PNG of two pixels. */
const SAMPLE = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4zwAE/wEHAAH/4iOeWQAAAABJRU5ErkJggg==';

/** Whether one's own pictures can be made ready: the decoder is a native package, which a system may not have. */
export async function preparesPictures(images: Pick<ImagePort, 'prepare'>): Promise<Finding> {
  try {
    const { width, height } = await images.prepare(new Uint8Array(Buffer.from(SAMPLE, 'base64')));
    if (width !== 2 || height !== 1) return amiss('pictures', 'a sample came out as something else: report it');
    return well('pictures', 'can be made ready to send');
  } catch (thrown) {
    const reason = thrown instanceof SmchatError ? thrown.message : 'the package sharp cannot be loaded';
    return amiss('pictures', `cannot be made ready to send (${reason}): install again with npm ci; all else works`);
  }
}
