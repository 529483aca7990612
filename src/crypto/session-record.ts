import { accept, type Outcome, refuse } from '../outcome.ts';
import { ACCOUNT_ID_BYTES, accountId, concat, mint, u16, u32, u64, utf8 } from './bytes.ts';
import { INITIAL_BLOCK_BYTES, type PendingInitial } from './initial-envelope.ts';
import { isName, type Party } from './party.ts';
import { decodePq, encodePq } from './pq-record.ts';
import type { RatchetState, ReceivingChain, SendingChain } from './ratchet.ts';
import { RecordReader } from './record-reader.ts';
import type { Role, SessionId } from './session-keys.ts';
import { MAX_SKIPPED_KEYS, type SkippedChain, type SkippedKey, type SkippedMessageKeys } from './skipped-keys.ts';

const RECORD_VERSION = 2;

/** All that has to be kept of a session. */
export interface SessionRecord {
  readonly sessionId: SessionId;
  readonly transcriptHash: Uint8Array;
  readonly remote: Party;
  readonly pendingInitial: PendingInitial | null;
  readonly ratchet: RatchetState;
}

/**
 * A session as the vault keeps it; secret. Version 2 ‖ role ‖ ids ‖ peer ‖ waiting initial block ‖ ratchet ‖ post-quantum
 * ratchet ‖ skipped keys, all big-endian and of fixed size or counted (docs/protocol.md, section 8).
 */
export function encodeRecord(record: SessionRecord): Uint8Array {
  const { remote, pendingInitial: pending, ratchet } = record;
  const name = utf8(remote.name);
  return concat(
    Uint8Array.of(RECORD_VERSION, ratchet.role === 'initiator' ? 0 : 1),
    record.sessionId,
    record.transcriptHash,
    remote.accountId,
    Uint8Array.of(name.length),
    name,
    remote.identityKey,
    ...(pending === null
      ? [Uint8Array.of(0)]
      : [Uint8Array.of(1), u32(pending.signedPreKeyId), pending.ephemeralKey, pending.sealingKey, pending.block]),
    ratchet.rootKey,
    ratchet.ratchetKeyPair.publicKey,
    ratchet.ratchetKeyPair.privateKey,
    ...(ratchet.remoteRatchetKey === null ? [Uint8Array.of(0)] : [Uint8Array.of(1), ratchet.remoteRatchetKey]),
    encodeSending(ratchet.sending),
    encodeReceiving(ratchet.receiving),
    ratchet.nextSendingHeaderKey,
    ratchet.nextReceivingHeaderKey,
    encodePq(ratchet.pq),
    ...encodeSkipped(ratchet.skippedMessageKeys),
  );
}

/** `bad-record` for anything that `encodeRecord` does not make. */
export function decodeRecord(bytes: Uint8Array): Outcome<SessionRecord, 'bad-record'> {
  const reader = new RecordReader(bytes);
  const version = reader.u8();
  const role: Role = reader.flag() ? 'responder' : 'initiator';
  const sessionId: SessionId = mint(reader.bytes(16), 16, 'session-id');
  const transcriptHash = reader.bytes(32);
  const id = accountId(reader.bytes(ACCOUNT_ID_BYTES));
  const name = Buffer.from(reader.bytes(reader.u8())).toString('latin1');
  const remote: Party = { accountId: id, name, identityKey: reader.bytes(32) };
  const pendingInitial: PendingInitial | null = reader.flag()
    ? {
        signedPreKeyId: reader.u32(),
        ephemeralKey: reader.bytes(32),
        sealingKey: reader.bytes(32),
        block: reader.bytes(INITIAL_BLOCK_BYTES),
      }
    : null;
  const ratchet: RatchetState = {
    role,
    rootKey: reader.rootKey(),
    ratchetKeyPair: { publicKey: reader.bytes(32), privateKey: reader.bytes(32) },
    remoteRatchetKey: reader.flag() ? reader.bytes(32) : null,
    sending: decodeSending(reader),
    receiving: decodeReceiving(reader),
    nextSendingHeaderKey: reader.headerKey(),
    nextReceivingHeaderKey: reader.headerKey(),
    pq: decodePq(reader),
    skippedMessageKeys: decodeSkipped(reader),
  };
  if (!reader.complete || reader.invalid || version !== RECORD_VERSION || !isName(name)) return refuse('bad-record');
  return accept({ sessionId, transcriptHash, remote, pendingInitial, ratchet });
}

function encodeSending(chain: SendingChain): Uint8Array {
  if (chain.phase === 'due') return concat(Uint8Array.of(0), u32(chain.previousSendCount));
  const counts = [u32(chain.sendCount), u32(chain.previousSendCount)];
  return concat(Uint8Array.of(1), chain.headerKey, chain.chainKey, ...counts);
}

function decodeSending(reader: RecordReader): SendingChain {
  if (!reader.flag()) return { phase: 'due', previousSendCount: reader.u32() };
  const headerKey = reader.headerKey();
  const chainKey = reader.chainKey();
  return { phase: 'open', headerKey, chainKey, sendCount: reader.u32(), previousSendCount: reader.u32() };
}

function encodeReceiving(chain: ReceivingChain | null): Uint8Array {
  if (chain === null) return Uint8Array.of(0);
  return concat(
    Uint8Array.of(1),
    chain.headerKey,
    chain.chainKey,
    u32(chain.receiveCount),
    Uint8Array.of(chain.proven ? 1 : 0),
  );
}

function decodeReceiving(reader: RecordReader): ReceivingChain | null {
  if (!reader.flag()) return null;
  const headerKey = reader.headerKey();
  const chainKey = reader.chainKey();
  return { headerKey, chainKey, receiveCount: reader.u32(), proven: reader.flag() };
}

function encodeSkipped(skipped: SkippedMessageKeys): readonly Uint8Array[] {
  const parts: Uint8Array[] = [Uint8Array.of(skipped.length)];
  for (const { headerKey, proven, keys } of skipped) {
    parts.push(headerKey, Uint8Array.of(proven ? 1 : 0), u16(keys.size));
    for (const [n, key] of keys) {
      parts.push(u32(n), key.secret, u32(key.pqEpoch), u32(key.pqCount), u64(BigInt(key.storedAt)));
    }
  }
  return parts;
}

function decodeSkipped(reader: RecordReader): SkippedMessageKeys {
  const chains: SkippedChain[] = [];
  for (let left = reader.u8(); left > 0 && reader.ok; left--) {
    const headerKey = reader.headerKey();
    const proven = reader.flag();
    const count = reader.u16();
    if (count > MAX_SKIPPED_KEYS) reader.invalid = true;
    const keys = new Map<number, SkippedKey>();
    for (let i = 0; i < count && reader.ok && !reader.invalid; i++) {
      const n = reader.u32();
      const secret = mint(reader.bytes(32), 32, 'message-secret');
      const pqEpoch = reader.u32();
      const pqCount = reader.u32();
      keys.set(n, { secret, pqEpoch, pqCount, storedAt: reader.time() });
    }
    if (keys.size !== count || count === 0) reader.invalid = true;
    chains.push({ headerKey, proven, keys });
  }
  return chains;
}
