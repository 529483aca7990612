import assert from 'node:assert/strict';
import { attachmentKeys } from '../../../src/crypto/attachment.ts';
import { attachmentChunk, attachmentSizes } from '../../../src/crypto/attachment-sizes.ts';
import { AttachmentOpener, AttachmentSealer } from '../../../src/crypto/attachment-stream.ts';
import { equal, messageId, toHex, utf8 } from '../../../src/crypto/bytes.ts';
import { unpadBody } from '../../../src/crypto/envelope.ts';
import { decodeAttachmentDescriptor, encodeAttachmentDescriptor } from '../../../src/session/attachment-descriptor.ts';
import { isEmoji } from '../../../src/session/emoji.ts';
import {
  decodeBody,
  encodeBody,
  isBye,
  type MessageBody,
  needsAcceptance,
  RECEIPTS_PER_BODY,
  TEXT_MAX_BYTES,
} from '../../../src/session/message-body.ts';
import { ascii, Decisions, type Target } from '../target.ts';
import { sameBytes } from './records.ts';

const id = messageId(new Uint8Array(16).fill(1));
const head = { messageId: id, sentAt: 1_800_000_000_000, sequence: 5n };
const descriptor = {
  blobId: new Uint8Array(16).fill(2),
  downloadToken: new Uint8Array(32).fill(3),
  key: new Uint8Array(32).fill(4),
  prefix: new Uint8Array(7).fill(5),
  bytes: 70_000,
  ciphertextHash: new Uint8Array(32).fill(6),
};
const content = {
  replyTo: id,
  expirySeconds: 60,
  descriptor,
  sha256: new Uint8Array(32).fill(7),
  name: 'harbour.jpg',
  mime: 'image/jpeg',
  picture: { width: 640, height: 480, thumbnail: new Uint8Array(40).fill(8), rendition: descriptor },
  caption: 'the harbour ⛵',
};
const BODIES: readonly MessageBody[] = [
  { ...head, type: 'text', text: 'grüße 🎈', replyTo: null, expirySeconds: 0 },
  { ...head, type: 'text', text: '', replyTo: id, expirySeconds: 3_600 },
  { ...head, type: 'request' },
  { ...head, type: 'accept' },
  {
    ...head,
    type: 'receipts',
    receipts: [
      { kind: 'read', messageId: id },
      { kind: 'delivered', messageId: id },
    ],
  },
  { ...head, type: 'attachment', content },
  { ...head, type: 'attachment', content: { ...content, replyTo: null, picture: null } },
  { ...head, type: 'edit', target: id, text: 'better' },
  { ...head, type: 'delete', target: id },
  { ...head, type: 'reaction', target: id, emoji: '👍🏽' },
  { ...head, type: 'timer', seconds: 300 },
  { ...head, type: 'bye' },
];

/** What a peer put inside an envelope. */
export function messageBodies(): Target {
  return {
    name: 'message-body',
    maxBytes: 20_000,
    inputs: 4_000,
    seeds: () => BODIES.map(encodeBody),
    dictionary: [utf8('👩‍👩‍👧'), ascii('\xed\xa0\x80'), ascii('\xff'), ascii('\xef\xbb\xbf'), ascii('text/html')],
    run(input) {
      assert.equal(typeof needsAcceptance(input), 'boolean');
      const outcome = decodeBody(input);
      if (!outcome.ok) return outcome.reason;
      const body = outcome.value;
      sameBytes(encodeBody(body), input);
      assert.equal(isBye(input), body.type === 'bye');
      if ('text' in body) assert.ok(utf8(body.text).length <= TEXT_MAX_BYTES);
      if (body.type === 'receipts') assert.ok(body.receipts.length <= RECEIPTS_PER_BODY);
      return body.type === 'reaction' && isEmoji(body.emoji) ? 'reaction with an emoji' : body.type;
    },
  };
}

