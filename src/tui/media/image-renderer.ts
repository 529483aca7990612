import { type LaneRefusal, WorkerLane, workerBeside } from '../../media/worker-lane.ts';
import { accept, type Outcome, refuse } from '../../outcome.ts';
import { checkDecodable, type ImageKind, type UndecodableReason } from './decodable.ts';
import { IMAGE_MAX_COLS, IMAGE_MAX_ROWS, type ImageCells, isImageCells } from './image-cells.ts';
import type { ImageJob } from './image-job.ts';

export type RenderRefusal = UndecodableReason | LaneRefusal | 'no-room' | 'damaged';

/** Turns a picture's bytes into cells, off the main thread. */
export interface ImageRenderer {
  /** Fits the picture into `cols` by `rows` cells, never larger than its own pixels. Any bytes are safe to give. */
  render(
    bytes: Uint8Array,
    cols: number,
    rows: number,
    options: { readonly kind: ImageKind },
  ): Promise<Outcome<ImageCells, RenderRefusal>>;
  /** Ends the worker; for locking and quitting. */
  close(): Promise<void>;
}

export interface ImageRendererOptions {
  /** For one picture, once the worker runs. */
  readonly timeLimitMs?: number;
  readonly idleMs?: number;
}

const TIME_LIMIT_MS = 2_000;
const START_LIMIT_MS = 20_000;
const IDLE_MS = 10_000;
/** chalk inside terminal-image then writes 24-bit colours; nothing else of the environment is the decoder's business. */
const ENVIRONMENT = { FORCE_COLOR: '3', COLORTERM: 'truecolor' } as const;
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 } as const;

/** Costs nothing until the first picture. */
export function createImageRenderer({
  timeLimitMs = TIME_LIMIT_MS,
  idleMs = IDLE_MS,
}: ImageRendererOptions = {}): ImageRenderer {
  const lane = new WorkerLane({
    entry: workerBeside(import.meta.url, 'image-worker'),
    env: ENVIRONMENT,
    resourceLimits: RESOURCE_LIMITS,
    startLimitMs: START_LIMIT_MS,
    timeLimitMs,
    idleMs,
  });

  return {
    async render(bytes, cols, rows, { kind }) {
      const header = checkDecodable(bytes, kind);
      if (!header.ok) return header;
      const { width, height } = header.value;
      // A copy of exactly these bytes: a view would take along whatever else its buffer holds.
      const copy = new Uint8Array(bytes);
      const job: ImageJob = {
        bytes: copy,
        cols: Math.min(Math.floor(cols), width, IMAGE_MAX_COLS),
        rows: Math.min(Math.floor(rows), Math.ceil(height / 2), IMAGE_MAX_ROWS),
      };
      if (!(job.cols >= 1 && job.rows >= 1)) return refuse('no-room');
      const answer = await lane.run(job, [copy.buffer]);
      return answer.ok ? asCells(answer.value, cols, rows) : answer;
    },
    close: () => lane.close(),
  };
}

function asCells(answer: unknown, cols: number, rows: number): Outcome<ImageCells, 'damaged'> {
  if (typeof answer !== 'object' || answer === null || !('value' in answer)) return refuse('damaged');
  const { value } = answer;
  return isImageCells(value) && value.cols <= cols && value.rows <= rows ? accept(value) : refuse('damaged');
}
