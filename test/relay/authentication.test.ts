import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientProof, relayProof } from '../../src/crypto/auth.ts';
import { accountId } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { authFrame, deleteAccountFrame, helloFrame } from '../../src/net/wire/handshake-frames.ts';
import { encodeSubscribe } from '../../src/net/wire/mailbox-frames.ts';
import { encodeSend } from '../../src/net/wire/send-frame.ts';
import { type RelayAccount, random, registerAccount } from '../support/relay-account.ts';
import { challengeRaw, connectRaw } from './raw-client.ts';
import { type RelayFixture, withRelay } from './relay-fixture.ts';

const port = createRelayPort();

function scenario(name: string, run: (relay: RelayFixture, alice: RelayAccount) => Promise<void>): void {
  test(name, () =>
    withRelay({}, async (relay) => {
      await run(relay, await registerAccount(port, relay.url, 'alice'));
    }),
  );
}

function auth(id: Uint8Array, proof: Uint8Array): Buffer {
  return authFrame.encode(2, { accountId: id, proof, previousToken: random(16), nextToken: random(16) });
}

/** What the relay has of an account, as its owner sees it; looking is a login, which waits for nothing else. */
async function stateOf(account: RelayAccount): Promise<object> {
  const login = await account.login();
  const { copied } = login.connection;
  const counts = await login.connection.preKeyCounts();
  login.connection.close();
  return { copied, counts };
}

/** That what is tried leaves the account as it was: its prekeys, its login tokens, and that its owner gets in. */
async function leavesNothing(account: RelayAccount, attempt: () => Promise<void>): Promise<void> {
  const before = await stateOf(account);
  await attempt();
  await goesOn(account, before);
}

/** The next genuine login succeeds, and finds all as it was. */
async function goesOn(account: RelayAccount, before: object): Promise<void> {
  assert.deepEqual(await stateOf(account), before);
}

const REFUSED = { type: 'error', requestId: 2, reason: 'unauthorised', retryAfterMs: 0 };

scenario('a right proof is welcomed with the proof of the relay', async (relay, alice) => {
  const client = await connectRaw(relay.url);
  const { transcript, key, proof } = await challengeRaw(client, alice.credentials, 'login');
  assert.deepEqual(transcript.relayKey, relay.relayKey);
  client.send(auth(alice.credentials.accountId, proof));
  const welcome = await client.next();
  assert.ok(welcome.type === 'welcome');
  assert.deepEqual(welcome.body.proof, relayProof(key, transcript));
  client.socket.close();
});

scenario('a proof heard on one connection opens no other', async (relay, alice) => {
  let heardFirst = async () => {};
  await leavesNothing(alice, async () => {
    const [first, second] = [await connectRaw(relay.url), await connectRaw(relay.url)];
    const heard = await challengeRaw(first, alice.credentials, 'login');
    await challengeRaw(second, alice.credentials, 'login');
    second.send(auth(alice.credentials.accountId, heard.proof));
    assert.deepEqual(await second.next(), REFUSED);
    assert.equal(await second.closed, 4003);
    heardFirst = async () => {
      first.send(auth(alice.credentials.accountId, heard.proof));
      assert.equal((await first.next()).type, 'welcome');
      first.socket.close();
    };
  });
  // Where it was made it still holds.
  await heardFirst();
});

scenario("the relay's own proof, reflected, is refused", async (relay, alice) => {
  await leavesNothing(alice, async () => {
    const client = await connectRaw(relay.url);
    const { transcript, key } = await challengeRaw(client, alice.credentials, 'login');
    client.send(auth(alice.credentials.accountId, relayProof(key, transcript)));
    assert.deepEqual(await client.next(), REFUSED);
    assert.equal(await client.closed, 4003);
  });
});

