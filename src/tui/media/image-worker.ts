import { parentPort } from 'node:worker_threads';
import terminalImage from 'terminal-image';
import { READY } from '../../media/worker-lane.ts';
import { refuse } from '../../outcome.ts';
import { IMAGE_MAX_COLS, IMAGE_MAX_ROWS, parseHalfBlocks } from './image-cells.ts';
import type { ImageJob } from './image-job.ts';

// terminal-image never draws larger than the terminal, and a worker's stdout is none; it keeps two rows for itself.
Object.defineProperty(process.stdout, 'columns', { value: IMAGE_MAX_COLS, configurable: true });
Object.defineProperty(process.stdout, 'rows', { value: IMAGE_MAX_ROWS + 2, configurable: true });

/** Half blocks only: the picture is painted into cells, so no terminal's own protocol may be used. */
async function halfBlocks({ bytes, cols, rows }: ImageJob): Promise<string> {
  const options = { width: cols, height: rows, preferNativeRender: false };
  const text = await terminalImage.buffer(bytes, options);
  // A very flat picture has not even one line of two pixels; then it is made that high.
  return text === '' ? terminalImage.buffer(bytes, { ...options, height: 1, preserveAspectRatio: false }) : text;
}

parentPort?.on('message', async (job: ImageJob) => {
  try {
    const cells = parseHalfBlocks(await halfBlocks(job));
    parentPort?.postMessage(cells.ok ? cells : refuse('damaged'));
  } catch {
    parentPort?.postMessage(refuse('damaged'));
  }
});
parentPort?.postMessage(READY);
