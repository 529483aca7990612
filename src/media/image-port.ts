import type { ImagePort } from '../session/image-port.ts';
import { SmchatError } from '../smchat-error.ts';
import { readImageHeader } from './image-header.ts';
import { IMAGE_MAX_BYTES } from './image-limits.ts';
import { imageRefused } from './image-refusal.ts';
import { decodePreparation } from './preparation.ts';
import { type LaneRefusal, WorkerLane, workerBeside } from './worker-lane.ts';

export interface ImagePortOptions {
  readonly timeLimitMs?: number;
  /** After so long without work the worker ends and its memory is given back. */
  readonly idleMs?: number;
}

/** An image port with a lifetime: `close` ends its worker. */
export interface ClosableImagePort extends ImagePort {
  close(): Promise<void>;
}

const TIME_LIMIT_MS = 60_000;
const START_LIMIT_MS = 20_000;
const IDLE_MS = 5_000;
/** The pixels are native memory, bounded by what the header may declare; this is for JavaScript's part. */
const MEMORY_MB = 128;
/** The picture, at most as large as it may be, its thumbnail and rendition. */
const ANSWER_MAX_BYTES = IMAGE_MAX_BYTES + 8 * 1024 * 1024;

/** Prepares the user's own pictures in a worker that exists only while there is work; costs nothing before. */
export function createImagePort({
  timeLimitMs = TIME_LIMIT_MS,
  idleMs = IDLE_MS,
}: ImagePortOptions = {}): ClosableImagePort {
  const lane = new WorkerLane({
    entry: workerBeside(import.meta.url, 'prepare-worker'),
    env: {},
    memoryMb: MEMORY_MB,
    addons: true,
    startLimitMs: START_LIMIT_MS,
    timeLimitMs,
    idleMs,
    answerMaxBytes: ANSWER_MAX_BYTES,
  });

  return {
    check(bytes) {
      const header = readImageHeader(bytes);
      if (!header.ok) throw imageRefused(header.reason);
      const { mime, width, height } = header.value;
      return { mime, width, height };
    },
    async prepare(bytes) {
      if (bytes.length > IMAGE_MAX_BYTES) throw imageRefused('file-too-large');
      // The worker reads the header itself: many megabytes of it would be felt by whoever types here.
      const answer = await lane.run({ facts: null, parts: [bytes] });
      if (!answer.ok) throw laneFailure(answer.reason);
      const prepared = decodePreparation(answer.value);
      if (prepared === null) throw laneFailure('worker-died');
      if (!prepared.ok) throw imageRefused(prepared.reason);
      return prepared.value;
    },
    close: () => lane.close(),
  };
}

function laneFailure(reason: LaneRefusal): SmchatError {
  switch (reason) {
    case 'took-too-long':
      return imageRefused('took-too-long');
    case 'worker-died':
      return imageRefused('too-much-memory');
    case 'no-worker':
      return new SmchatError('internal', 'pictures cannot be prepared on this machine', {
        hint: 'run npm install again so that sharp fits this system, or send it as a file',
      });
    case 'closed':
      return new SmchatError('interrupted');
    default:
      return reason satisfies never;
  }
}
