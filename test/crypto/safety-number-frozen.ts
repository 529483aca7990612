import { sha512 } from '@noble/hashes/sha2.js';
import { accountId, toHex, utf8 } from '../../src/crypto/bytes.ts';
import { safetyNumber, scannableSafetyNumber } from '../../src/crypto/safety-number.ts';
import { Bytes } from './parties.ts';

/** Two accounts by name and what each side must show, in hexadecimal. */
export interface FrozenSafetyNumber {
  readonly local: FrozenSide;
  readonly remote: FrozenSide;
  readonly digits: string;
  readonly localCode: string;
  readonly remoteCode: string;
}

interface FrozenSide {
  readonly accountId: string;
  readonly name: string;
  readonly identityKey: string;
}

interface Side {
  readonly accountId: Uint8Array;
  readonly name: string;
  readonly identityKey: Uint8Array;
}

interface Shown {
  readonly digits: string;
  readonly code: Uint8Array;
}

const NAMES = [
  ['alice', 'bob'],
  ['bob', 'alice'],
  ['a', 'x'.repeat(32)],
  ['zoe', 'zoe2'],
] as const;

/** Computed by src/crypto, on node:crypto. */
export function numbersByProduct(): readonly FrozenSafetyNumber[] {
  return freeze((local, remote) => {
    const party = (side: Side) => ({ ...side, accountId: accountId(side.accountId) });
    const [own, other] = [party(local), party(remote)];
    return { digits: safetyNumber(own, other), code: scannableSafetyNumber(own, other) };
  });
}

/** protocol.md, section 6, plainly transcribed, on @noble alone. */
export function numbersByOracle(): readonly FrozenSafetyNumber[] {
  const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const type = Uint8Array.of(5);
  const hashOf = ({ accountId: id, name, identityKey }: Side) => {
    const key = join(type, identityKey);
    let h = sha512(join(Uint8Array.of(0, 0), key, id, utf8(name), key));
    for (let i = 2; i <= 5200; i++) h = sha512(join(h, key));
    return h;
  };
  const digitsOf = (h: Uint8Array) =>
    [0, 5, 10, 15, 20, 25]
      .map((at) => BigInt(`0x${toHex(h.slice(at, at + 5))}`) % 100_000n)
      .map((group) => group.toString().padStart(5, '0'))
      .join('');
  return freeze((local, remote) => {
    const [own, other] = [hashOf(local), hashOf(remote)];
    const [a, b] = [digitsOf(own), digitsOf(other)];
    const code = `080212220a20${toHex(own.slice(0, 32))}1a220a20${toHex(other.slice(0, 32))}`;
    return { digits: a < b ? a + b : b + a, code: new Uint8Array(Buffer.from(code, 'hex')) };
  });
}

function freeze(show: (local: Side, remote: Side) => Shown): readonly FrozenSafetyNumber[] {
  const random = new Bytes('frozen safety numbers');
  const draw = (name: string): Side => ({
    accountId: random.take(16),
    name,
    identityKey: random.keyPair().publicKey,
  });
  const frozen = ({ accountId: id, name, identityKey }: Side): FrozenSide => {
    return { accountId: toHex(id), name, identityKey: toHex(identityKey) };
  };
  return NAMES.map(([mine, theirs]) => {
    const [local, remote] = [draw(mine), draw(theirs)];
    const [here, there] = [show(local, remote), show(remote, local)];
    if (here.digits !== there.digits) throw new Error('the two sides differ');
    return {
      local: frozen(local),
      remote: frozen(remote),
      digits: here.digits,
      localCode: toHex(here.code),
      remoteCode: toHex(there.code),
    };
  });
}
