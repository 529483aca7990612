/** Time as a link sees it: it never runs backwards. */
export interface LinkClock {
  now(): number;
  /** Calls `fire` every `intervalMs` until the returned function is called; keeps no process alive. */
  every(intervalMs: number, fire: () => void): () => void;
}

export const monotonicClock: LinkClock = {
  now: () => performance.now(),
  every(intervalMs, fire) {
    const timer = setInterval(fire, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

export interface HeartbeatTiming {
  readonly pingIntervalMs: number;
  /**
   * Nothing heard for so long means that nobody is there any more. It is looked at with every ping: a connection whose
   * other side has vanished is noticed after `silenceMaxMs + pingIntervalMs` at the latest.
   */
  readonly silenceMaxMs: number;
}

/** Tells a silent connection from one whose other side is gone without a word. */
export class Heartbeat {
  readonly #clock: LinkClock;
  readonly #silenceMaxMs: number;
  readonly #stop: () => void;
  #heardAt: number;

  /** Every interval either `ping` or, after too long a silence, `gone` is called; neither while `isPaused`. */
  constructor(clock: LinkClock, timing: HeartbeatTiming, link: { isPaused(): boolean; ping(): void; gone(): void }) {
    this.#clock = clock;
    this.#silenceMaxMs = timing.silenceMaxMs;
    this.#heardAt = clock.now();
    this.#stop = clock.every(timing.pingIntervalMs, () => {
      // What nobody reads cannot be heard.
      if (link.isPaused()) return;
      if (clock.now() - this.#heardAt >= this.#silenceMaxMs) link.gone();
      else link.ping();
    });
  }

  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  stop(): void {
    this.#stop();
  }
}
