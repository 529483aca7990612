import { toHex } from '../crypto/bytes.ts';
import { asSmchatError } from '../smchat-error.ts';
import type { AccountContext } from './account-context.ts';
import { fetchVerifiedBundle } from './conversation-starter.ts';
import type { RelayConnection } from './relay-port.ts';

const KEPT_MS = 10 * 60_000;
const KEPT_MAX = 1_000;

export interface Claim {
  readonly name: string;
  readonly accountId: Uint8Array;
  /** 32 bytes. */
  readonly identityKey: Uint8Array;
}

/**
 * Whether a name belongs to whoever claims it in an initial envelope. Anybody could write any name in there; the relay's
 * bundle for that name decides, and is remembered for ten minutes, so that a flood of claims is no flood of questions.
 */
export class Directory {
  readonly #context: AccountContext;
  readonly #known = new Map<string, { readonly fingerprint: string | null; readonly at: number }>();

  constructor(context: AccountContext) {
    this.#context = context;
  }

  /** Rejects with `relay-unreachable` where the connection ended before the answer. */
  async confirms(claim: Claim, connection: RelayConnection): Promise<boolean> {
    const now = this.#context.clock.now();
    const known = this.#known.get(claim.name);
    if (known !== undefined && Math.abs(now - known.at) < KEPT_MS) return known.fingerprint === fingerprint(claim);
    const found = await this.#ask(claim.name, connection);
    this.#known.delete(claim.name);
    this.#known.set(claim.name, { fingerprint: found, at: now });
    const oldest = this.#known.keys().next();
    if (this.#known.size > KEPT_MAX && !oldest.done) this.#known.delete(oldest.value);
    return found === fingerprint(claim);
  }

  async #ask(name: string, connection: RelayConnection): Promise<string | null> {
    try {
      return fingerprint(await fetchVerifiedBundle(this.#context, connection, name));
    } catch (thrown) {
      const failure = asSmchatError(thrown);
      if (failure.code === 'no-such-contact' || failure.code === 'bad-prekey') return null;
      throw failure;
    }
  }
}

function fingerprint(claim: Pick<Claim, 'accountId' | 'identityKey'>): string {
  return `${toHex(claim.accountId)}:${toHex(claim.identityKey)}`;
}
