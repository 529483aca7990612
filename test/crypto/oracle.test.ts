import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeSession,
  encodeSession,
  openKnownInitial,
  sealMessage,
  startSession,
} from '../../src/crypto/pairwise-session.ts';
import { verifyBundle } from '../../src/crypto/prekey-bundle.ts';
import type { OracleSession, Person } from './oracle.ts';
import { oracleInitiate, oracleOpenLayer, oracleRespond } from './oracle-handshake.ts';
import { Account, Bytes, must, NOW } from './parties.ts';

const personOf = ({ local }: Account): Person => ({
  id: local.accountId,
  name: local.name,
  identity: local.identityKeyPair,
});

/** Each envelope on its way, with who sent it and its text. */
interface Sent {
  readonly from: 0 | 1;
  readonly envelope: Uint8Array;
  readonly body: Uint8Array;
}

type Step = { readonly send: 0 | 1; readonly length: number } | { readonly deliver: number; readonly again: boolean };

const steps = fc.array(
  fc.oneof(
    fc.record({ send: fc.constantFrom<0 | 1>(0, 1), length: fc.constantFrom(0, 5, 749, 750, 3000) }),
    fc.record({ deliver: fc.nat(1000), again: fc.boolean() }),
  ),
  { minLength: 20, maxLength: 50 },
);

test('the oracle makes the same envelopes byte for byte, and opens and refuses the same ones', () => {
  let opened = 0;
  let refused = 0;
  fc.assert(
    fc.property(steps, fc.boolean(), fc.boolean(), fc.nat(), (schedule, oneTime, restart, seed) => {
      const counts = run(schedule, oneTime, restart, `run ${seed}`);
      opened += counts.opened;
      refused += counts.refused;
    }),
    { numRuns: 25 },
  );
  assert.ok(opened > 50, `opened only ${opened}`);
  assert.ok(refused > 5, `refused only ${refused}`);
});

function run(
  schedule: readonly Step[],
  oneTime: boolean,
  restart: boolean,
  seed: string,
): { opened: number; refused: number } {
  const [alice, bob] = [new Account('alice'), new Account('bob')];
  const random = new Bytes(seed);
  const bundle = bob.bundle({ oneTime, lastResort: !oneTime });
  const kem = oneTime ? bob.kem : bob.lastResort;
  const [ephemeral, ratchetKeyPair, m] = [random.keyPair(), random.keyPair(), random.take(32)];
  let ours = must(
    startSession({
      local: alice.local,
      bundle: must(verifyBundle(bundle, NOW)),
      ephemeral,
      ratchetKeyPair,
      kemRandomness: m,
      now: NOW,
    }),
  );
  const oracleAlice = oracleInitiate(personOf(alice), ephemeral, ratchetKeyPair, m, {
    responder: { id: bob.local.accountId, name: 'bob', identityKey: bob.local.identityKeyPair.publicKey },
    signed: { id: 7, key: bob.signed.keyPair.publicKey },
    oneTime: oneTime ? { id: 8, key: bob.oneTime.keyPair.publicKey } : null,
    kem: { id: kem.published.id, kind: oneTime ? 1 : 2, key: kem.published.key.slice(1) },
  });
  assert.deepEqual(ours.sessionId, oracleAlice.sessionId);

  // The first message makes Bob's end.
  const hello = seal(random);
  const sealed = sealMessage(ours, Uint8Array.of(7), hello, alice.local, NOW);
  const { ratchetKeyPair: pair, headerNonce, initialNonce } = hello;
  assert.deepEqual(oracleAlice.encrypt(Uint8Array.of(7), pair, headerNonce, initialNonce), sealed.envelope);
  ours = sealed.session;
  const responded = oracleRespond(
    personOf(bob),
    {
      signed: bob.signedPreKey,
      oneTime: { ...bob.oneTime.keyPair, id: 8 },
      kem: { id: kem.published.id, seed: kem.seed },
    },
    sealed.envelope,
  );
  const theirs = must(bob.openInitial(sealed.envelope));
  assert.deepEqual(theirs.body, responded.body);

  const accounts = [alice, bob] as const;
  const sessions = [ours, theirs.session];
  const oracles: [OracleSession, OracleSession] = [oracleAlice, responded.session];
  const onTheWay: Sent[] = [];
  const counts = { opened: 0, refused: 0 };
  for (const step of schedule) {
    if ('send' in step) {
      const session = sessions[step.send];
      assert.ok(session);
      const body = random.take(step.length);
      const fresh = seal(random);
      const result = sealMessage(session, body, fresh, accounts[step.send].local, NOW);
      const expected = oracles[step.send].encrypt(body, fresh.ratchetKeyPair, fresh.headerNonce, fresh.initialNonce);
      assert.deepEqual(result.envelope, expected);
      sessions[step.send] = result.session;
      onTheWay.push({ from: step.send, envelope: result.envelope, body });
      continue;
    }
    const sent = onTheWay[step.deliver % Math.max(1, onTheWay.length)];
    if (sent === undefined) continue;
    if (!step.again) onTheWay.splice(onTheWay.indexOf(sent), 1);
    const to = sent.from === 0 ? 1 : 0;
    const before = sessions[to];
    assert.ok(before);
    const session = restart ? must(decodeSession(encodeSession(before))) : before;
    const initial = sent.envelope[1] === 1;
    const outcome = initial
      ? openKnownInitial(session, sent.envelope, bob.signedPreKey, bob.local, NOW)
      : accounts[to].open(session, sent.envelope);
    const oracle = Object.assign(Object.create(Object.getPrototypeOf(oracles[to])), oracles[to], {
      MKSKIPPED: [...oracles[to].MKSKIPPED],
    }) as OracleSession;
    let body: Uint8Array | null = null;
    try {
      body = oracle.decrypt(initial ? oracleOpenLayer(sent.envelope, bob.signed.keyPair).slice(1660) : sent.envelope);
      oracles[to] = oracle;
    } catch {
      // The copy is dropped, the state stays.
    }
    assert.equal(outcome.ok, body !== null);
    if (outcome.ok) {
      assert.deepEqual(outcome.value.body, body);
      assert.deepEqual(outcome.value.body, sent.body);
      sessions[to] = outcome.value.session;
      counts.opened++;
    } else {
      counts.refused++;
    }
  }
  return counts;
}

function seal(random: Bytes): {
  ratchetKeyPair: ReturnType<Bytes['keyPair']>;
  headerNonce: Uint8Array;
  initialNonce: Uint8Array;
} {
  return { ratchetKeyPair: random.keyPair(), headerNonce: random.take(12), initialNonce: random.take(12) };
}
