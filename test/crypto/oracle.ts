// The profile written down a second time, from docs/protocol.md and the specifications' pseudocode, with mutable state,
// @noble alone and nothing of src/crypto: slow, plain, and meant to be compared with, envelope by envelope.
import { gcm } from '@noble/ciphers/aes.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';

export type Bytes = Uint8Array;
export interface Pair {
  publicKey: Bytes;
  privateKey: Bytes;
}

export const ascii = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
export const join = (...parts: Bytes[]) => new Uint8Array(Buffer.concat(parts));
export const byte = (value: number) => Uint8Array.of(value);
export const be32 = (value: number) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
export const DH = (own: Pair, their: Bytes) => x25519.getSharedSecret(own.privateKey, their);
const same = (a: Bytes, b: Bytes) => Buffer.compare(a, b) === 0;
const thirds = (okm: Bytes): Three => [okm.slice(0, 32), okm.slice(32, 64), okm.slice(64, 96)];

export interface Person {
  id: Bytes;
  name: string;
  identity: Pair;
}

/** Everything that both sides put into the agreement, with the private keys that this side has. */
export interface Handshake {
  initiator: { id: Bytes; name: string; identityKey: Bytes };
  responder: { id: Bytes; name: string; identityKey: Bytes };
  ephemeralKey: Bytes;
  signed: { id: number; key: Bytes };
  oneTime: { id: number; key: Bytes } | null;
  kem: { id: number; kind: number; key: Bytes };
  kemCiphertext: Bytes;
}

function transcriptHash(h: Handshake): Bytes {
  const party = (p: Handshake['initiator']) => join(p.id, byte(p.name.length), ascii(p.name), byte(5), p.identityKey);
  return sha256(
    join(
      ascii('smchat/v1/transcript'),
      byte(1),
      party(h.initiator),
      party(h.responder),
      join(byte(5), h.ephemeralKey),
      join(byte(5), h.signed.key, be32(h.signed.id)),
      h.oneTime === null ? byte(0) : join(byte(1), be32(h.oneTime.id), byte(5), h.oneTime.key),
      join(byte(h.kem.kind), be32(h.kem.id), byte(0x0a), h.kem.key),
      h.kemCiphertext,
    ),
  );
}

function header(key: Bytes, pn: number, n: number, pqEpoch: number, pqN: number): Bytes {
  return join(key, be32(pn), be32(n), be32(pqEpoch), be32(pqN), new Uint8Array(4), new Uint8Array(1184));
}

const root = (rk: Bytes, dh: Bytes) => thirds(hkdf(sha256, dh, rk, ascii('smchat/v1/root'), 96));
const next = (ck: Bytes) => [hmac(sha256, ck, byte(1)), hmac(sha256, ck, byte(2))] as const;
type Three = [Bytes, Bytes, Bytes];

/** One end of a session, Double Ratchet §4.3 and §4.4 with its names, as protocol.md, section 3 changes it. */
export class OracleSession {
  RK: Bytes;
  DHs: Pair;
  DHr: Bytes | null = null;
  CKs: Bytes | null = null;
  CKr: Bytes | null = null;
  HKs: Bytes | null = null;
  HKr: Bytes | null = null;
  NHKs: Bytes;
  NHKr: Bytes;
  Ns = 0;
  Nr = 0;
  PN = 0;
  MKSKIPPED: { HK: Bytes; N: number; prk: Bytes; pqN: number }[] = [];
  pqCKs: Bytes;
  pqCKr: Bytes;
  pqNs = 0;
  pqNr = 0;
  /** Whether the step that takes the initiator's identity in is still to come. */
  seDue = true;
  readonly AD: Bytes;
  readonly sessionId: Bytes;
  readonly initiates: boolean;
  readonly identity: Pair;
  readonly peerIdentity: Bytes;
  /** What the initiator repeats until the first reply. */
  block: { outer: Bytes; key: Bytes; block: Bytes } | null = null;

