/**
 * A restored account numbers its signed prekeys from the next multiple of this on. So whoever still has the copy that the
 * backup was made of can see, by the relay's signed bundle of themselves, that the account has gone on without them.
 */
export const PREKEY_GENERATION = 2 ** 24;

/** How often an account was restored that gives a signed prekey this number. */
export function preKeyGeneration(id: number): number {
  return Math.floor(id / PREKEY_GENERATION);
}
