import { KEM_SEED_BYTES, mlKem768 } from './ml-kem.ts';
import type { PqChain, PqMode, PqRatchet } from './pq-ratchet.ts';
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';

const PHASE = { idle: 0, offer: 1, wait: 2, reply: 3 } as const;
/** An offer whose key is kept expanded: 2,400 bytes in the place of its seed's 64. */
const OFFER_EXPANDED = 4;

/**
 * Root key 32 ‖ mode ‖ sending epoch 4 ‖ its chain 36 ‖ when it began 8 ‖ receiving epoch 4 ‖ its chain 36
 * ‖ next receiving chain 1 + [32]; a chain is key 32 ‖ count 4 (docs/protocol.md, section 8).
 */
export function encodePq(writer: RecordWriter, pq: PqRatchet): void {
  writer.bytes(pq.rootKey);
  encodeMode(writer, pq.mode);
  writer.u32(pq.sendingEpoch);
  encodeChain(writer, pq.sending);
  writer.time(Math.max(0, Math.trunc(pq.epochBegan)));
  writer.u32(pq.receivingEpoch);
  encodeChain(writer, pq.receiving);
  writer.optional(pq.nextReceivingChainKey);
}

/** The inverse; marks the reader as invalid for what `encodePq` does not make. */
export function decodePq(reader: RecordReader): PqRatchet {
  return {
    rootKey: reader.rootKey(),
    mode: decodeMode(reader),
    sendingEpoch: reader.u32(),
    sending: decodeChain(reader),
    epochBegan: reader.time(),
    receivingEpoch: reader.u32(),
    receiving: decodeChain(reader),
    nextReceivingChainKey: reader.flag() ? reader.chainKey() : null,
  };
}

/**
 * idle 00 ‖ asked 1, offer 01 ‖ seed 64 ‖ key 1,184 or 04 ‖ expanded 2,400 ‖ key 1,184, wait 02,
 * reply 03 ‖ ciphertext 1,088 ‖ next sending chain 32.
 */
function encodeMode(writer: RecordWriter, mode: PqMode): void {
  const isExpanded = mode.phase === 'offer' && mode.kept.length !== KEM_SEED_BYTES;
  writer.u8(isExpanded ? OFFER_EXPANDED : PHASE[mode.phase]);
  switch (mode.phase) {
    case 'idle':
      writer.flag(mode.asked);
      return;
    case 'offer':
      writer.bytes(mode.kept);
      writer.bytes(mode.publicKey);
      return;
    case 'wait':
      return;
    case 'reply':
      writer.bytes(mode.ciphertext);
      writer.bytes(mode.nextSendingChainKey);
      return;
    default:
      mode satisfies never;
  }
}

function decodeMode(reader: RecordReader): PqMode {
  switch (reader.u8()) {
    case PHASE.offer:
      return decodeOffer(reader, KEM_SEED_BYTES);
    case OFFER_EXPANDED:
      return decodeOffer(reader, mlKem768.expandedBytes);
    case PHASE.wait:
      return { phase: 'wait' };
    case PHASE.reply:
      return {
        phase: 'reply',
        ciphertext: reader.view(mlKem768.ciphertextBytes),
        nextSendingChainKey: reader.chainKey(),
      };
    case PHASE.idle:
      return { phase: 'idle', asked: reader.flag() };
    default:
      reader.invalid = true;
      return { phase: 'wait' };
  }
}

function decodeOffer(reader: RecordReader, keptBytes: number): PqMode {
  return { phase: 'offer', kept: reader.view(keptBytes), publicKey: reader.view(mlKem768.publicKeyBytes) };
}

function encodeChain(writer: RecordWriter, { chainKey, count }: PqChain): void {
  writer.bytes(chainKey);
  writer.u32(count);
}

function decodeChain(reader: RecordReader): PqChain {
  return { chainKey: reader.chainKey(), count: reader.u32() };
}
