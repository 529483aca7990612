/** Whatever hangs, the operator's system does not wait longer than this. */
export const DRAIN_TIMEOUT_MS = 5_000;

export interface EndingOptions {
  /** Finishes what was accepted. */
  drain(): Promise<void>;
  /** Ends the process, well. */
  exit(): void;
  failed(thrown: unknown): void;
  /** Calls `work` after so long, where the process still runs. */
  later(work: () => void, ms: number): void;
}

/** What a signal to end does: the first one drains, for 5 s at most, a second one ends at once. */
export function createEnding({ drain, exit, failed, later }: EndingOptions): () => void {
  let ending = false;
  return () => {
    if (ending) return exit();
    ending = true;
    later(exit, DRAIN_TIMEOUT_MS);
    drain().then(exit, failed);
  };
}
