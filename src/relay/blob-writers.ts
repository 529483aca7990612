/** The right to write to one blob, until it is given back. */
export interface WritingClaim {
  /** Resolves when somebody newer wants to write: whoever still waits for bytes gives up. */
  readonly superseded: Promise<'superseded'>;
  release(): void;
}

interface Writer {
  readonly supersede: () => void;
  readonly released: Promise<void>;
}

/** One writer a blob, the newest: a client that lost its connection and is back does not wait for the old one's end. */
export class BlobWriters {
  readonly #writers = new Map<number, Writer>();

  /** Resolves once every older writer has let go. */
  async claim(fileNo: number): Promise<WritingClaim> {
    for (let older = this.#writers.get(fileNo); older !== undefined; older = this.#writers.get(fileNo)) {
      older.supersede();
      await older.released;
    }
    let supersede = (): void => {};
    const superseded = new Promise<'superseded'>((resolve) => {
      supersede = () => resolve('superseded');
    });
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = () => {
        this.#writers.delete(fileNo);
        resolve();
      };
    });
    this.#writers.set(fileNo, { supersede, released });
    return { superseded, release };
  }

  /** Resolves when nobody writes any more. */
  async settled(): Promise<void> {
    while (this.#writers.size > 0) await Promise.all([...this.#writers.values()].map(({ released }) => released));
  }
}
