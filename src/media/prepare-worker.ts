import { IMAGE_MAX_BYTES } from './image-limits.ts';
import { encodePreparation } from './preparation.ts';
import { prepareImage } from './prepare-image.ts';
import { serveLane } from './worker-side.ts';

serveLane(IMAGE_MAX_BYTES, async ({ parts: [bytes = new Uint8Array()] }) =>
  encodePreparation(await prepareImage(bytes)),
);
