/** Work that touches the vault or its files over several turns of the event loop: whoever closes them waits for it. */
export class UnderWay {
  readonly #running = new Set<Promise<unknown>>();

  /** Gives what `work` gives, or throws what it throws. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Resolves when nothing runs any more, however it ended. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled([...this.#running]);
  }
}
