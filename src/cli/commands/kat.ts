import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { SmchatError } from '../../smchat-error.ts';
import type { CommandSpec } from '../command.ts';
import type { CommandContext } from '../command-context.ts';
import { jsonLine } from '../json-line.ts';
import { answerLine, KNOWN_ANSWER_LINE_MAX_BYTES, type KnownAnswers } from '../known-answer-lines.ts';
import { LineSplitter, type SplitLine } from '../line-splitter.ts';

export const kat: CommandSpec = {
  name: 'kat',
  summary: 'answers known-answer tests of the cryptography on stdin and stdout; needs no account',
  arguments: [],
  options: [],
  example: `echo '{"id":1,"alg":"hmac-sha256","key":"0b0b","msg":"4869"}' | smchat kat`,
  json: '{id, result} or {id, error}, as without it',
  details:
    'Reads one object of at most 16 MiB a line, `{id, alg, …}`, and answers each in order, in lower-case hexadecimal, by ' +
    'the functions that the protocol itself uses; a blank line asks nothing.',
  async run(context) {
    const { stdin, stop } = context;
    const splitter = new LineSplitter(KNOWN_ANSWER_LINE_MAX_BYTES);
    const answer = await context.openKnownAnswers();
    const onStop = (): void => void stdin.destroy();
    stop.addEventListener('abort', onStop, { once: true });
    try {
      if (stop.aborted) onStop();
      for await (const chunk of stdin) {
        const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
        await answerAll(splitter.push(bytes), answer, context);
      }
      await answerAll(splitter.end(), answer, context);
    } catch (thrown) {
      throw stop.aborted ? new SmchatError('interrupted') : thrown;
    } finally {
      stop.removeEventListener('abort', onStop);
    }
  },
};

async function answerAll(lines: readonly SplitLine[], answer: KnownAnswers, context: CommandContext): Promise<void> {
  const { stdout, stop, failed } = context;
  for (const line of lines) {
    if (line.kind === 'line' && line.bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)) continue;
    const hasRoom = stdout.write(jsonLine(answerLine(line, answer, failed)));
    if (!hasRoom) await drained(stdout, stop);
    // A chunk may hold thousands of questions: signals and a reader who left are heard between them.
    else await setImmediate();
    stop.throwIfAborted();
  }
}

/** Waits until the reader has taken what was written, or nobody will. */
async function drained(stream: Writable, stop: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      stop.removeEventListener('abort', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
    stop.addEventListener('abort', done);
    if (stop.aborted || !stream.writableNeedDrain) done();
  });
}