/** A padded body as it comes out of its ciphertext. */
export function paddedBodies(): Target {
  return {
    name: 'padded-body',
    maxBytes: 800,
    seeds: () => [Uint8Array.of(1, 2, 3, 0x80, 0, 0, 0), new Uint8Array(64)],
    run(input) {
      const outcome = unpadBody(input);
      if (!outcome.ok) return outcome.reason;
      const { length } = outcome.value;
      assert.ok(length < input.length && equal(outcome.value, input.slice(0, length)));
      return 'unpadded';
    },
  };
}

export function attachmentDescriptors(): Target {
  return {
    name: 'attachment-descriptor',
    maxBytes: 140,
    inputs: 4_000,
    seeds: () => [encodeAttachmentDescriptor(descriptor)],
    run(input) {
      const outcome = decodeAttachmentDescriptor(input);
      if (!outcome.ok) return outcome.reason;
      sameBytes(encodeAttachmentDescriptor(outcome.value), input);
      return 'decoded';
    },
  };
}

const FILE_BYTES = 150_000;

/** The chunks of a file, changed, cut, repeated and out of order: whatever opens is what was sealed at that place. */
export function attachmentStreams(): Target {
  const keys = attachmentKeys(descriptor.key, descriptor.prefix);
  const file = new Uint8Array(FILE_BYTES).map((_, at) => at % 251);
  const sealer = new AttachmentSealer(keys, FILE_BYTES);
  const chunks: Uint8Array[] = [];
  const contents: Uint8Array[] = [];
  for (let index = 0, at = 0; index < attachmentSizes(FILE_BYTES).chunkCount; index++) {
    const { contentBytes } = attachmentChunk(FILE_BYTES, index);
    const piece = file.slice(at, at + contentBytes);
    contents.push(piece);
    chunks.push(sealer.seal(piece));
    at += contentBytes;
  }
  const hash = sealer.ciphertextHash();
  return {
    name: 'attachment-stream',
    maxBytes: 120,
    inputs: 60,
    seeds: () => [Uint8Array.of(0, 0, 1, 0, 2, 0), Uint8Array.of(0, 0, 0, 4, 1, 0, 2, 0), Uint8Array.of(0, 2, 9, 1, 1)],
    run(input) {
      const decisions = new Decisions(input);
      const opener = new AttachmentOpener(keys, FILE_BYTES, hash);
      let wholly = true;
      let outcomes = '';
      while (decisions.left > 0) {
        const sealed = changed(decisions.pick(chunks), decisions);
        const at = opener.nextIndex;
        const resumes = decisions.byte() > 250;
        const outcome = resumes ? opener.resumeAfter(sealed) : opener.open(sealed);
        const genuine = chunks[at] !== undefined && equal(sealed, chunks[at]);
        wholly &&= !outcome.ok || genuine;
        assert.equal(opener.nextIndex, outcome.ok ? at + 1 : at);
        if (!resumes) {
          assert.equal(outcome.ok, genuine, 'a chunk opens where, and only where, it was sealed');
          if (outcome.ok) assert.equal(toHex(outcome.value ?? sealed), toHex(contents[at] ?? sealed));
        }
        outcomes += outcome.ok ? 'o' : outcome.reason[4];
        if (outcomes.length > 8) break;
      }
      const end = opener.finish();
      assert.equal(end.ok, opener.complete && wholly, 'only the whole file passes');
      return `${outcomes} ${end.ok ? 'whole' : end.reason}`;
    },
  };
}

function changed(chunk: Uint8Array, decisions: Decisions): Uint8Array {
  const kind = decisions.byte() % 8;
  if (kind === 1) return chunk.slice(0, decisions.number(3) % (chunk.length + 1));
  if (kind === 2) return new Uint8Array([...chunk, decisions.byte()]);
  if (kind > 4) return chunk;
  const copy = chunk.slice();
  if (kind > 2) {
    const at = decisions.number(3) % copy.length;
    copy[at] = (copy[at] ?? 0) ^ decisions.byte();
  }
  return copy;
}
