export const ENVELOPE_BYTES = 1_024;

/** What a load hears of a side's messages. */
export interface Hearing {
  /** A message reached its receiver; `sentAt` is `performance.now()` of its sending. */
  delivered(pair: number, sentAt: number): void;
  /** Its sender has the server's word for it. */
  confirmed(pair: number): void;
}

/** One server with pairs of clients connected to it: sender and receiver, each with a socket of its own. */
export interface Side {
  /** Sends a message of 1 KiB from a pair's sender to its receiver. */
  send(pair: number): void;
  hear(hearing: Hearing): void;
  /** Processor time of everything that serves, in µs. */
  cpuUs(): Promise<number>;
  end(): Promise<void>;
}

export const DEAF: Hearing = { delivered() {}, confirmed() {} };
