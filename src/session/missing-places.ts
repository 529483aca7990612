import type { AccountContext } from './account-context.ts';
import { readBodyHead } from './message-body.ts';
import type { RepairTable } from './repair-port.ts';
import { eraOf, inEra, placeInOrder } from './sequence.ts';

const DAY_MS = 24 * 3_600_000;
/** Places noted at one jump; further ones are counted by nobody. */
const JUMP_MAX = 1_000n;

/**
 * Counts what has come from a contact, within the transaction that stores it. Every message, edit, deletion, reaction
 * and setting takes the next place of its sender; a place that is passed over is missing until something comes for it.
 */
export function notePlace(
  { vault, clock }: Pick<AccountContext, 'vault' | 'clock'>,
  contactId: number,
  body: Uint8Array,
): void {
  const sequence = readBodyHead(body)?.sequence ?? 0n;
  if (sequence === 0n || eraOf(sequence) * 1000 > clock.now() + DAY_MS) return;
  const { repairs } = vault;
  const { highest } = repairs.get(contactId);
  if (highest !== null && sequence <= highest) {
    repairs.arrived(contactId, sequence);
    return;
  }
  if (highest !== null) {
    // What its sender's former vault gave out after `highest`, nobody can know.
    const first = eraOf(sequence) === eraOf(highest) ? highest + 1n : inEra(eraOf(sequence), 1);
    const from = sequence - first > JUMP_MAX ? sequence - JUMP_MAX : first;
    const passedOver: bigint[] = [];
    for (let each = from; each < sequence; each++) passedOver.push(each);
    if (passedOver.length > 0) repairs.addMissing(contactId, passedOver, clock.now());
  }
  repairs.update(contactId, { highest: sequence });
}

/** The place up to which nothing is missing; 0 where that is not known. */
export function completeUpTo(repairs: RepairTable, contactId: number): bigint {
  const lowest = repairs.missing().find((place) => place.contactId === contactId);
  if (lowest !== undefined) return placeInOrder(lowest.sequence) === 0 ? 0n : lowest.sequence - 1n;
  return repairs.get(contactId).highest ?? 0n;
}
