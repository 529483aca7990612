import { ERROR_CODE, type ErrorReason } from '../net/wire/notice-frames.ts';
import type { EnqueueResult } from './store.ts';

export type SendOutcome = EnqueueResult['status'] | 'store-unavailable' | 'rate' | 'expired' | 'draining';

const NO_SENDS: Readonly<Record<SendOutcome, number>> = {
  stored: 0,
  duplicate: 0,
  'no-account': 0,
  'mailbox-full': 0,
  'store-unavailable': 0,
  rate: 0,
  expired: 0,
  draining: 0,
};

/** What the relay has done since its start, in plain numbers: counting costs an addition, whether or not anybody asks. */
export interface Tallies {
  readonly sends: Record<SendOutcome, number>;
  readonly refusals: Record<ErrorReason, number>;
  deliveries: number;
  acks: number;
}

export function newTallies(): Tallies {
  return {
    sends: { ...NO_SENDS },
    // Each reason has a number from the beginning, so that its first refusal shows as a change.
    refusals: { ...ERROR_CODE, ...zeroes() },
    deliveries: 0,
    acks: 0,
  };
}

function zeroes(): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.keys(ERROR_CODE).map((reason) => [reason, 0]));
}
