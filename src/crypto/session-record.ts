import { accept, type Outcome, refuse } from '../outcome.ts';
import { ACCOUNT_ID_BYTES, accountId, mint, utf8 } from './bytes.ts';
import { INITIAL_BLOCK_BYTES, type PendingInitial } from './initial-envelope.ts';
import { isName, type Party } from './party.ts';
import { decodePq, encodePq } from './pq-record.ts';
import type { RatchetState, ReceivingChain, SendingChain } from './ratchet.ts';
import { RecordReader } from './record-reader.ts';
import { RecordWriter } from './record-writer.ts';
import type { Role, SessionId } from './session-keys.ts';
import {
  countSkippedKeys,
  MAX_SKIPPED_KEYS,
  type SkippedChain,
  type SkippedKey,
  type SkippedMessageKeys,
} from './skipped-keys.ts';

const RECORD_VERSION = 2;
/** More than all that is of a fixed size can come to, with the initial block and an open exchange. */
const LONGEST_WITHOUT_SKIPPED_KEYS = 8192;
const SKIPPED_KEY_BYTES = 52;

// Where a record is laid out before its length is known; wiped each time.
let scratch = new Uint8Array(LONGEST_WITHOUT_SKIPPED_KEYS);

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
  const longest = LONGEST_WITHOUT_SKIPPED_KEYS + SKIPPED_KEY_BYTES * countSkippedKeys(ratchet.skippedMessageKeys);
  if (scratch.length < longest) scratch = new Uint8Array(longest);
  const writer = new RecordWriter(scratch);
  writer.u8(RECORD_VERSION);
  writer.flag(ratchet.role === 'responder');
  writer.bytes(record.sessionId);
  writer.bytes(record.transcriptHash);
  writer.bytes(remote.accountId);
  writer.u8(name.length);
  writer.bytes(name);
  writer.bytes(remote.identityKey);
  writer.flag(pending !== null);
  if (pending !== null) {
    writer.u32(pending.signedPreKeyId);
    writer.bytes(pending.ephemeralKey);
    writer.bytes(pending.sealingKey);
    writer.bytes(pending.block);
  }
  writer.bytes(ratchet.rootKey);
  writer.bytes(ratchet.ratchetKeyPair.publicKey);
  writer.bytes(ratchet.ratchetKeyPair.privateKey);
  writer.optional(ratchet.remoteRatchetKey);
  encodeSending(writer, ratchet.sending);
  encodeReceiving(writer, ratchet.receiving);
  writer.bytes(ratchet.nextSendingHeaderKey);
  writer.bytes(ratchet.nextReceivingHeaderKey);
  encodePq(writer, ratchet.pq);
  encodeSkipped(writer, ratchet.skippedMessageKeys);
  const bytes = scratch.slice(0, writer.length);
  scratch.fill(0, 0, writer.length);
  return bytes;
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
        block: reader.view(INITIAL_BLOCK_BYTES),
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

function encodeSending(writer: RecordWriter, chain: SendingChain): void {
  writer.flag(chain.phase === 'open');
  if (chain.phase === 'open') {
    writer.bytes(chain.headerKey);
    writer.bytes(chain.chainKey);
    writer.u32(chain.sendCount);
  }
  writer.u32(chain.previousSendCount);
}

function decodeSending(reader: RecordReader): SendingChain {
  if (!reader.flag()) return { phase: 'due', previousSendCount: reader.u32() };
  const headerKey = reader.headerKey();
  const chainKey = reader.chainKey();
  return { phase: 'open', headerKey, chainKey, sendCount: reader.u32(), previousSendCount: reader.u32() };
}

function encodeReceiving(writer: RecordWriter, chain: ReceivingChain | null): void {
  writer.flag(chain !== null);
  if (chain === null) return;
  writer.bytes(chain.headerKey);
  writer.bytes(chain.chainKey);
  writer.u32(chain.receiveCount);
  writer.flag(chain.proven);
}

function decodeReceiving(reader: RecordReader): ReceivingChain | null {
  if (!reader.flag()) return null;
  const headerKey = reader.headerKey();
  const chainKey = reader.chainKey();
  return { headerKey, chainKey, receiveCount: reader.u32(), proven: reader.flag() };
}

function encodeSkipped(writer: RecordWriter, skipped: SkippedMessageKeys): void {
  writer.u8(skipped.length);
  for (const { headerKey, proven, keys } of skipped) {
    writer.bytes(headerKey);
    writer.flag(proven);
    writer.u16(keys.size);
    for (const [n, key] of keys) {
      writer.u32(n);
      writer.bytes(key.secret);
      writer.u32(key.pqEpoch);
      writer.u32(key.pqCount);
      writer.time(key.storedAt);
    }
  }
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
