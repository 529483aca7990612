import type { Outcome } from '../outcome.ts';
import type { SplitLine } from './line-splitter.ts';
import { isRecord, parseJson } from './rpc-protocol.ts';

/** A line longer than this is refused unread. */
export const KNOWN_ANSWER_LINE_MAX_BYTES = 16 * 1024 * 1024;

/** One question's fields to its result's bytes, or why there is none. */
export type KnownAnswers = (fields: Readonly<Record<string, unknown>>) => Outcome<Uint8Array, string>;

export interface KnownAnswerLine {
  /** As it was asked, whatever it is; null where none could be read. */
  readonly id: unknown;
  readonly result?: string;
  readonly error?: string;
}

/** One line's answer. Never throws: `failed` hears of what the functions under test did not expect. */
export function answerLine(
  line: SplitLine,
  answer: KnownAnswers,
  failed: (thrown: unknown) => void = () => {},
): KnownAnswerLine {
  if (line.kind === 'too-long') return { id: null, error: 'the line is longer than 16 MiB' };
  const fields = parseJson(line.bytes);
  if (fields === undefined) return { id: null, error: 'the line is not JSON' };
  if (!isRecord(fields)) return { id: null, error: 'a question is one object a line' };
  const id = fields.id ?? null;
  try {
    const outcome = answer(fields);
    return outcome.ok ? { id, result: hex(outcome.value) } : { id, error: outcome.reason };
  } catch (thrown) {
    failed(thrown);
    return { id, error: 'unexpected-failure' };
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
