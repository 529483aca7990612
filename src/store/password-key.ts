import { hashRaw } from '@node-rs/argon2';
import { PASSWORD_KEY_BYTES } from '../crypto/keyfile-sizes.ts';
import type { Password } from '../session/password.ts';
import type { PasswordCost } from './keyfile-decoding.ts';

/**
 * What one guess at a password must cost. A new keyfile takes `least`, with passes raised until one derivation takes
 * `targetMs` on the machine that makes it; a keyfile that asks for less than `least` is refused as damaged.
 */
export interface PasswordPolicy {
  readonly least: PasswordCost;
  readonly targetMs: number;
}

export const PASSWORD_POLICY: PasswordPolicy = {
  least: { memoryKiB: 64 * 1024, passes: 3, lanes: 4 },
  targetMs: 300,
};

/** What a file may make this machine do before it is known to be genuine. */
const MEMORY_MAX_KIB = 1024 * 1024;
const PASSES_MAX = 64;
const LANES_MAX = 16;

/** The package's `Algorithm.Argon2id` and `Version.V0x13`: const enums, which leave nothing to import. */
const ARGON2ID = 2;
const VERSION_13 = 1;

/** Whether parameters out of a file may be run: not cheaper than the policy's, not dearer than a machine bears. */
export function isAcceptable(cost: PasswordCost, { least }: PasswordPolicy): boolean {
  return (
    cost.memoryKiB >= least.memoryKiB &&
    cost.memoryKiB <= MEMORY_MAX_KIB &&
    cost.passes >= least.passes &&
    cost.passes <= PASSES_MAX &&
    cost.lanes >= least.lanes &&
    cost.lanes <= LANES_MAX
  );
}

/** The policy with a least cost that is in no part lower than this one. */
export function atLeast(policy: PasswordPolicy, cost: PasswordCost): PasswordPolicy {
  const { least } = policy;
  return {
    ...policy,
    least: {
      memoryKiB: Math.max(least.memoryKiB, cost.memoryKiB),
      passes: Math.max(least.passes, cost.passes),
      lanes: Math.max(least.lanes, cost.lanes),
    },
  };
}

/** Argon2id v1.3, 32 bytes; runs on another thread. */
export async function passwordKey(password: Password, salt: Uint8Array, cost: PasswordCost): Promise<Uint8Array> {
  return hashRaw(password.bytes, {
    algorithm: ARGON2ID,
    version: VERSION_13,
    memoryCost: cost.memoryKiB,
    timeCost: cost.passes,
    parallelism: cost.lanes,
    outputLen: PASSWORD_KEY_BYTES,
    salt,
  });
}

/** The policy's least cost, with passes raised until a derivation takes its time; and the key derived at that cost. */
export async function calibratedPasswordKey(
  password: Password,
  salt: Uint8Array,
  { least, targetMs }: PasswordPolicy,
): Promise<{ readonly cost: PasswordCost; readonly key: Uint8Array }> {
  let cost = least;
  for (;;) {
    const { key, elapsedMs } = await fasterOfTwo(password, salt, cost);
    if (elapsedMs >= targetMs || cost.passes >= PASSES_MAX) return { cost, key };
    key.fill(0);
    const wanted = Math.ceil((cost.passes * targetMs * 1.05) / Math.max(elapsedMs, 1));
    cost = { ...cost, passes: Math.min(PASSES_MAX, Math.max(cost.passes + 1, wanted)) };
  }
}

/** A first run pays for fresh memory, and others may keep the machine busy: too slow a measure makes too cheap a keyfile. */
async function fasterOfTwo(
  password: Password,
  salt: Uint8Array,
  cost: PasswordCost,
): Promise<{ readonly key: Uint8Array; readonly elapsedMs: number }> {
  const startedAt = performance.now();
  (await passwordKey(password, salt, cost)).fill(0);
  const halfwayAt = performance.now();
  const key = await passwordKey(password, salt, cost);
  return { key, elapsedMs: Math.min(halfwayAt - startedAt, performance.now() - halfwayAt) };
}
