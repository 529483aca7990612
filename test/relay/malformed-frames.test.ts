import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { accountId } from '../../src/crypto/bytes.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { decodeClientFrame } from '../../src/net/wire/client-frame.ts';
import { helloFrame } from '../../src/net/wire/handshake-frames.ts';
import { encodeAck, encodeSubscribe } from '../../src/net/wire/mailbox-frames.ts';
import { getBundleFrame } from '../../src/net/wire/prekey-frames.ts';
import { encodeSend } from '../../src/net/wire/send-frame.ts';
import { random, range, registerAccount } from '../support/relay-account.ts';
import { connectRaw } from './raw-client.ts';
import { withRelay } from './relay-fixture.ts';

const FRAMES = process.env.SLOW === '1' ? 100_000 : 1_000;
const AT_ONCE = 50;
/** What a heap may grow by for other reasons: 50,000 connections that left 200 bytes each would be found out. */
const HEAP_GROWTH_MAX_BYTES = 8 * 1_048_576;

const id = accountId(random(16));
const VALID: readonly Uint8Array[] = [
  helloFrame.encode(1, { purpose: 'login', version: 1, accountId: id, clientEphemeral: random(32) }),
  getBundleFrame.encode(2, { name: 'somebody' }),
  encodeSend({ requestId: 3, recipient: id, relayId: random(16), ttlSeconds: 60, envelope: random(300) }),
  encodeAck(5n),
  encodeSubscribe(0n),
];

/** A frame with bits flipped, cut short or made longer, or no frame at all; never one that can be understood. */
function malformed(): Uint8Array {
  for (;;) {
    const [kind = 0, which = 0, at = 0, bit = 0, more = 0] = random(5);
    const bytes = Uint8Array.from(VALID[which % VALID.length] ?? []);
    const place = at % bytes.length;
    bytes[place] = (bytes[place] ?? 0) ^ (1 << (bit % 8));
    const forms = [
      bytes,
      bytes.subarray(0, place),
      Buffer.concat([bytes, random(more)]),
      Buffer.concat([Uint8Array.of(1, bit, 0, 0, 0, 0, 0, 9), random(more)]),
      random(more),
    ];
    const form = forms[kind % forms.length] ?? bytes;
    const decoded = decodeClientFrame(Buffer.from(form));
    if (!decoded.ok && decoded.reason !== 'too-large') return form;
  }
}

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

function heapBytes(): number {
  assert.ok(typeof collect === 'function');
  collect();
  return process.memoryUsage().heapUsed;
}

test(`${FRAMES} malformed frames end their own connections, and neither the relay nor its memory notices`, (t) =>
  withRelay({}, async (relay) => {
    const alice = await registerAccount(createRelayPort(), relay.url, 'alice');
    const honest = await alice.login();
    honest.connection.subscribe(0n);
    const one = async (): Promise<void> => {
      const client = await connectRaw(relay.url);
      client.send(malformed());
      const answer = await client.next();
      assert.ok(answer.type === 'error' && (answer.reason === 'bad-frame' || answer.reason === 'version'));
      assert.equal(await client.closed, 1002);
    };
    const send = async (count: number): Promise<void> => {
      for (let sent = 0; sent < count; sent += AT_ONCE) await Promise.all(range(AT_ONCE).map(one));
    };
    // What is compiled and kept once is there after the first half.
    await send(FRAMES / 2);
    const before = heapBytes();
    await send(FRAMES / 2);
    const grown = heapBytes() - before;
    t.diagnostic(`${FRAMES} malformed frames: the heap had ${before} bytes half-way and grew by ${grown}`);
    assert.ok(grown < HEAP_GROWTH_MAX_BYTES, `${grown} bytes`);
    assert.ok((await honest.connection.send(alice.credentials.accountId, random(16), 60, random(30))).ok);
    assert.equal((await honest.delivered(1)).length, 1);
    honest.connection.close();
  }));