  constructor(
    initiates: boolean,
    identity: Pair,
    handshake: Handshake,
    secrets: Bytes[],
    kemSecret: Bytes,
    ratchet: Pair,
  ) {
    const th = transcriptHash(handshake);
    const ikm = join(new Uint8Array(32).fill(255), ...secrets, kemSecret);
    const okm = hkdf(sha256, ikm, th, ascii('smchat/v1/pqxdh/CURVE25519_SHA-256_ML-KEM-1024'), 144);
    const rk = okm.slice(0, 32);
    const [hka, nhkb, pq] = [okm.slice(32, 64), okm.slice(64, 96), okm.slice(96, 128)];
    this.sessionId = okm.slice(128);
    this.AD = join(ascii('smchat/v1/ad'), th);
    this.initiates = initiates;
    this.identity = identity;
    this.peerIdentity = initiates ? handshake.responder.identityKey : handshake.initiator.identityKey;
    const pqOkm = hkdf(sha256, pq, new Uint8Array(32), join(ascii('smchat/v1/pq'), be32(0)), 96);
    this.pqCKs = pqOkm.slice(initiates ? 32 : 64, initiates ? 64 : 96);
    this.pqCKr = pqOkm.slice(initiates ? 64 : 32, initiates ? 96 : 64);
    this.DHs = ratchet;
    if (initiates) {
      this.DHr = handshake.signed.key;
      [this.RK, this.CKs, this.NHKs] = root(rk, DH(ratchet, this.DHr));
      this.HKs = hka;
      this.NHKr = nhkb;
    } else {
      this.RK = rk;
      this.NHKs = nhkb;
      this.NHKr = hka;
    }
  }

  encrypt(body: Bytes, fresh: Pair, headerNonce: Bytes, initialNonce: Bytes): Bytes {
    if (this.CKs === null) {
      if (this.DHr === null) throw new Error('nothing received yet');
      this.PN = this.Ns;
      this.Ns = 0;
      this.HKs = this.NHKs;
      this.DHs = fresh;
      let dh = DH(fresh, this.DHr);
      if (this.seDue && !this.initiates) dh = join(dh, DH(fresh, this.peerIdentity));
      this.seDue = false;
      [this.RK, this.CKs, this.NHKs] = root(this.RK, dh);
    }
    if (this.HKs === null) throw new Error('no header key');
    const [seed, ck] = next(this.CKs);
    const [pqmk, pqck] = next(this.pqCKs);
    const plain = header(this.DHs.publicKey, this.PN, this.Ns, 0, this.pqNs);
    const outer = join(byte(1), byte(2), headerNonce);
    const sealedHeader = gcm(this.HKs, headerNonce, join(this.AD, outer)).encrypt(plain);
    const prk = hmac(sha256, pqmk, seed);
    const overhead = 1298 + (this.block === null ? 0 : this.block.outer.length + 12 + this.block.block.length + 16);
    const bucket = [2048, 4096, 8192, 16384, 65536].find((size) => size - overhead >= body.length + 1) ?? 0;
    const padded = join(body, byte(0x80), new Uint8Array(bucket - overhead - body.length - 1));
    const message = join(outer, sealedHeader, this.sealBody(prk, this.Ns, headerNonce, sealedHeader, padded));
    this.CKs = ck;
    this.pqCKs = pqck;
    this.Ns += 1;
    this.pqNs += 1;
    if (this.block === null) return message;
    const clear = join(this.block.outer, initialNonce);
    return join(clear, gcm(this.block.key, initialNonce, clear).encrypt(join(this.block.block, message)));
  }

