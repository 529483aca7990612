import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { mint } from '../../src/crypto/bytes.ts';
import type { PublishedBundle, RelayAnswer } from '../../src/session/relay-port.ts';
import { LOW_ORDER, NON_CANONICAL, ON_TWIST, torsionedTwins } from '../crypto/points.ts';
import { signedAnew } from '../crypto/signed-anew.ts';
import { hex, vectorText } from '../crypto/vectors.ts';
import { RELAY_SOURCE, type RelayProcess, startRelay } from '../support/relay-process.ts';
import { type Handled, handled } from './repair-fixture.ts';

const DAY_MS = 24 * 3_600_000;

let relay: RelayProcess;
let alice: Handled;
const peers: Handled[] = [];

before(async () => {
  relay = await startRelay({ program: RELAY_SOURCE });
  alice = await handled('alice', relay.url);
});

after(async () => {
  await Promise.all([alice, ...peers].map((who) => who?.person.remove()));
  await relay?.dispose();
});

/** Somebody new to Alice, and the bundle that the relay has of them. */
interface Met {
  readonly peer: Handled;
  readonly bundle: PublishedBundle;
}

async function meets(name: string): Promise<Met> {
  const peer = await handled(name, relay.url);
  peers.push(peer);
  const asked: RelayAnswer<PublishedBundle>[] = [];
  alice.hand.bundle = async (fetch) => {
    asked.push(await fetch());
    return { ok: false, reason: 'store-unavailable', retryAfterMs: 0 };
  };
  await assert.rejects(alice.person.client.send({ name, text: 'never' }), { code: 'relay-refused' });
  const [answer] = asked;
  assert.ok(answer?.ok);
  return { peer, bundle: answer.value };
}

/** All that Alice has: keys, contacts, sessions, what waits, what was sent. */
function stateOf() {
  const { account, contacts, sessions, outbox, repairs, kept, sent, messages } = alice.vault();
  return {
    account: account.load(),
    contacts: contacts.list(),
    sessions: sessions.all(),
    outbox: outbox.all(),
    repairs: repairs.all(),
    kept: kept.all(),
    chats: contacts
      .list()
      .map(({ contactId }) => [sent.ofContact(contactId), messages.history(contactId, { limit: 100 })]),
  };
}

/** That each of these is refused in the bundle's place, leaves all as it was and nothing to the peer. */
async function leavesNothing({ peer }: Met, changed: readonly PublishedBundle[]): Promise<void> {
  for (const [i, value] of changed.entries()) {
    const before = stateOf();
    alice.hand.bundle = async () => ({ ok: true, value });
    const sending = alice.person.client.send({ name: peer.person.name, text: 'never' });
    await assert.rejects(sending, { code: 'bad-prekey' }, `case ${i}`);
    assert.deepEqual(stateOf(), before, `case ${i}`);
    assert.deepEqual(peer.hand.seen, [], `case ${i}`);
  }
}

/** The genuine bundle makes a session, and what is written in it is opened. */
async function goesOn({ peer }: Met): Promise<void> {
  alice.hand.bundle = (fetch) => fetch();
  await alice.person.client.send({ name: peer.person.name, text: 'hello' });
  await peer.person.sees((event) => event.event === 'contact_request' && event.name === 'alice', 'the request');
  await peer.person.client.contact('accept', 'alice');
  const [message] = await peer.person.client.history('alice');
  assert.equal(message?.text, 'hello');
}

const flip = (bytes: Uint8Array, i: number) => bytes.with(i, (bytes[i] ?? 0) ^ (1 << (i % 8)));
const PARTS = ['signedPreKey', 'oneTimePreKey', 'kemPreKey'] as const;

/** The bundle with one field of one prekey changed. */
function changing(bundle: PublishedBundle, part: (typeof PARTS)[number], fields: object): PublishedBundle {
  return { ...bundle, [part]: { ...bundle[part], ...fields } };
}

test('a bundle with a flipped bit in any part is refused and changes nothing', async () => {
  const met = await meets('flipped');
  const { bundle } = met;
  await leavesNothing(met, [
    { ...bundle, accountId: flip(bundle.accountId, 3) },
    { ...bundle, identityKey: flip(bundle.identityKey, 7) },
    ...PARTS.flatMap((part) => {
      const preKey = bundle[part];
      assert.ok(preKey !== undefined);
      return [
        changing(bundle, part, { key: flip(preKey.key, 20) }),
        changing(bundle, part, { signature: flip(preKey.signature, 40) }),
        changing(bundle, part, { id: preKey.id ^ 1 }),
        changing(bundle, part, { created: preKey.created ^ 1 }),
      ];
    }),
  ]);
  await goesOn(met);
});

