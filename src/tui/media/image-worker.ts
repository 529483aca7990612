import terminalImage from 'terminal-image';
import { serveLane } from '../../media/worker-side.ts';
import { refuse } from '../../outcome.ts';
import { checkDecodable, DECODED_MAX_BYTES } from './decodable.ts';
import { fillPlace } from './fit-cells.ts';
import { IMAGE_MAX_COLS, IMAGE_MAX_ROWS, parseHalfBlocks } from './image-cells.ts';
import { decodeImageJob, encodeRendering, type ImageJob, type Rendering } from './image-job.ts';

// terminal-image never draws larger than the terminal, and a worker's stdout is none; it keeps two rows for itself.
Object.defineProperty(process.stdout, 'columns', { value: IMAGE_MAX_COLS, configurable: true });
Object.defineProperty(process.stdout, 'rows', { value: IMAGE_MAX_ROWS + 2, configurable: true });

/** No decoder sees what its header does not allow. Never larger than its own pixels. */
async function render({ bytes, kind, cols, rows }: ImageJob): Promise<Rendering> {
  const header = checkDecodable(bytes, kind);
  if (!header.ok) return header;
  const within = { cols: Math.min(cols, IMAGE_MAX_COLS), rows: Math.min(rows, IMAGE_MAX_ROWS) };
  const size = fillPlace(header.value.width, header.value.height, within);
  try {
    const text = await terminalImage.buffer(bytes, {
      width: size.cols,
      height: size.rows,
      // Left to itself it drops an odd last line of pixels.
      preserveAspectRatio: false,
      // Half blocks only: they are painted into cells, so no terminal's own protocol may be used.
      preferNativeRender: false,
    });
    const cells = parseHalfBlocks(text);
    return cells.ok ? cells : refuse('damaged');
  } catch {
    return refuse('damaged');
  }
}

serveLane(DECODED_MAX_BYTES, async (question) => {
  const job = decodeImageJob(question);
  return encodeRendering(job === null ? refuse('damaged') : await render(job));
});