scenario('a proof made for a login deletes nothing', async (relay, alice) => {
  await leavesNothing(alice, async () => {
    const client = await connectRaw(relay.url);
    const { transcript, key } = await challengeRaw(client, alice.credentials, 'delete');
    const forLogin = clientProof(key, { ...transcript, purpose: 'login' });
    client.send(deleteAccountFrame.encode(2, { accountId: alice.credentials.accountId, proof: forLogin }));
    assert.deepEqual(await client.next(), REFUSED);
  });
});

scenario('the frame of another purpose than the hello named is malformed', async (relay, alice) => {
  const client = await connectRaw(relay.url);
  const { proof } = await challengeRaw(client, alice.credentials, 'login');
  client.send(deleteAccountFrame.encode(2, { accountId: alice.credentials.accountId, proof }));
  assert.deepEqual(await client.next(), { ...REFUSED, reason: 'bad-frame' });
  assert.equal(await client.closed, 1002);
});

scenario("another account's key, a stranger's id and a swapped id are refused alike", async (relay, alice) => {
  const bob = await registerAccount(port, relay.url, 'bob');
  const nobody = accountId(random(16));
  for (const [claimed, named] of [
    [{ ...bob.credentials, accountId: alice.credentials.accountId }, alice.credentials.accountId],
    [{ ...bob.credentials, accountId: nobody }, nobody],
    [bob.credentials, alice.credentials.accountId],
  ] as const) {
    const client = await connectRaw(relay.url);
    const { proof } = await challengeRaw(client, claimed, 'login');
    client.send(auth(named, proof));
    assert.deepEqual(await client.next(), REFUSED);
    assert.equal(await client.closed, 4003);
  }
});

scenario('a client key of low order is refused', async (relay, alice) => {
  const client = await connectRaw(relay.url);
  const id = alice.credentials.accountId;
  client.send(
    helloFrame.encode(1, { purpose: 'login', version: 1, accountId: id, clientEphemeral: new Uint8Array(32) }),
  );
  assert.equal((await client.next()).type, 'challenge');
  client.send(auth(id, random(32)));
  assert.deepEqual(await client.next(), REFUSED);
});

scenario('another version of the protocol is refused in the hello', async (relay, alice) => {
  for (const version of [0, 2]) {
    const client = await connectRaw(relay.url);
    const id = alice.credentials.accountId;
    client.send(helloFrame.encode(9, { purpose: 'login', version, accountId: id, clientEphemeral: random(32) }));
    assert.deepEqual(await client.next(), { ...REFUSED, requestId: 9, reason: 'version' });
  }
});

scenario('nothing but a hello is taken before a proof', async (relay, alice) => {
  const id = alice.credentials.accountId;
  const send = encodeSend({ requestId: 2, recipient: id, relayId: random(16), ttlSeconds: 9, envelope: random(9) });
  for (const [frame, reason] of [
    [send, 'unauthorised'],
    [encodeSubscribe(0n), 'unauthorised'],
    [auth(id, random(32)), 'bad-frame'],
  ] as const) {
    const client = await connectRaw(relay.url);
    client.send(frame);
    const answer = await client.next();
    assert.ok(answer.type === 'error' && answer.reason === reason);
    await client.closed;
  }
});

scenario('one connection is challenged once', async (relay, alice) => {
  const client = await connectRaw(relay.url);
  await challengeRaw(client, alice.credentials, 'login');
  await assert.rejects(challengeRaw(client, alice.credentials, 'login'), /bad-frame/);
  assert.equal(await client.closed, 1002);
});

test('who does not authenticate in time is let go, and disturbs nobody', () =>
  withRelay({ authTimeoutMs: 60 }, async (relay) => {
    const idle = await Promise.all(Array.from({ length: 60 }, () => connectRaw(relay.url)));
    const alice = await registerAccount(port, relay.url, 'alice');
    const login = await alice.login();
    assert.deepEqual(new Set(await Promise.all(idle.map(({ closed }) => closed))), new Set([1008]));
    assert.deepEqual(await login.connection.preKeyCounts(), {
      ok: true,
      value: { oneTimePreKeys: 3, oneTimeKemPreKeys: 2 },
    });
    login.connection.close();
  }));
