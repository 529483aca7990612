import { accept, type Outcome, refuse } from '../outcome.ts';
import { chainStep, combineSecrets } from './message-key.ts';
import { type PqStep, pqReceive } from './pq-ratchet.ts';
import type { InParts } from './provider.ts';
import { beginReceivingChain, type IdentityKeys, type RatchetState, type ReceivingChain } from './ratchet.ts';
import { decodeHeader, openHeader, type RatchetHeader } from './ratchet-header.ts';
import type { HeaderKey, MessageSecret } from './session-keys.ts';
import {
  addSkippedKeys,
  boundSkippedKeys,
  expireSkippedKeys,
  removeSkippedKey,
  type SkippedChain,
  type SkippedKey,
  sameHeaderKey,
} from './skipped-keys.ts';

/** Messages one message may pass over, in both of its chains together. */
export const MAX_SKIP = 2000;

export type ReceiveReason =
  /** No header key of this session opens it. */
  | 'undecryptable'
  /** Opened before, or its key was let go of. */
  | 'repeated'
  | 'skips-too-far'
  | 'bad-header'
  | 'bad-public-key'
  | 'bad-epoch';

/** What a header led to. The state is a candidate: nothing replaces the old one until the body's tag verifies. */
export interface Received {
  readonly state: RatchetState;
  readonly header: RatchetHeader;
  readonly secret: MessageSecret;
  /** Whether the message's chain follows the step that proves the peer. */
  readonly proven: boolean;
}

type Found =
  | { readonly chain: 'current'; readonly receiving: ReceivingChain; readonly header: Uint8Array }
  | { readonly chain: 'next'; readonly header: Uint8Array }
  | { readonly chain: 'skipped'; readonly skipped: SkippedChain; readonly header: Uint8Array };

/** RatchetDecryptHE, Double Ratchet §4.4, up to the message key: finds the chain, passes over what is missing. */
export function ratchetReceive(
  before: RatchetState,
  message: {
    readonly headerNonce: Uint8Array;
    readonly sealedHeader: Uint8Array;
    readonly associatedData: InParts;
  },
  identities: IdentityKeys,
  now: number,
): Outcome<Received, ReceiveReason> {
  const skippedMessageKeys = expireSkippedKeys(before.skippedMessageKeys, now);
  const state = skippedMessageKeys === before.skippedMessageKeys ? before : { ...before, skippedMessageKeys };
  const found = findChain(state, (key) =>
    openHeader(key, message.headerNonce, message.sealedHeader, message.associatedData),
  );
  if (found === null) return refuse('undecryptable');
  const decoded = decodeHeader(found.header);
  if (!decoded.ok) return decoded;
  const header = decoded.value;
  switch (found.chain) {
    case 'skipped':
      return takeSkipped(state, found.skipped, header);
    case 'current': {
      if (header.sendCount >= found.receiving.receiveCount) return passOver(state, state, 0, header, now);
      const skipped = state.skippedMessageKeys.find(({ headerKey }) =>
        sameHeaderKey(headerKey, found.receiving.headerKey),
      );
      return skipped === undefined ? refuse('repeated') : takeSkipped(state, skipped, header);
    }
    case 'next': {
      const rest = header.previousSendCount - (state.receiving?.receiveCount ?? 0);
      if (rest < 0 || (state.receiving === null && rest > 0)) return refuse('bad-header');
      // Asked before any key is computed: a skip of 2³² costs nothing.
      if (rest + header.sendCount > MAX_SKIP) return refuse('skips-too-far');
      const stepped = beginReceivingChain(state, header.ratchetKey, identities);
      return stepped.ok ? passOver(state, stepped.value, rest, header, now) : stepped;
    }
    default:
      return found satisfies never;
  }
}

