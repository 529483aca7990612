import { WorkerLane, workerBeside } from '../../media/worker-lane.ts';
import { refuse } from '../../outcome.ts';
import { DECODED_MAX_BYTES, type ImageKind } from './decodable.ts';
import { CELL_BYTES, IMAGE_MAX_COLS, IMAGE_MAX_ROWS } from './image-cells.ts';
import { decodeRendering, encodeImageJob, type Rendering } from './image-job.ts';

/** Turns a picture's bytes into cells, in a process of its own: even their header is not read here. */
export interface ImageRenderer {
  /** Fits the picture into `cols` by `rows` cells, never larger than its own pixels. Any bytes are safe to give. */
  render(bytes: Uint8Array, cols: number, rows: number, options: { readonly kind: ImageKind }): Promise<Rendering>;
  /** Ends the worker; for locking and quitting. */
  close(): Promise<void>;
}

export interface ImageRendererOptions {
  /** For one picture, once the worker runs. */
  readonly timeLimitMs?: number;
  readonly idleMs?: number;
}

/** Decoding takes a second; on a busy machine, below normal priority, a tenth of a core must do. */
const TIME_LIMIT_MS = 20_000;
const START_LIMIT_MS = 20_000;
const IDLE_MS = 10_000;
/** chalk inside terminal-image then writes 24-bit colours; nothing else of the environment is the decoder's business. */
const ENVIRONMENT = { FORCE_COLOR: '3', COLORTERM: 'truecolor' } as const;
const MEMORY_MB = 128;

/** Costs nothing until the first picture. */
export function createImageRenderer({
  timeLimitMs = TIME_LIMIT_MS,
  idleMs = IDLE_MS,
}: ImageRendererOptions = {}): ImageRenderer {
  const lane = new WorkerLane({
    entry: workerBeside(import.meta.url, 'image-worker'),
    env: ENVIRONMENT,
    memoryMb: MEMORY_MB,
    addons: false,
    startLimitMs: START_LIMIT_MS,
    timeLimitMs,
    idleMs,
    answerMaxBytes: IMAGE_MAX_COLS * IMAGE_MAX_ROWS * CELL_BYTES,
  });

  return {
    async render(bytes, cols, rows, { kind }) {
      const job = { bytes, kind, cols: Math.floor(cols), rows: Math.floor(rows) };
      if (!(job.cols >= 1 && job.rows >= 1)) return refuse('no-room');
      if (bytes.length > DECODED_MAX_BYTES) return refuse('too-large');
      const answer = await lane.run(encodeImageJob(job));
      if (!answer.ok) return answer;
      const rendering = decodeRendering(answer.value);
      const fits = !rendering.ok || (rendering.value.cols <= cols && rendering.value.rows <= rows);
      return fits ? rendering : refuse('damaged');
    },
    close: () => lane.close(),
  };
}
