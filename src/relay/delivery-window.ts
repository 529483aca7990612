/** What a receiver may have unacknowledged (relay.md, section 2). */
export const WINDOW_MAX_MESSAGES = 64;
export const WINDOW_MAX_BYTES = 256 * 1024;

/**
 * One subscription's place in its mailbox. `live`: everything stored was handed over, the next envelope goes straight
 * from memory; `behind`: the store has more; `reading`: a read is under way, `readAgain` if more came meanwhile.
 */
export class DeliveryWindow {
  #seqs: number[] = [];
  #sizes: number[] = [];
  #bytes = 0;
  #cursor: number;
  mode: 'live' | 'behind' | 'reading' = 'behind';
  readAgain = false;

  constructor(afterSeq: number) {
    this.#cursor = afterSeq;
  }

  /** The last sequence number handed over. */
  get cursor(): number {
    return this.#cursor;
  }

  get isOpen(): boolean {
    return this.#seqs.length < WINDOW_MAX_MESSAGES && this.#bytes < WINDOW_MAX_BYTES;
  }

  handOver(seq: number, bytes: number): void {
    this.#cursor = seq;
    this.#seqs.push(seq);
    this.#sizes.push(bytes);
    this.#bytes += bytes;
  }

  acknowledge(upToSeq: number): void {
    let gone = 0;
    for (const seq of this.#seqs) {
      if (seq > upToSeq) break;
      this.#bytes -= this.#sizes[gone] ?? 0;
      gone += 1;
    }
    this.#seqs.splice(0, gone);
    this.#sizes.splice(0, gone);
  }
}
