import { randomBytes } from 'node:crypto';
import type { RelayPort } from '../session/relay-port.ts';
import { SmchatError } from '../smchat-error.ts';
import { type LinkClock, monotonicClock } from './heartbeat.ts';
import type { RelayProxy } from './proxy.ts';
import { type Authenticated, authenticate, type Claim } from './relay-authentication.ts';
import { DEFAULT_LINK_TIMING, type LinkTiming, RelayLink } from './relay-link.ts';
import { relaySession } from './relay-session.ts';
import { authFrame, deleteAccountFrame } from './wire/handshake-frames.ts';
import { registerFrame } from './wire/prekey-frames.ts';

export interface RelayPortOptions {
  readonly rng?: { bytes(length: number): Uint8Array };
  readonly timing?: Partial<LinkTiming>;
  readonly clock?: LinkClock;
  /** What relays on other machines are reached through. */
  readonly proxy?: RelayProxy | null;
}

/** Tor takes its time for the first connection to a service. */
const PROXY_CONNECT_TIMEOUT_MS = 30_000;

/** The session layer's way to a relay, over a WebSocket. */
export function createRelayPort(options: RelayPortOptions = {}): RelayPort {
  const rng = options.rng ?? { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
  const proxy = options.proxy ?? null;
  const slower = proxy === null ? {} : { connectTimeoutMs: PROXY_CONNECT_TIMEOUT_MS };
  const timing: LinkTiming = { ...DEFAULT_LINK_TIMING, ...slower, ...options.timing };
  const clock = options.clock ?? monotonicClock;

  /** An authenticated link; none stays open where that fails. */
  async function enter(
    url: string,
    claim: Claim,
    encodeProof: (requestId: number, proof: Uint8Array) => Buffer,
  ): Promise<{ readonly link: RelayLink; readonly authenticated: Authenticated }> {
    const link = await RelayLink.open(url, timing, clock, proxy);
    const timer = setTimeout(() => link.abandon(), timing.connectTimeoutMs);
    try {
      return { link, authenticated: await authenticate(link, claim, rng.bytes(32), encodeProof) };
    } catch (thrown) {
      link.close();
      throw thrown;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async register(url, registration) {
      const { name, accountId, publicKey, privateKey, identityKey, loginToken } = registration;
      const { signedPreKey, lastResortKemPreKey, ...pools } = registration.preKeys;
      if (signedPreKey === undefined || lastResortKemPreKey === undefined) {
        throw new SmchatError('internal', 'a new account needs a signed and a last-resort prekey');
      }
      const preKeys = { ...pools, signedPreKey, lastResortKemPreKey };
      const claim: Claim = { purpose: 'register', accountId, publicKey, privateKey, pinnedRelayKey: null };
      const { link, authenticated } = await enter(url, claim, (requestId, proof) =>
        registerFrame.encode(requestId, {
          name,
          accountId,
          accountKey: publicKey,
          identityKey,
          preKeys,
          loginToken,
          proof,
          ...(registration.invitation === undefined ? {} : { invitation: registration.invitation }),
        }),
      );
      link.close();
      return { relayKey: authenticated.relayKey };
    },

    async login(url, credentials, tokens, handlers) {
      const { accountId, publicKey, privateKey, relayKey } = credentials;
      const claim: Claim = { purpose: 'login', accountId, publicKey, privateKey, pinnedRelayKey: relayKey };
      const { link, authenticated } = await enter(url, claim, (requestId, proof) =>
        authFrame.encode(requestId, { accountId, proof, previousToken: tokens.previous, nextToken: tokens.next }),
      );
      return relaySession(link, authenticated.copied, handlers);
    },

    async deleteAccount(url, credentials) {
      const { accountId, publicKey, privateKey, relayKey } = credentials;
      const claim: Claim = { purpose: 'delete', accountId, publicKey, privateKey, pinnedRelayKey: relayKey };
      const { link } = await enter(url, claim, (requestId, proof) =>
        deleteAccountFrame.encode(requestId, { accountId, proof }),
      );
      link.close();
    },
  };
}