  /** The body, or throws; on a throw the caller goes on with a copy from before. */
  decrypt(message: Bytes): Bytes {
    const nonce = message.slice(2, 14);
    const sealed = message.slice(14, 1266);
    const bound = join(this.AD, message.slice(0, 14));
    const open = (hk: Bytes | null) => {
      try {
        return hk === null ? null : gcm(hk, nonce, bound).decrypt(sealed);
      } catch {
        return null;
      }
    };
    for (const [i, entry] of this.MKSKIPPED.entries()) {
      const h = open(entry.HK);
      if (h !== null && Buffer.from(h).readUInt32BE(36) === entry.N) {
        this.MKSKIPPED.splice(i, 1);
        return this.openBody(entry.prk, entry.N, nonce, sealed, message);
      }
    }
    let h = open(this.HKr);
    let stepped = false;
    if (h === null) {
      if (this.CKs === null && this.CKr !== null) throw new Error('a new key that answers none of ours');
      h = open(this.NHKr);
      stepped = true;
    }
    if (h === null) throw new Error('no header key opens it');
    const view = Buffer.from(h);
    const [pn, n, pqN] = [view.readUInt32BE(32), view.readUInt32BE(36), view.readUInt32BE(44)];
    const passed = stepped ? pn - this.Nr + n : n - this.Nr;
    if (passed < 0 || passed > 2000 || pqN !== this.pqNr + passed) throw new Error('out of place');
    if (stepped) {
      while (this.CKr !== null && this.Nr < pn) this.skip();
      const their = h.slice(0, 32);
      let dh = DH(this.DHs, their);
      if (this.seDue && this.initiates) dh = join(dh, DH(this.identity, their));
      if (this.initiates) this.seDue = false;
      this.HKr = this.NHKr;
      [this.RK, this.CKr, this.NHKr] = root(this.RK, dh);
      this.DHr = their;
      this.CKs = null;
      this.Nr = 0;
    }
    while (this.Nr < n) this.skip();
    const body = this.openBody(this.stepReceiving(), n, nonce, sealed, message);
    this.block = null;
    return body;
  }

  private stepReceiving(): Bytes {
    if (this.CKr === null) throw new Error('no receiving chain');
    const [seed, ck] = next(this.CKr);
    const [pqmk, pqck] = next(this.pqCKr);
    this.CKr = ck;
    this.pqCKr = pqck;
    this.Nr += 1;
    this.pqNr += 1;
    return hmac(sha256, pqmk, seed);
  }

  private skip(): void {
    if (this.HKr === null) throw new Error('no header key');
    const entry = { HK: this.HKr, N: this.Nr, pqN: this.pqNr };
    this.MKSKIPPED.push({ ...entry, prk: this.stepReceiving() });
  }

  private sealBody(prk: Bytes, n: number, nonce: Bytes, sealedHeader: Bytes, padded: Bytes): Bytes {
    const okm = expand60(prk, join(ascii('smchat/v1/msg'), be32(n), nonce));
    const ad = join(this.AD, byte(1), byte(2), nonce, sealedHeader);
    return join(okm.slice(44), gcm(okm.slice(0, 32), okm.slice(32, 44), ad).encrypt(padded));
  }

  private openBody(prk: Bytes, n: number, nonce: Bytes, sealedHeader: Bytes, message: Bytes): Bytes {
    const okm = expand60(prk, join(ascii('smchat/v1/msg'), be32(n), nonce));
    if (!same(okm.slice(44), message.slice(1266, 1282))) throw new Error('commitment');
    const ad = join(this.AD, byte(1), byte(2), nonce, sealedHeader);
    const padded = gcm(okm.slice(0, 32), okm.slice(32, 44), ad).decrypt(message.slice(1282));
    return padded.slice(0, Buffer.from(padded).lastIndexOf(0x80));
  }
}

/** HKDF-Expand to 60 bytes: two blocks. */
function expand60(prk: Bytes, info: Bytes): Bytes {
  const first = hmac(sha256, prk, join(info, byte(1)));
  return join(first, hmac(sha256, prk, join(first, info, byte(2)))).slice(0, 60);
}
