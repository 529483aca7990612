import type { MailboxHead } from './mailbox-head.ts';

const HEADS_MAX = 100_000;
/** Of all heads' indexes together: 64 MiB. */
const SLOTS_MAX = 8 * 1024 * 1024;

/** The heads of mailboxes that were used lately, in bounded memory: those go that were read first. */
export class MailboxHeads {
  readonly #byKey = new Map<string, MailboxHead>();
  readonly #byNo = new Map<number, MailboxHead>();
  readonly #headsMax: number;
  readonly #slotsMax: number;
  #slots = 0;

  constructor(headsMax = HEADS_MAX, slotsMax = SLOTS_MAX) {
    this.#headsMax = headsMax;
    this.#slotsMax = slotsMax;
  }

  get(key: string): MailboxHead | undefined {
    return this.#byKey.get(key);
  }

  byNo(accountNo: number): MailboxHead | undefined {
    return this.#byNo.get(accountNo);
  }

  add(head: MailboxHead): void {
    this.#byKey.set(head.key, head);
    this.#byNo.set(head.accountNo, head);
    this.grown(head.index.slots);
  }

  /** An index got so many slots more. */
  grown(slots: number): void {
    this.#slots += slots;
    for (const head of this.#byKey.values()) {
      // One alone may be as large as it must.
      if (this.#byKey.size === 1 || (this.#byKey.size <= this.#headsMax && this.#slots <= this.#slotsMax)) return;
      this.forget(head);
    }
  }

  forget(head: MailboxHead | undefined): void {
    if (head === undefined || !this.#byNo.delete(head.accountNo)) return;
    this.#byKey.delete(head.key);
    this.#slots -= head.index.slots;
  }

  clear(): void {
    this.#byKey.clear();
    this.#byNo.clear();
    this.#slots = 0;
  }
}
