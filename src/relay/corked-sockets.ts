import type { Writable } from 'node:stream';

/** A socket with so much gathered is written at once: whoever looks at its buffer shall see what the network leaves in it. */
const GATHERED_MAX_BYTES = 65_536;

/**
 * What is written to a socket within one turn of the event loop goes to the system in one call: a commit answers many
 * SENDs of one client, and the calls would cost more than all else that a frame does.
 */
export class CorkedSockets {
  #corked: Writable[] = [];

  /** Called before each write. */
  cork(socket: Writable): void {
    if (socket.writableCorked > 0) {
      if (socket.writableLength >= GATHERED_MAX_BYTES) {
        socket.uncork();
        socket.cork();
      }
      return;
    }
    socket.cork();
    if (this.#corked.length === 0) process.nextTick(() => this.#uncork());
    this.#corked.push(socket);
  }

  #uncork(): void {
    const corked = this.#corked;
    this.#corked = [];
    for (const socket of corked) socket.uncork();
  }
}
