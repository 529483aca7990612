// The protocol's own work, without vault and relay, beside libsignal's in the same process: how much processor time an
// operation takes, both sides keeping their session as bytes between any two of them.
import * as crypto from 'node:crypto';
import { Fingerprint, PrivateKey } from '@signalapp/libsignal-client';
import { accountId } from '../src/crypto/bytes.ts';
import { safetyNumber } from '../src/crypto/safety-number.ts';
import type { BenchCase, Bound } from './report.ts';
import { beside, type Measure } from './rounds.ts';
import { benchBounds } from './session-bounds.ts';
import { carryFile, FILE_BYTES, type Keeps, OurEnd, ourConversation } from './session-ours.ts';
import { PeerEnd, peerConversation } from './session-peer.ts';

const BURST = 1000;
const PING_PONG = 250;
const FILES = 8;
const SETUPS = 25;
const NUMBERS = 3;
const TEXT_BYTES = 100;

const text = new Uint8Array(TEXT_BYTES).fill(0x61);
const file = new Uint8Array(FILE_BYTES).fill(0x62);

const faster = (must: number, aim: number): Bound => ({ of: 'ratio', at: 'least', must, aim });
const within = (must: number, aim: number): Bound => ({ of: 'ratio', at: 'most', must, aim });

/** How a case is called where the session stays in memory, as the program has it; that has no bound of its own. */
const BESIDE: Readonly<Record<Keeps, string>> = { record: '', session: ', session in memory' };

function rate(name: string, operations: number, bound: Bound | null): Measure {
  return { bench: 'session', case: name, unit: 'per second', operations, bound };
}

function burst(keeps: Keeps): Promise<BenchCase> {
  return beside(
    rate(`100 bytes sealed and opened, one way${BESIDE[keeps]}`, BURST, keeps === 'record' ? faster(2, 3.5) : null),
    async () => {
      const { alice, bob } = ourConversation(keeps);
      return () => {
        const sent: Uint8Array[] = [];
        for (let i = 0; i < BURST; i++) sent.push(alice.seal(text));
        for (const envelope of sent) bob.open(envelope);
      };
    },
    async () => {
      const { alice, bob } = await peerConversation();
      return async () => {
        const sent = [];
        for (let i = 0; i < BURST; i++) sent.push(await alice.seal(bob, text));
        for (const envelope of sent) await bob.open(alice, envelope);
      };
    },
  );
}

function pingPong(keeps: Keeps): Promise<BenchCase> {
  return beside(
    rate(`100 bytes to and fro${BESIDE[keeps]}`, 2 * PING_PONG, keeps === 'record' ? faster(1, 1.5) : null),
    async () => {
      const { alice, bob } = ourConversation(keeps);
      return () => {
        for (let i = 0; i < PING_PONG; i++) {
          bob.open(alice.seal(text));
          alice.open(bob.seal(text));
        }
      };
    },
    async () => {
      const { alice, bob } = await peerConversation();
      return async () => {
        for (let i = 0; i < PING_PONG; i++) {
          await bob.open(alice, await alice.seal(bob, text));
          await alice.open(bob, await bob.seal(alice, text));
        }
      };
    },
  );
}

function files(): Promise<BenchCase> {
  return beside(
    rate('1 MiB sealed and opened, each way', 2 * FILES, faster(1.5, 3)),
    async () => {
      const { alice, bob } = ourConversation();
      return () => {
        for (let i = 0; i < FILES; i++) {
          carryFile(alice, bob, file);
          carryFile(bob, alice, file);
        }
      };
    },
    async () => {
      const { alice, bob } = await peerConversation();
      return async () => {
        for (let i = 0; i < FILES; i++) {
          await bob.open(alice, await alice.seal(bob, file));
          await alice.open(bob, await bob.seal(alice, file));
        }
      };
    },
  );
}

/** From a bundle to the first message read, both sides' work; prekeys are made beforehand. */
function setup(): Promise<BenchCase> {
  const bound = 'encapsulate' in crypto ? within(1.2, 0.8) : within(3, 1.5);
  const measure: Measure = { bench: 'session', case: 'session setup', unit: 'ms', operations: SETUPS, bound };
  return beside(
    measure,
    async () => {
      const pairs = Array.from({ length: SETUPS }, () => [new OurEnd('alice'), new OurEnd('bob')] as const);
      const bundles = pairs.map(([, bob]) => bob.bundle());
      return () => {
        for (const [i, [alice, bob]] of pairs.entries()) {
          const bundle = bundles[i];
          if (bundle === undefined) throw new Error('a bundle is missing');
          alice.start(bundle);
          bob.welcome(alice.seal(text));
        }
      };
    },
    async () => {
      const pairs = Array.from({ length: SETUPS }, () => [new PeerEnd('alice'), new PeerEnd('bob')] as const);
      const bundles = await Promise.all(pairs.map(([, bob]) => bob.bundle()));
      return async () => {
        for (const [i, [alice, bob]] of pairs.entries()) {
          const bundle = bundles[i];
          if (bundle === undefined) throw new Error('a bundle is missing');
          await alice.start(bob, bundle);
          await bob.open(alice, await alice.seal(bob, text));
        }
      };
    },
  );
}

/** Of keys never seen before: nothing is cached. */
function safetyNumbers(): Promise<BenchCase> {
  const bound: Bound = { of: 'ours', at: 'most', must: 150, aim: 30 };
  const party = (name: string) => {
    const { local } = new OurEnd(name);
    return { accountId: accountId(local.accountId), name, identityKey: local.identityKeyPair.publicKey };
  };
  return beside(
    { bench: 'session', case: 'safety number, first time', unit: 'ms', operations: NUMBERS, bound },
    async () => {
      const pairs = Array.from({ length: NUMBERS }, () => [party('alice'), party('bob')] as const);
      return () => {
        for (const [alice, bob] of pairs) safetyNumber(alice, bob);
      };
    },
    async () => {
      const key = () => PrivateKey.generate().getPublicKey();
      const pairs = Array.from({ length: NUMBERS }, () => [key(), key()] as const);
      const [alice, bob] = [new Uint8Array(21), new Uint8Array(19)];
      return () => {
        for (const [a, b] of pairs) Fingerprint.new(5200, 2, alice, a, bob, b).displayableFingerprint().toString();
      };
    },
  );
}

export async function benchSession(): Promise<readonly BenchCase[]> {
  const cases = [
    await safetyNumbers(),
    await burst('record'),
    await pingPong('record'),
    await files(),
    await setup(),
    await burst('session'),
    await pingPong('session'),
  ];
  return [...cases, ...(await benchBounds())];
}