test('a bundle cut short or made longer in any part, and one of version 0 or 2, is refused and changes nothing', async () => {
  const met = await meets('cut');
  const { bundle } = met;
  const longer = (bytes: Uint8Array) => new Uint8Array([...bytes, 0]);
  await leavesNothing(met, [
    { ...bundle, version: 0 },
    { ...bundle, version: 2 },
    ...[(bytes: Uint8Array) => bytes.slice(0, -1), longer].flatMap((change) => [
      { ...bundle, accountId: change(bundle.accountId) },
      { ...bundle, identityKey: change(bundle.identityKey) },
      ...PARTS.flatMap((part) => {
        const preKey = bundle[part];
        assert.ok(preKey !== undefined);
        return [
          changing(bundle, part, { key: change(preKey.key) }),
          changing(bundle, part, { signature: change(preKey.signature) }),
        ];
      }),
    ]),
  ]);
  await goesOn(met);
});

test('a kind-swapped or unsigned prekey, and another account’s, is refused and changes nothing', async () => {
  const met = await meets('swapped');
  const { bundle } = met;
  const other = (await meets('other')).bundle;
  const { oneTimePreKey, signedPreKey } = bundle;
  assert.ok(oneTimePreKey !== undefined);
  const lastResort = met.peer.vault().preKeys.newest('kem-last-resort');
  assert.ok(lastResort !== null);
  const { id, created, signature } = lastResort;
  const key = new Uint8Array([0x0a, ...lastResort.publicKey]);
  await leavesNothing(met, [
    { ...bundle, signedPreKey: oneTimePreKey },
    { ...bundle, oneTimePreKey: signedPreKey },
    { ...bundle, kemPreKey: { ...bundle.kemPreKey, kind: 'last-resort' } },
    { ...bundle, kemPreKey: { id, created, signature, key, kind: 'one-time' } },
    ...PARTS.map((part) => changing(bundle, part, { signature: new Uint8Array(64) })),
    { ...bundle, signedPreKey: other.signedPreKey },
    { ...bundle, identityKey: other.identityKey },
    { ...other, name: bundle.name, accountId: bundle.accountId },
    other,
  ]);
  await goesOn(met);
});

test('a bundle over 14 days old is refused and changes nothing', async () => {
  const met = await meets('stale');
  alice.clock.advance(14 * DAY_MS + 60_000);
  await leavesNothing(met, [met.bundle]);
  alice.clock.advance(-14 * DAY_MS - 60_000);
  await goesOn(met);
});

test('a bundle with a low-order, non-canonical or torsioned key, though signed by its owner, is refused and changes nothing', async () => {
  const met = await meets('points');
  const { bundle } = met;
  const { privateKey } = met.peer.vault().account.load().identityKeyPair;
  const owner = { privateKey: mint(privateKey, 32, 'x25519-private-key'), randomness: new Uint8Array(64).fill(1) };
  const bad = [...LOW_ORDER, ...NON_CANONICAL, ON_TWIST];
  const typed = (point: Uint8Array) => new Uint8Array([5, ...point]);
  const torsioned = (typedKey: Uint8Array) => torsionedTwins(mint(typedKey.slice(1), 32, 'x25519-public-key'));
  await leavesNothing(met, [
    ...[...bad, ...torsioned(bundle.identityKey)].map((point) => ({ ...bundle, identityKey: typed(point) })),
    ...[...bad, ...torsioned(bundle.signedPreKey.key)].map((point) =>
      signedAnew(bundle, owner, 'signedPreKey', typed(point)),
    ),
    ...[...NON_CANONICAL, ...LOW_ORDER].map((point) => signedAnew(bundle, owner, 'oneTimePreKey', typed(point))),
  ]);
  await goesOn(met);
});

test('a bundle with an out-of-range ML-KEM key, or one of the other size, is refused and changes nothing', async () => {
  const met = await meets('modulus');
  const [bad] = vectorText('cctv-modulus-ml-kem-1024.txt').split('\n');
  await leavesNothing(met, [
    changing(met.bundle, 'kemPreKey', { key: new Uint8Array([0x0a, ...hex(bad)]) }),
    changing(met.bundle, 'kemPreKey', { key: new Uint8Array(1185).with(0, 0x0b) }),
  ]);
  await goesOn(met);
});

test('a bundle whose signature has s + L in the place of s is refused and changes nothing', async () => {
  const met = await meets('malleable');
  await leavesNothing(
    met,
    PARTS.map((part) => {
      const signature = met.bundle[part]?.signature.slice();
      assert.ok(signature !== undefined);
      let s = 0n;
      for (let i = 63; i >= 32; i--) s = (s << 8n) | BigInt(signature[i] ?? 0);
      for (let i = 32, rest = s + ed25519.Point.Fn.ORDER; i < 64; i++, rest >>= 8n) signature[i] = Number(rest & 0xffn);
      return changing(met.bundle, part, { signature });
    }),
  );
  await goesOn(met);
});
