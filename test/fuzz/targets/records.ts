import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { concat, equal, toHex } from '../../../src/crypto/bytes.ts';
import { decodeInitialBlock, encodeInitialBlock, openInitialLayer } from '../../../src/crypto/initial-envelope.ts';
import { decodeSession, encodeSession } from '../../../src/crypto/pairwise-session.ts';
import { verifyBundle } from '../../../src/crypto/prekey-bundle.ts';
import { decodeHeader, encodeHeader, HEADER_BYTES } from '../../../src/crypto/ratchet-header.ts';
import { compareScannable, scannableSafetyNumber } from '../../../src/crypto/safety-number.ts';
import { bundleFrame } from '../../../src/net/wire/prekey-frames.ts';
import { decodeBackupHead, encodeBackupHead, encodeBackupHeader } from '../../../src/store/backup-header.ts';
import { decodeRecord, encodeRecord } from '../../../src/store/backup-record.ts';
import { encodeKeyfile, openKeyfile } from '../../../src/store/keyfile.ts';
import { decodeKeyfile, KEYFILE_MAX_BYTES } from '../../../src/store/keyfile-decoding.ts';
import { Account, conversation, must, NOW } from '../../crypto/parties.ts';
import { ascii, type Target } from '../target.ts';

/** What accepts only what its encoder makes gives back the same bytes. */
export function sameBytes(encoded: Uint8Array, input: Uint8Array): void {
  assert.ok(equal(encoded, input), `decodes what it does not encode: ${toHex(encoded.subarray(0, 64))}`);
}

/** Bytes out of a vault: a session's record. */
export function sessionRecords(): Target {
  const { alice, bob, a, b } = conversation();
  const first = alice.seal(alice.start(bob), Uint8Array.of(1)).session;
  let sender = a;
  for (let n = 0; n < 3; n++) sender = alice.seal(sender, Uint8Array.of(n)).session;
  const skipping = must(bob.open(b, alice.seal(sender, Uint8Array.of(9)).envelope)).session;
  return {
    name: 'session-record',
    maxBytes: 9_000,
    seeds: () => [first, a, b, skipping].map(encodeSession),
    run(input) {
      const outcome = decodeSession(input);
      if (!outcome.ok) return outcome.reason;
      sameBytes(encodeSession(outcome.value), input);
      return 'decoded';
    },
  };
}

/** The plaintext of an encrypted header. */
export function ratchetHeaders(): Target {
  const header = {
    ratchetKey: new Uint8Array(32).fill(1),
    previousSendCount: 3,
    sendCount: 4,
    pqEpoch: 1,
    pqCount: 2,
  };
  const seeds = [
    { type: 0, length: 0 },
    { type: 1, length: 1_184 },
    { type: 2, length: 1_088 },
    { type: 3, length: 0 },
  ] as const;
  return {
    name: 'ratchet-header',
    maxBytes: HEADER_BYTES + 8,
    seeds: () =>
      seeds.map(({ type, length }) =>
        encodeHeader({ ...header, attachment: { type, payload: new Uint8Array(length).fill(5) } }),
      ),
    run(input) {
      const outcome = decodeHeader(input);
      if (!outcome.ok) return outcome.reason;
      sameBytes(encodeHeader(outcome.value), input);
      return 'decoded';
    },
  };
}

/** The plaintext block of an initial envelope. */
export function initialBlocks(): Target {
  const alice = new Account('alice');
  const bob = new Account('bob');
  const blocks = [bob.bundle(), bob.bundle({ oneTime: false, lastResort: true })].map((bundle) => {
    const { envelope } = alice.seal(alice.start(bob, bundle), Uint8Array.of(1));
    return must(openInitialLayer(envelope, bob.signedPreKey)).block;
  });
  return {
    name: 'initial-block',
    maxBytes: 2_000,
    seeds: () => blocks,
    run(input) {
      const outcome = decodeInitialBlock(input);
      if (!outcome.ok) return outcome.reason;
      sameBytes(encodeInitialBlock(outcome.value), input);
      return 'decoded';
    },
  };
}

