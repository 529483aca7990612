// The profile written down a second time, from docs/protocol.md and the specifications' pseudocode, with mutable state,
// @noble alone and nothing of src/crypto: slow, plain, and meant to be compared with, envelope by envelope.
import { gcm } from '@noble/ciphers/aes.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { OraclePq, type Payload } from './oracle-pq.ts';

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

function header(key: Bytes, pn: number, n: number, pqEpoch: number, pqN: number, [ty, p]: Payload): Bytes {
  const place = join(be32(pn), be32(n), be32(pqEpoch), be32(pqN));
  return join(key, place, byte(ty), byte(p.length >> 8), byte(p.length), byte(0), p, new Uint8Array(1184 - p.length));
}

const root = (rk: Bytes, dh: Bytes) => thirds(hkdf(sha256, dh, rk, ascii('smchat/v1/root'), 96));
const next = (ck: Bytes) => [hmac(sha256, ck, byte(1)), hmac(sha256, ck, byte(2))] as const;
type Three = [Bytes, Bytes, Bytes];

/** All that is drawn for a message, and when it is sent. */
export interface Fresh {
  ratchetKeyPair: Pair;
  headerNonce: Bytes;
  initialNonce: Bytes;
  kemSeed: Bytes;
  now: number;
}

const FOURTEEN_DAYS = 14 * 24 * 3600 * 1000;

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
  MKSKIPPED: { HK: Bytes; N: number; prk: Bytes; pqEpoch: number; pqN: number; at: number }[] = [];
  pq: OraclePq;
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
    now: number,
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
    this.pq = new OraclePq(initiates ? 0 : 1, pq, now);
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

  clone(): OracleSession {
    const changed = { MKSKIPPED: [...this.MKSKIPPED], pq: this.pq.clone() };
    return Object.assign(Object.create(OracleSession.prototype), this, changed);
  }

  encrypt(body: Bytes, { ratchetKeyPair: fresh, headerNonce, initialNonce, kemSeed, now }: Fresh): Bytes {
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
    const { pqmk, pqEpoch, pqN, payload } = this.pq.send(now, kemSeed);
    const plain = header(this.DHs.publicKey, this.PN, this.Ns, pqEpoch, pqN, payload);
    const outer = join(byte(1), byte(2), headerNonce);
    const sealedHeader = gcm(this.HKs, headerNonce, join(this.AD, outer)).encrypt(plain);
    const prk = hmac(sha256, pqmk, seed);
    const overhead = 1298 + (this.block === null ? 0 : this.block.outer.length + 12 + this.block.block.length + 16);
    const bucket = [2048, 4096, 8192, 16384, 65536].find((size) => size - overhead >= body.length + 1) ?? 0;
    const padded = join(body, byte(0x80), new Uint8Array(bucket - overhead - body.length - 1));
    const message = join(outer, sealedHeader, this.sealBody(prk, this.Ns, headerNonce, sealedHeader, padded));
    this.CKs = ck;
    this.Ns += 1;
    if (this.block === null) return message;
    const clear = join(this.block.outer, initialNonce);
    return join(clear, gcm(this.block.key, initialNonce, clear).encrypt(join(this.block.block, message)));
  }

  /** The body, or throws; on a throw the caller goes on with a copy from before. `m` answers a key that may come. */
  decrypt(message: Bytes, now: number, m: Bytes): Bytes {
    const nonce = message.slice(2, 14);
    const sealed = message.slice(14, 1266);
    const bound = join(this.AD, message.slice(0, 14));
    const open = (hk: Bytes | null) => {
      try {
        return hk === null ? null : Buffer.from(gcm(hk, nonce, bound).decrypt(sealed));
      } catch {
        return null;
      }
    };
    const finish = (prk: Bytes, h: Buffer) => {
      const body = this.openBody(prk, h.readUInt32BE(36), nonce, sealed, message);
      const [length, rest] = [h.readUInt16BE(49), h.subarray(52)];
      if (h[51] !== 0 || length > 1184 || rest.subarray(length).some((b) => b !== 0)) throw new Error('filling');
      this.pq.take(h.readUInt32BE(40), [h.readUInt8(48), new Uint8Array(rest.subarray(0, length))], now, m);
      this.block = null;
      return body;
    };
    this.MKSKIPPED = this.MKSKIPPED.filter(({ at }) => now - at <= FOURTEEN_DAYS);
    for (const [i, entry] of this.MKSKIPPED.entries()) {
      const h = open(entry.HK);
      if (h !== null && h.readUInt32BE(36) === entry.N) {
        if (h.readUInt32BE(40) !== entry.pqEpoch || h.readUInt32BE(44) !== entry.pqN) throw new Error('not its place');
        this.MKSKIPPED.splice(i, 1);
        return finish(entry.prk, h);
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
    const [pn, n] = [h.readUInt32BE(32), h.readUInt32BE(36)];
    const rest = stepped ? pn - this.Nr : 0;
    const G = stepped ? rest + n : n - this.Nr;
    if (rest < 0 || G < 0 || G > 2000) throw new Error('out of place');
    const steps = this.pq.pass(h.readUInt32BE(40), h.readUInt32BE(44), G);
    for (const step of steps.slice(0, rest)) this.skip(step, now);
    if (stepped) {
      const their = new Uint8Array(h.subarray(0, 32));
      let dh = DH(this.DHs, their);
      if (this.seDue && this.initiates) dh = join(dh, DH(this.identity, their));
      if (this.initiates) this.seDue = false;
      this.HKr = this.NHKr;
      [this.RK, this.CKr, this.NHKr] = root(this.RK, dh);
      this.DHr = their;
      this.CKs = null;
      this.Nr = 0;
    }
    for (const step of steps.slice(rest)) this.skip(step, now);
    const own = this.MKSKIPPED.pop();
    if (own === undefined) throw new Error('no step');
    this.evict();
    return finish(own.prk, h);
  }

  /** One step of the receiving chain, kept as if it were passed over. */
  private skip({ pqmk, pqEpoch, pqN }: ReturnType<OraclePq['pass']>[number], at: number): void {
    if (this.CKr === null || this.HKr === null) throw new Error('no receiving chain');
    const [seed, ck] = next(this.CKr);
    this.MKSKIPPED.push({ HK: this.HKr, N: this.Nr, prk: hmac(sha256, pqmk, seed), pqEpoch, pqN, at });
    this.CKr = ck;
    this.Nr += 1;
  }

  /** The newest four chains before the current one, 2,000 messages in all. */
  private evict(): void {
    const older = [...new Set(this.MKSKIPPED.map(({ HK }) => HK))].filter((HK) => HK !== this.HKr).slice(-4);
    this.MKSKIPPED = this.MKSKIPPED.filter(({ HK }) => HK === this.HKr || older.includes(HK)).slice(-2000);
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
