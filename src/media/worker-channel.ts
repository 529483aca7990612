/** What goes to a worker and what comes back: plain facts, and bytes. */
export interface LaneMessage {
  readonly facts: unknown;
  readonly parts: readonly Uint8Array[];
}

/** One end of the channel between two processes, as `process.send` and `ChildProcess.send` are. */
export type Send = (value: object, sent: (error: Error | null) => void) => unknown;

/** What a worker says first, once it can work. */
export const READY = 'ready';

/** Bytes travel in such pieces: ten megabytes copied in one go would be felt by whoever types. */
const PIECE_BYTES = 256 * 1024;
const MAX_PARTS = 8;

interface Heading {
  readonly facts: unknown;
  readonly sizes: readonly number[];
}

/** Sends facts and bytes, a piece when the one before has left; rejects where the channel is closed. */
export async function sendMessage(send: Send, { facts, parts }: LaneMessage): Promise<void> {
  const heading: Heading = { facts, sizes: parts.map((part) => part.length) };
  await sendValue(send, heading);
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE_BYTES) await sendValue(send, part.subarray(at, at + PIECE_BYTES));
  }
}

function sendValue(send: Send, value: object): Promise<void> {
  return new Promise((resolve, reject) => {
    send(value, (error) => (error === null ? resolve() : reject(error)));
  });
}

export interface Receiver {
  /** Takes what came; gives the message that it completes, null where more is to come. */
  take(value: unknown): LaneMessage | null | 'malformed';
}

/** Puts the pieces of messages of at most `maxBytes` together. */
export function createReceiver(maxBytes: number): Receiver {
  let heading: Heading | null = null;
  let parts: readonly Uint8Array[] = [];
  let at = { part: 0, offset: 0 };

  function begin(value: unknown): boolean {
    if (!isHeading(value) || value.sizes.reduce((sum, size) => sum + size, 0) > maxBytes) return false;
    heading = value;
    parts = value.sizes.map((size) => new Uint8Array(size));
    at = { part: 0, offset: 0 };
    return true;
  }

  function add(piece: unknown): boolean {
    const part = parts[at.part];
    if (!(piece instanceof Uint8Array) || part === undefined || at.offset + piece.length > part.length) return false;
    part.set(piece, at.offset);
    at = { part: at.part, offset: at.offset + piece.length };
    return true;
  }

  return {
    take(value) {
      if (!(heading === null ? begin(value) : add(value))) return 'malformed';
      while (parts[at.part]?.length === at.offset) at = { part: at.part + 1, offset: 0 };
      if (heading === null || at.part < parts.length) return null;
      const message = { facts: heading.facts, parts };
      heading = null;
      parts = [];
      return message;
    },
  };
}

function isHeading(value: unknown): value is Heading {
  if (typeof value !== 'object' || value === null || !('facts' in value && 'sizes' in value)) return false;
  const { sizes } = value;
  return (
    Array.isArray(sizes) && sizes.length <= MAX_PARTS && sizes.every((size) => Number.isSafeInteger(size) && size >= 0)
  );
}
