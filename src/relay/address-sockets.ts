import type { ClientAddress } from './client-address.ts';

/** How many connections and requests each address has under way. */
export class AddressSockets {
  readonly #max: number;
  readonly #counts = new Map<string, number>();

  /** 0: any number. */
  constructor(max: number) {
    this.#max = max;
  }

  hasAll(address: ClientAddress): boolean {
    return !address.exempt && this.#max > 0 && (this.#counts.get(address.key) ?? 0) >= this.#max;
  }

  count(address: ClientAddress, by: 1 | -1): void {
    const count = (this.#counts.get(address.key) ?? 0) + by;
    if (count > 0) this.#counts.set(address.key, count);
    else this.#counts.delete(address.key);
  }
}