/** The chain that the header key of opens it. Which key is tried first says nothing but what is likely. */
function findChain(state: RatchetState, open: (key: HeaderKey) => Uint8Array | null): Found | null {
  const { receiving } = state;
  // A peer begins a new chain as soon as it has our newest key, so where we have begun one, its next is what we expect.
  const expectsNext = receiving === null || state.sending.phase === 'open';
  const tryNext = (): Found | null => {
    const header = open(state.nextReceivingHeaderKey);
    return header === null ? null : { chain: 'next', header };
  };
  const tryCurrent = (): Found | null => {
    const header = receiving === null ? null : open(receiving.headerKey);
    return header === null || receiving === null ? null : { chain: 'current', receiving, header };
  };
  const newest = expectsNext ? (tryNext() ?? tryCurrent()) : (tryCurrent() ?? tryNext());
  if (newest !== null) return newest;
  for (const skipped of state.skippedMessageKeys) {
    if (receiving !== null && sameHeaderKey(skipped.headerKey, receiving.headerKey)) continue;
    const header = open(skipped.headerKey);
    if (header !== null) return { chain: 'skipped', skipped, header };
  }
  return null;
}

/** Steps over the old chain's last `rest` messages, then over those before N in the newest chain, keeping their keys. */
function passOver(
  old: RatchetState,
  state: RatchetState,
  rest: number,
  header: RatchetHeader,
  now: number,
): Outcome<Received, ReceiveReason> {
  const { receiving } = state;
  if (receiving === null) return refuse('undecryptable');
  const ahead = header.sendCount - receiving.receiveCount;
  if (rest + ahead > MAX_SKIP) return refuse('skips-too-far');
  const pq = pqReceive(state.pq, { epoch: header.pqEpoch, count: header.pqCount }, rest + ahead);
  if (!pq.ok) return pq;
  const { steps } = pq.value;

  let skipped = state.skippedMessageKeys;
  if (rest > 0 && old.receiving !== null) {
    skipped = addSkippedKeys(skipped, old.receiving, walk(old.receiving, steps.slice(0, rest), now).keys);
  }
  const walked = walk(receiving, steps.slice(rest), now);
  const own = walked.keys.pop();
  if (own === undefined) return refuse('bad-epoch');
  skipped = addSkippedKeys(skipped, receiving, walked.keys);
  return accept({
    state: {
      ...state,
      receiving: walked.chain,
      pq: pq.value.state,
      skippedMessageKeys: boundSkippedKeys(skipped, receiving.headerKey, now),
    },
    header,
    secret: own[1].secret,
    proven: receiving.proven,
  });
}

/** Steps a chain once for each step of the post-quantum ratchet: the chain after it, and each message's key. */
function walk(
  chain: ReceivingChain,
  steps: readonly PqStep[],
  now: number,
): { readonly chain: ReceivingChain; readonly keys: [number, SkippedKey][] } {
  const keys: [number, SkippedKey][] = [];
  const storedAt = Math.max(0, Math.trunc(now));
  let { chainKey, receiveCount } = chain;
  for (const { output, epoch, count } of steps) {
    const stepped = chainStep(chainKey);
    const secret = combineSecrets(output, stepped.output);
    keys.push([receiveCount, { secret, pqEpoch: epoch, pqCount: count, storedAt }]);
    chainKey = stepped.chainKey;
    receiveCount += 1;
  }
  return { chain: { ...chain, chainKey, receiveCount }, keys };
}

/** A message passed over before: its key is taken out, so that it opens once. */
function takeSkipped(
  state: RatchetState,
  chain: SkippedChain,
  header: RatchetHeader,
): Outcome<Received, 'repeated' | 'bad-epoch'> {
  const key = chain.keys.get(header.sendCount);
  if (key === undefined) return refuse('repeated');
  if (key.pqEpoch !== header.pqEpoch || key.pqCount !== header.pqCount) return refuse('bad-epoch');
  const skippedMessageKeys = removeSkippedKey(state.skippedMessageKeys, chain, header.sendCount);
  return accept({ state: { ...state, skippedMessageKeys }, header, secret: key.secret, proven: chain.proven });
}
