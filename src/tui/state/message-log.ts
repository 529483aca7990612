import type { Message } from '../../session/client.ts';

/**
 * One chat's loaded messages, oldest first, as an immutable value. Kept in chunks, so that adding one to a hundred
 * thousand copies one small chunk and the list of chunks, and finding one by its id asks one index a chunk.
 */
export interface MessageLog {
  readonly chunks: readonly (readonly Message[])[];
  readonly size: number;
}

const CHUNK_MESSAGES = 256;

export const EMPTY_LOG: MessageLog = { chunks: [], size: 0 };

const startsOf = new WeakMap<readonly (readonly Message[])[], readonly number[]>();
const idsOf = new WeakMap<readonly Message[], ReadonlyMap<string, number>>();

/** The index of each chunk's first message; computed once for each list of chunks. */
function chunkStarts(log: MessageLog): readonly number[] {
  const known = startsOf.get(log.chunks);
  if (known !== undefined) return known;
  const starts: number[] = [];
  let start = 0;
  for (const chunk of log.chunks) {
    starts.push(start);
    start += chunk.length;
  }
  startsOf.set(log.chunks, starts);
  return starts;
}

function chunkIds(chunk: readonly Message[]): ReadonlyMap<string, number> {
  const known = idsOf.get(chunk);
  if (known !== undefined) return known;
  const ids = new Map(chunk.map((message, at) => [message.id, at]));
  idsOf.set(chunk, ids);
  return ids;
}

/** The message at an index, or undefined outside the log. */
export function messageAt(log: MessageLog, index: number): Message | undefined {
  if (index < 0 || index >= log.size) return undefined;
  const starts = chunkStarts(log);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return log.chunks[low]?.[index - (starts[low] ?? 0)];
}

interface Place {
  readonly at: number;
  readonly within: number;
  readonly chunk: readonly Message[];
}

/** Where a message stands; the newest chunks are asked first. */
function placeOf(log: MessageLog, id: string): Place | undefined {
  for (let at = log.chunks.length - 1; at >= 0; at -= 1) {
    const chunk = log.chunks[at];
    const within = chunk === undefined ? undefined : chunkIds(chunk).get(id);
    if (chunk !== undefined && within !== undefined) return { at, within, chunk };
  }
  return undefined;
}

/** The index of a message, or -1. */
export function indexOfMessage(log: MessageLog, id: string): number {
  const place = placeOf(log, id);
  return place === undefined ? -1 : (chunkStarts(log)[place.at] ?? 0) + place.within;
}

function chunked(messages: readonly Message[]): (readonly Message[])[] {
  const chunks: (readonly Message[])[] = [];
  for (let at = 0; at < messages.length; at += CHUNK_MESSAGES) chunks.push(messages.slice(at, at + CHUNK_MESSAGES));
  return chunks;
}

/** Those of `messages` that the log does not hold yet, each once. */
function unknownTo(log: MessageLog, messages: readonly Message[]): readonly Message[] {
  const seen = new Set<string>();
  return messages.filter((message) => {
    if (seen.has(message.id) || placeOf(log, message.id) !== undefined) return false;
    seen.add(message.id);
    return true;
  });
}

/** Adds newer messages at the end; an id that the log holds already is left out. */
export function appendMessages(log: MessageLog, messages: readonly Message[]): MessageLog {
  const added = unknownTo(log, messages);
  if (added.length === 0) return log;
  const last = log.chunks.at(-1);
  const joins = last !== undefined && last.length < CHUNK_MESSAGES;
  const kept = joins ? log.chunks.slice(0, -1) : log.chunks;
  return { chunks: [...kept, ...chunked(joins ? [...last, ...added] : added)], size: log.size + added.length };
}

/** Puts an older page before everything; an id that the log holds already is left out. */
export function prependMessages(log: MessageLog, messages: readonly Message[]): MessageLog {
  const added = unknownTo(log, messages);
  if (added.length === 0) return log;
  return { chunks: [...chunked(added), ...log.chunks], size: log.size + added.length };
}

/** Replaces one message; the log itself where there is no such id, or where the change gives the same object. */
export function changeMessage(log: MessageLog, id: string, change: (message: Message) => Message): MessageLog {
  const place = placeOf(log, id);
  const message = place?.chunk[place.within];
  if (place === undefined || message === undefined) return log;
  const changed = change(message);
  if (changed === message) return log;
  return { chunks: log.chunks.with(place.at, place.chunk.with(place.within, changed)), size: log.size };
}

export function removeMessage(log: MessageLog, id: string): MessageLog {
  const place = placeOf(log, id);
  if (place === undefined) return log;
  const rest = place.chunk.toSpliced(place.within, 1);
  const chunks = rest.length === 0 ? log.chunks.toSpliced(place.at, 1) : log.chunks.with(place.at, rest);
  return { chunks, size: log.size - 1 };
}

/** The messages from one index to another (exclusive). */
export function sliceMessages(log: MessageLog, from: number, to: number = log.size): readonly Message[] {
  const found: Message[] = [];
  for (let index = Math.max(0, from); index < Math.min(to, log.size); index += 1) {
    const message = messageAt(log, index);
    if (message !== undefined) found.push(message);
  }
  return found;
}

/** The newest `count` messages as a log of their own. */
export function newestMessages(log: MessageLog, count: number): MessageLog {
  if (log.size <= count) return log;
  const kept = sliceMessages(log, log.size - count);
  return { chunks: chunked(kept), size: kept.length };
}
