import { MessageIdIndex } from './message-id-index.ts';

/** A remembered id: `seq u32 ‖ id 16`. */
export const ID_RECORD_BYTES = 20;
const LEAST_RECORDS = 4;
/** An emptied mailbox keeps room for so many; most are empty most of the time. */
const KEPT_RECORDS = 64;
const NOTHING = Buffer.alloc(0);

/** What is known in memory about one mailbox, so that most messages need not ask the database; it can always say it again. */
export class MailboxHead {
  readonly key: string;
  readonly accountNo: number;
  nextSeq: number;
  seqCeiling: number;
  /** Of all messages that are remembered, waiting or gone. */
  index = new MessageIdIndex(0);
  #bytes = 0;
  /** Of the messages that wait, in order: `seq u32 ‖ id 16` each, and their sizes. */
  #records = NOTHING;
  #sizes: number[] = [];

  constructor(key: string, accountNo: number, seqCeiling: number) {
    this.key = key;
    this.accountNo = accountNo;
    this.nextSeq = seqCeiling + 1;
    this.seqCeiling = seqCeiling;
  }

  get messages(): number {
    return this.#sizes.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Records of what waits; a view. */
  get waiting(): Buffer {
    return this.#records.subarray(0, this.#sizes.length * ID_RECORD_BYTES);
  }

  /** A message is in the mailbox; its number is the highest. */
  wait(seq: number, id: Uint8Array, bytes: number): void {
    const at = this.#sizes.length * ID_RECORD_BYTES;
    if (at === this.#records.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * at, LEAST_RECORDS * ID_RECORD_BYTES));
      this.#records.copy(larger);
      this.#records = larger;
    }
    this.#records.writeUInt32BE(seq, at);
    this.#records.set(id, at + 4);
    this.#sizes.push(bytes);
    this.#bytes += bytes;
  }

  /** To be told anew what waits. */
  forgetWaiting(): void {
    this.#sizes = [];
    this.#bytes = 0;
  }

  /** Takes off what is numbered up to `upToSeq`; gives the ids of that, none where there was nothing. */
  letGo(upToSeq: number): Buffer {
    let count = 0;
    while (count < this.#sizes.length && this.#records.readUInt32BE(count * ID_RECORD_BYTES) <= upToSeq) {
      this.#bytes -= this.#sizes[count] ?? 0;
      count += 1;
    }
    const gone = Buffer.from(this.#records.subarray(0, count * ID_RECORD_BYTES));
    this.#records.copyWithin(0, count * ID_RECORD_BYTES, this.#sizes.length * ID_RECORD_BYTES);
    this.#sizes.splice(0, count);
    if (this.#sizes.length === 0 && this.#records.length > KEPT_RECORDS * ID_RECORD_BYTES) this.#records = NOTHING;
    return gone;
  }
}
