import assert from 'node:assert/strict';
import {
  decodeSession,
  encodeSession,
  type PairwiseSession,
  sealMessage,
  startSession,
} from '../../src/crypto/pairwise-session.ts';
import { verifyBundle } from '../../src/crypto/prekey-bundle.ts';
import type { OracleSession, Person } from './oracle.ts';
import { oracleInitiate, oracleOpenLayer, oracleRespond } from './oracle-handshake.ts';
import { Account, Bytes, freshForMessage, must, NOW } from './parties.ts';

export type Side = 0 | 1;

/** An envelope on its way. */
export interface Sent {
  readonly from: Side;
  readonly envelope: Uint8Array;
  readonly body: Uint8Array;
}

export const personOf = ({ local }: Account): Person => ({
  id: local.accountId,
  name: local.name,
  identity: local.identityKeyPair,
});

/** A session twice, by src/crypto and by the oracle, under the same randomness and clock, compared at every step. */
export class Twins {
  readonly random: Bytes;
  now = NOW;
  readonly #accounts: readonly [Account, Account];
  readonly #sessions: [PairwiseSession, PairwiseSession];
  readonly #oracles: [OracleSession, OracleSession];
  readonly #connectedAt: [number | null, number | null] = [null, null];
  readonly #restart: boolean;

  /** `restart`: a session goes through its record before each message it opens. */
  constructor(seed: string, oneTime: boolean, restart: boolean) {
    const [alice, bob] = [new Account('alice'), new Account('bob')];
    this.random = new Bytes(seed);
    this.#accounts = [alice, bob];
    this.#restart = restart;
    const kem = oneTime ? bob.kem : bob.lastResort;
    const agreement = {
      ephemeral: this.random.keyPair(),
      ratchetKeyPair: this.random.keyPair(),
      kemRandomness: this.random.take(32),
    };
    const bundle = must(verifyBundle(bob.bundle({ oneTime, lastResort: !oneTime }), NOW));
    const started = must(startSession({ local: alice.local, bundle, ...agreement, now: this.now }));
    const { ephemeral, ratchetKeyPair, kemRandomness } = agreement;
    const oracleAlice = oracleInitiate(
      personOf(alice),
      ephemeral,
      ratchetKeyPair,
      kemRandomness,
      {
        responder: { id: bob.local.accountId, name: 'bob', identityKey: bob.local.identityKeyPair.publicKey },
        signed: { id: 7, key: bob.signed.keyPair.publicKey },
        oneTime: oneTime ? { id: 8, key: bob.oneTime.keyPair.publicKey } : null,
        kem: { id: kem.published.id, kind: oneTime ? 1 : 2, key: kem.published.key.slice(1) },
      },
      this.now,
    );
    assert.deepEqual(started.sessionId, oracleAlice.sessionId);

    // The first message makes Bob's end.
    const fresh = freshForMessage(this.random, this.now);
    const first = sealMessage(started, Uint8Array.of(7), fresh, alice.local);
    assert.deepEqual(oracleAlice.encrypt(Uint8Array.of(7), fresh), first.envelope);
    const keys = {
      signed: bob.signedPreKey,
      oneTime: { ...bob.oneTime.keyPair, id: 8 },
      kem: { id: kem.published.id, seed: kem.seed },
    };
    // The account draws the same bytes from its own source as this one does for the oracle.
    const m = bob.random.peek(32);
    const responded = oracleRespond(personOf(bob), keys, first.envelope, this.now, m);
    const theirs = must(bob.openInitial(first.envelope, this.now));
    assert.deepEqual(theirs.body, responded.body);
    this.#sessions = [first.session, theirs.session];
    this.#oracles = [oracleAlice, responded.session];
  }

  get epochs(): readonly [number, number] {
    const [a, b] = this.#sessions;
    return [a.record.ratchet.pq.sendingEpoch, b.record.ratchet.pq.sendingEpoch];
  }

  connect(side: Side): void {
    this.#connectedAt[side] = this.now;
    this.#oracles[side].pq.connected();
  }

  send(from: Side, length: number): Sent {
    const body = this.random.take(length);
    const fresh = freshForMessage(this.random, this.now, this.#connectedAt[from]);
    const sealed = sealMessage(this.#sessions[from], body, fresh, this.#accounts[from].local);
    assert.deepEqual(this.#oracles[from].encrypt(body, fresh), sealed.envelope);
    this.#sessions[from] = sealed.session;
    return { from, envelope: sealed.envelope, body };
  }

  /** True where both opened it, false where both refused. */
  deliver({ from, envelope, body }: Sent): boolean {
    const to = from === 0 ? 1 : 0;
    const account = this.#accounts[to];
    const before = this.#sessions[to];
    const session = this.#restart ? must(decodeSession(encodeSession(before))) : before;
    const m = account.random.peek(32);
    const outcome = account.openEither(session, envelope, this.now);
    const oracle = this.#oracles[to].clone();
    let read: Uint8Array | null = null;
    try {
      const message = envelope[1] === 1 ? oracleOpenLayer(envelope, account.signed.keyPair).slice(1660) : envelope;
      read = oracle.decrypt(message, this.now, m);
    } catch {
      // The copy is dropped, the state stays.
    }
    assert.equal(outcome.ok, read !== null, outcome.ok ? 'only the oracle refused' : `only refused: ${outcome.reason}`);
    if (!outcome.ok) return false;
    assert.deepEqual(outcome.value.body, read);
    assert.deepEqual(outcome.value.body, body);
    this.#sessions[to] = outcome.value.session;
    this.#oracles[to] = oracle;
    return true;
  }
}
