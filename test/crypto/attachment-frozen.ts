import { toHex } from '../../src/crypto/bytes.ts';
import { sealFile } from './attachment-file.ts';
import { oracleHash, oracleSeal } from './attachment-oracle.ts';
import { Bytes } from './parties.ts';

const LENGTHS = [0, 1, 65_535, 65_536, 65_537, 131_072, 250_000];

/** One file as what an implementation must reproduce, in hexadecimal; of its long chunks the first 16 bytes and the tag. */
export interface FrozenFile {
  readonly key: string;
  readonly prefix: string;
  /** The content's length; byte i of it is (i + ⌊i / 256⌋) modulo 256. */
  readonly bytes: number;
  readonly chunks: readonly { readonly bytes: number; readonly first: string; readonly tag: string }[];
  readonly ciphertextHash: string;
}

/** Computed by src/crypto, on node:crypto. */
export function filesByProduct(): readonly FrozenFile[] {
  return freeze(sealFile);
}

/** Computed by the transcription in attachment-oracle.ts, on @noble alone. */
export function filesByOracle(): readonly FrozenFile[] {
  return freeze((key, prefix, content) => {
    const chunks = oracleSeal(key, prefix, content);
    return { chunks, hash: oracleHash(chunks) };
  });
}

function freeze(
  seal: (
    key: Uint8Array,
    prefix: Uint8Array,
    content: Uint8Array,
  ) => { readonly chunks: readonly Uint8Array[]; readonly hash: Uint8Array },
): readonly FrozenFile[] {
  const random = new Bytes('frozen attachment');
  return LENGTHS.map((bytes) => {
    const [key, prefix] = [random.take(32), random.take(7)];
    const content = Uint8Array.from({ length: bytes }, (_, i) => i + (i >> 8));
    const { chunks, hash } = seal(key, prefix, content);
    return {
      key: toHex(key),
      prefix: toHex(prefix),
      bytes,
      chunks: chunks.map((chunk) => ({
        bytes: chunk.length,
        first: toHex(chunk.subarray(0, 16)),
        tag: toHex(chunk.subarray(-16)),
      })),
      ciphertextHash: toHex(hash),
    };
  });
}
