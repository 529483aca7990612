import { toHex } from '../../src/crypto/bytes.ts';
import type { RatchetHeader } from '../../src/crypto/ratchet-header.ts';

interface Chain {
  readonly key: string;
  next: number;
  missing: Set<number>;
}

/**
 * What one side must be able to open, by counting alone: everything not opened yet, but for chains older than the
 * newest four that still miss messages. Meant for worlds under 14 days and 2,000 messages passed over.
 */
export class Deliverable {
  #chains: Chain[] = [];

  /** Whether a message that has come must open. */
  expects(header: RatchetHeader): boolean {
    const chain = this.#chainOf(header);
    return chain === undefined || header.sendCount >= chain.next || chain.missing.has(header.sendCount);
  }

  opened(header: RatchetHeader): void {
    const known = this.#chainOf(header);
    if (known?.missing.delete(header.sendCount)) return;
    const before = this.#chains.at(-1);
    if (known === undefined && before !== undefined) passOver(before, header.previousSendCount);
    const chain = known ?? { key: toHex(header.ratchetKey), next: 0, missing: new Set() };
    if (known === undefined) this.#chains.push(chain);
    passOver(chain, header.sendCount);
    chain.next = header.sendCount + 1;
    const older = this.#chains.filter(({ missing }) => missing.size > 0 && this.#chains.at(-1)?.missing !== missing);
    for (const gone of older.slice(0, Math.max(0, older.length - 4))) gone.missing.clear();
  }

  #chainOf({ ratchetKey }: RatchetHeader): Chain | undefined {
    const key = toHex(ratchetKey);
    return this.#chains.findLast((chain) => chain.key === key);
  }
}

function passOver(chain: Chain, until: number): void {
  for (; chain.next < until; chain.next++) chain.missing.add(chain.next);
}
