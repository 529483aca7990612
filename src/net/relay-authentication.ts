import {
  type AuthPurpose,
  type AuthTranscript,
  clientAuthKey,
  clientProof,
  generateKeyPair,
  relayProof,
} from '../crypto/auth.ts';
import { type AccountId, equal } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import type { Answer, RelayLink } from './relay-link.ts';
import { helloFrame } from './wire/handshake-frames.ts';
import { WIRE_VERSION } from './wire/limits.ts';
import type { ErrorFrame } from './wire/notice-frames.ts';

/** Who proves what to whom. */
export interface Claim {
  readonly purpose: AuthPurpose;
  readonly accountId: AccountId;
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
  /** What the relay must prove to have; null at registration, where its key is taken on trust and pinned. */
  readonly pinnedRelayKey: Uint8Array | null;
}

export interface Authenticated {
  readonly relayKey: Uint8Array;
  readonly copied: boolean;
}

/**
 * The client's side of protocol.md, section 5: HELLO, the relay's challenge, one proof in whatever frame its purpose
 * has, and the relay's proof in return. Rejects with SmchatError; the caller ends the link then.
 */
export async function authenticate(
  link: RelayLink,
  claim: Claim,
  ephemeralSeed: Uint8Array,
  encodeProof: (requestId: number, proof: Uint8Array) => Buffer,
): Promise<Authenticated> {
  const ephemeral = generateKeyPair(ephemeralSeed);
  const { purpose, accountId } = claim;
  const hello = { purpose, accountId, version: WIRE_VERSION, clientEphemeral: ephemeral.publicKey };
  const challenge = await expect(link, 'challenge', (requestId) => helloFrame.encode(requestId, hello));
  const { relayKey, relayEphemeral, nonce } = challenge.body;
  if (claim.pinnedRelayKey !== null && !equal(relayKey, claim.pinnedRelayKey)) {
    throw new SmchatError('relay-refused', 'this is not the relay that the account was registered at: its key differs');
  }
  const transcript: AuthTranscript = {
    relayKey,
    accountKey: claim.publicKey,
    relayEphemeral,
    clientEphemeral: ephemeral.publicKey,
    nonce,
    accountId,
    purpose,
    version: WIRE_VERSION,
  };
  const key = clientAuthKey(transcript, claim.privateKey, ephemeral.privateKey);
  if (!key.ok) throw new SmchatError('relay-refused', 'the relay gave a key that is none');
  const proof = clientProof(key.value, transcript);
  const welcome = await expect(link, 'welcome', (requestId) => encodeProof(requestId, proof));
  if (!equal(welcome.body.proof, relayProof(key.value, transcript))) {
    throw new SmchatError('relay-refused', 'the relay could not prove that it holds its key');
  }
  return { relayKey, copied: welcome.body.copied };
}

async function expect<Type extends Answer['type']>(
  link: RelayLink,
  type: Type,
  encode: (requestId: number) => Buffer,
): Promise<Extract<Answer, { readonly type: Type }>> {
  const answer = await link.request(encode);
  if (answer === null) throw new SmchatError('relay-unreachable', 'the relay ended the connection');
  if (isType(answer, type)) return answer;
  if (answer.type === 'error') throw refusal(answer);
  throw new SmchatError('relay-refused', 'the relay answered out of turn');
}

function isType<Type extends Answer['type']>(
  answer: Answer,
  type: Type,
): answer is Extract<Answer, { readonly type: Type }> {
  return answer.type === type;
}

function refusal({ reason, retryAfterMs }: ErrorFrame): SmchatError {
  const wait = retryAfterMs > 0 ? `; try again in ${Math.ceil(retryAfterMs / 1_000)} s` : '';
  switch (reason) {
    case 'unauthorised':
    case 'no-account':
      return new SmchatError('not-authorised');
    case 'exists':
      return new SmchatError('account-exists');
    case 'invitation':
      return new SmchatError('invitation-needed');
    case 'rate':
      return new SmchatError('relay-refused', `the relay allows no more of that for now${wait}`, { retryAfterMs });
    case 'draining':
      return new SmchatError('relay-refused', `the relay is about to restart${wait}`, { retryAfterMs });
    case 'store-unavailable':
      return new SmchatError('relay-refused', `the relay cannot store anything at the moment${wait}`, { retryAfterMs });
    case 'version':
      return new SmchatError('relay-refused', 'the relay speaks another version of the protocol');
    default:
      return new SmchatError('relay-refused', `the relay refused: ${reason}`);
  }
}
