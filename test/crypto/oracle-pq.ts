// The post-quantum ratchet written down a second time, from the specification's pseudocode and with its names: mutable
// state, @noble alone, nothing of src/crypto. Whoever receives works on a copy and drops it where something throws.
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';

type Bytes = Uint8Array;
type Mode =
  | { is: 'IDLE' }
  | { is: 'OFFER'; dk: Bytes; ek: Bytes }
  | { is: 'WAIT' }
  | { is: 'REPLY'; ct: Bytes; CKs1: Bytes };

/** (type, bytes): 0 none, 1 ek, 2 ct, 3 ask. */
export type Payload = readonly [number, Bytes];

const HMAC = (key: Bytes, value: number) => hmac(sha256, key, Uint8Array.of(value));
const owner = (e: number) => (e % 2 === 1 ? 0 : 1);
const LENGTHS = [0, 1184, 1088, 0];
const SECONDS = 1000;

/** HKDF(salt, ikm, "smchat/v1/pq" || e, 96), cut in three. */
function epochKeys(salt: Bytes, ikm: Bytes, e: number): { root: Bytes; C: [Bytes, Bytes] } {
  const info = Buffer.concat([Buffer.from('smchat/v1/pq'), Buffer.from([e >>> 24, e >>> 16, e >>> 8, e])]);
  const okm = hkdf(sha256, ikm, salt, new Uint8Array(info), 96);
  return { root: okm.slice(0, 32), C: [okm.slice(32, 64), okm.slice(64, 96)] };
}

export class OraclePq {
  readonly me: 0 | 1;
  mode: Mode;
  s = 0;
  CKs: Bytes;
  ns = 0;
  t0: number;
  r = 0;
  CKr: Bytes;
  nr = 0;
  CKr1: Bytes | null = null;
  root: Bytes;
  asked = false;
  fresh: boolean;

  constructor(me: 0 | 1, agreedRoot: Bytes, now: number) {
    const { root, C } = epochKeys(new Uint8Array(32), agreedRoot, 0);
    this.me = me;
    this.root = root;
    this.CKs = C[me];
    this.CKr = C[this.peer];
    this.t0 = now;
    this.mode = me === 0 ? { is: 'IDLE' } : { is: 'WAIT' };
    this.fresh = me === 0;
  }

  get peer(): 0 | 1 {
    return this.me === 0 ? 1 : 0;
  }

  clone(): OraclePq {
    return Object.assign(Object.create(OraclePq.prototype), this);
  }

  due(now: number): boolean {
    return this.ns >= 10 || now - this.t0 >= 600 * SECONDS || now < this.t0 || this.fresh;
  }

  connected(): void {
    this.fresh = true;
  }

  /** The sending step; `d_z` is KeyGen's randomness. */
  send(now: number, d_z: Bytes): { pqmk: Bytes; pqEpoch: number; pqN: number; payload: Payload } {
    if (this.mode.is === 'IDLE' && (this.due(now) || this.asked)) {
      const { publicKey, secretKey } = ml_kem768.keygen(d_z);
      this.mode = { is: 'OFFER', dk: secretKey, ek: publicKey };
    }
    const pqmk = HMAC(this.CKs, 1);
    this.CKs = HMAC(this.CKs, 2);
    const place = { pqEpoch: this.s, pqN: this.ns };
    const payload = this.payload(now);
    this.ns += 1;
    return { pqmk, ...place, payload };
  }

  private payload(now: number): Payload {
    const { mode } = this;
    if (mode.is === 'OFFER') return [1, mode.ek];
    if (mode.is === 'REPLY') return [2, mode.ct];
    return [mode.is === 'WAIT' && this.due(now) ? 3 : 0, new Uint8Array(0)];
  }

  /** Steps over the G messages passed over and the message itself: each one's pqmk and place, in the sender's order. */
  pass(h: number, m: number, G: number): { pqmk: Bytes; pqEpoch: number; pqN: number }[] {
    if (h === this.r) {
      if (m !== this.nr + G) throw new Error('not at its place');
    } else if (h === this.r + 1 && this.CKr1 !== null) {
      if (m > G) throw new Error('not at its place');
    } else throw new Error('an epoch that is not there');
    const steps = [];
    for (let j = 0; j <= G; j++) {
      if (this.r !== h && G - j === m) {
        if (this.CKr1 === null) throw new Error('no next chain');
        this.r = h;
        this.CKr = this.CKr1;
        this.CKr1 = null;
        this.nr = 0;
      }
      steps.push({ pqmk: HMAC(this.CKr, 1), pqEpoch: this.r, pqN: this.nr });
      this.CKr = HMAC(this.CKr, 2);
      this.nr += 1;
    }
    return steps;
  }

  /** What follows authentication; `m` is Encaps' randomness. */
  take(h: number, [ty, p]: Payload, now: number, m: Bytes): void {
    if (ty > 3 || p.length !== LENGTHS[ty]) throw new Error('malformed');
    if (ty !== 0 && (ty === 1) !== (owner(h + 1) === this.peer)) throw new Error('not theirs to send');
    if (this.mode.is === 'REPLY' && h === this.s + 1) {
      this.CKs = this.mode.CKs1;
      this.enter(now);
      this.mode = { is: 'IDLE' };
    }
    if (h !== this.s) return;
    if (ty === 1 && this.mode.is === 'WAIT') {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(p, m);
      const C = this.derive(sharedSecret, p, cipherText);
      this.CKr1 = C[this.peer];
      this.mode = { is: 'REPLY', ct: cipherText, CKs1: C[this.me] };
    } else if (ty === 2 && this.mode.is === 'OFFER') {
      const C = this.derive(ml_kem768.decapsulate(p, this.mode.dk), this.mode.ek, p);
      this.CKs = C[this.me];
      this.CKr1 = C[this.peer];
      this.enter(now);
      this.mode = { is: 'WAIT' };
    } else if (ty === 3 && this.mode.is === 'IDLE') this.asked = true;
  }

  private derive(ss: Bytes, ek: Bytes, ct: Bytes): [Bytes, Bytes] {
    const bound = sha256(new Uint8Array([...ek, ...ct]));
    const { root, C } = epochKeys(this.root, new Uint8Array([...ss, ...bound]), this.s + 1);
    this.root = root;
    return C;
  }

  private enter(now: number): void {
    this.s += 1;
    this.ns = 0;
    this.t0 = now;
    this.asked = false;
    this.fresh = false;
  }
}
