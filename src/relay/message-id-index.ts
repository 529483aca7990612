import { randomFillSync } from 'node:crypto';

const LEAST_SLOTS = 8;
/** Fuller than this, a search passes too many places that are taken. */
const MAX_LOAD = 0.75;

/** Drawn anew in each process: nobody can choose ids that all meet in one place. */
const KEY = randomFillSync(new Uint32Array(4));

/**
 * Where the message with an id may be found: eight bytes a message, a fingerprint of its id and its sequence number. What
 * it finds, the caller compares with the id itself, as two ids may have one fingerprint.
 */
export class MessageIdIndex {
  /** Fingerprint, then number; fingerprint 0 is an empty slot. */
  readonly #slots: Uint32Array;
  readonly #mask: number;
  #count = 0;

  /** For at least so many ids. */
  constructor(capacity: number) {
    let slots = LEAST_SLOTS;
    while (slots * MAX_LOAD < capacity) slots *= 2;
    this.#slots = new Uint32Array(2 * slots);
    this.#mask = slots - 1;
  }

  get slots(): number {
    return this.#mask + 1;
  }

  get count(): number {
    return this.#count;
  }

  /** True where it takes no more: its owner makes a larger one. */
  get isFull(): boolean {
    return this.#count >= this.slots * MAX_LOAD;
  }

  /** Throws RangeError where it is full. */
  add(id: Uint8Array, seq: number): void {
    if (this.isFull) throw new RangeError('the index is full');
    const fingerprint = fingerprintOf(id);
    let at = fingerprint & this.#mask;
    while (this.#slots[2 * at] !== 0) at = (at + 1) & this.#mask;
    this.#slots[2 * at] = fingerprint;
    this.#slots[2 * at + 1] = seq;
    this.#count += 1;
  }

  /** True where `isIt` says so of the number of a message whose id may be this one. */
  some(id: Uint8Array, isIt: (seq: number) => boolean): boolean {
    const fingerprint = fingerprintOf(id);
    for (let at = fingerprint & this.#mask; this.#slots[2 * at] !== 0; at = (at + 1) & this.#mask) {
      if (this.#slots[2 * at] === fingerprint && isIt(this.#slots[2 * at + 1] ?? 0)) return true;
    }
    return false;
  }
}

/** 32 bits of 16 bytes under the process's key; never 0. */
function fingerprintOf(id: Uint8Array): number {
  let mixed = KEY[0] ?? 0;
  for (let at = 0; at < 16; at += 4) {
    const word = (id[at] ?? 0) | ((id[at + 1] ?? 0) << 8) | ((id[at + 2] ?? 0) << 16) | ((id[at + 3] ?? 0) << 24);
    mixed = Math.imul(mixed ^ word, 0x9e37_79b1) ^ (KEY[1] ?? 0);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b) ^ (KEY[2] ?? 0);
    mixed ^= mixed >>> 13;
  }
  mixed = Math.imul(mixed ^ (KEY[3] ?? 0), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0 || 1;
}
