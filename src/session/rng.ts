/** Where the session layer draws random bytes; the entry files give the operating system's. */
export interface Rng {
  /** `length` bytes that nobody can predict. */
  bytes(length: number): Uint8Array;
  /** True where these are the operating system's: then OpenSSL may as well draw what it needs itself. */
  readonly fromSystem?: boolean;
}

const SUPPLY_BYTES = 1024;

/**
 * The operating system's bytes, of which a call costs more than a kibibyte: so many are drawn at once and handed out, each
 * once and then wiped. What is left is wiped too where the turn of the event loop ends, when `atTurnsEnd` calls back, so that
 * no key waits in memory for the message that it will be used for.
 */
export function systemRng(fill: (bytes: Uint8Array) => void, atTurnsEnd: (work: () => void) => void): Rng {
  const supply = new Uint8Array(SUPPLY_BYTES);
  let at = SUPPLY_BYTES;
  let endsWithTurn = false;

  function drop(): void {
    supply.fill(0);
    at = SUPPLY_BYTES;
    endsWithTurn = false;
  }

  function refill(): void {
    fill(supply);
    at = 0;
    if (endsWithTurn) return;
    endsWithTurn = true;
    atTurnsEnd(drop);
  }

  return {
    fromSystem: true,
    bytes(length) {
      if (length > SUPPLY_BYTES) {
        const drawn = new Uint8Array(length);
        fill(drawn);
        return drawn;
      }
      if (at + length > SUPPLY_BYTES) refill();
      const drawn = supply.slice(at, at + length);
      supply.fill(0, at, at + length);
      at += length;
      return drawn;
    },
  };
}