/** A relay's BUNDLE, decoded and verified: whatever it says, only the account's own keys pass. */
export function preKeyBundles(): Target {
  const bob = new Account('bob');
  const frames = [bob.bundle(), bob.bundle({ oneTime: false }), bob.bundle({ lastResort: true })].map((bundle) =>
    bundleFrame.encode(1, bundle),
  );
  const trueKeys = new Set(
    [bob.signed, bob.oneTime, bob.kem, bob.lastResort].map(({ published }) => toHex(published.key.subarray(1))),
  );
  return {
    name: 'prekey-bundle',
    maxBytes: 4_200,
    inputs: 300,
    seeds: () => frames.map((frame) => new Uint8Array(frame)),
    run(input) {
      const frame = bundleFrame.decode(input);
      if (!frame.ok) return frame.reason;
      const outcome = verifyBundle(frame.value.body, NOW);
      if (!outcome.ok) return outcome.reason;
      const { signedPreKey, oneTimePreKey, kemPreKey } = outcome.value;
      for (const preKey of [signedPreKey, kemPreKey, ...(oneTimePreKey === null ? [] : [oneTimePreKey])]) {
        assert.ok(trueKeys.has(toHex(preKey.key)), 'a key that nobody signed');
      }
      return outcome.value.stale ? 'stale' : 'verified';
    },
  };
}

/** A keyfile's bytes before its checksum, which anybody can make. */
export function keyfiles(): Target {
  const header = {
    nameHash: new Uint8Array(32).fill(3),
    relayUrl: 'wss://relay.example/chat',
    cost: { memoryKiB: 65_536, passes: 3, lanes: 1 },
    salt: new Uint8Array(16).fill(4),
  };
  const key = new Uint8Array(32).fill(5);
  const file = encodeKeyfile({ header, passwordKey: key, nonce: new Uint8Array(12), vaultKey: new Uint8Array(32) });
  const genuine = file.slice(0, -32);
  return {
    name: 'keyfile',
    maxBytes: KEYFILE_MAX_BYTES + 16,
    seeds: () => [genuine],
    dictionary: [ascii('smchat-keyfile'), ascii('\xff\xfe'), ascii('\xed\xa0\x80')],
    run(body) {
      const checksum = new Uint8Array(createHash('sha256').update(body).digest());
      const outcome = decodeKeyfile(concat(body, checksum));
      if (!outcome.ok) return outcome.reason;
      sameBytes(concat(outcome.value.headerBytes, outcome.value.nonce, outcome.value.wrapped), body);
      const vaultKey = openKeyfile(outcome.value, key);
      if (!vaultKey.ok) return vaultKey.reason;
      sameBytes(body, genuine);
      return 'opened';
    },
  };
}

/** What a scanned safety number's picture holds. */
export function safetyNumberCodes(): Target {
  const party = (name: string, fill: number) => {
    const { local } = new Account(name);
    return { accountId: local.accountId, name, identityKey: new Uint8Array(32).fill(fill) };
  };
  const own = scannableSafetyNumber(party('alice', 1), party('bob', 2));
  const theirs = scannableSafetyNumber(party('bob', 2), party('alice', 1));
  return {
    name: 'safety-number-code',
    maxBytes: 90,
    seeds: () => [own, theirs],
    run(input) {
      const outcome = compareScannable(own, input);
      if (!outcome.ok) return outcome.reason;
      if (outcome.value) sameBytes(theirs, input);
      return outcome.value ? 'matches' : 'differs';
    },
  };
}

/** What stands in a backup: a record's code and its fields; and its beginning, in clear. */
export function backupRecords(): Target {
  const zeros = (length: number) => new Uint8Array(length);
  const reaction = encodeRecord('reaction', [1, '👍', zeros(8)]);
  const deleted = encodeRecord('deleted', [zeros(16), 7]);
  const piece = encodeRecord('piece', [Uint8Array.of(1, 2, 3)]);
  const head = encodeBackupHead(encodeBackupHeader({ memoryKiB: 65_536, passes: 3, lanes: 4 }, zeros(16)), zeros(32));
  return {
    name: 'backup-record',
    maxBytes: 2_000,
    seeds: () => [reaction, deleted, piece, head],
    run(input) {
      const begun = decodeBackupHead(input);
      if (begun.ok) sameBytes(encodeBackupHead(begun.value.header, begun.value.check), input);
      const outcome = decodeRecord(input[0] ?? 0, input.subarray(5));
      if (!outcome.ok) return begun.ok ? 'head' : outcome.reason;
      const { type, values } = outcome.value;
      sameBytes(encodeRecord(type, values).subarray(5), input.subarray(5));
      return type;
    },
  };
}
