import { gcm } from '@noble/ciphers/aes.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import {
  ascii,
  type Bytes,
  be32,
  byte,
  DH,
  type Handshake,
  join,
  OracleSession,
  type Pair,
  type Person,
} from './oracle.ts';

/** The initiator's side of protocol.md, section 2. DH(IKa, SPKb) can be given by whoever has the other half. */
export function oracleInitiate(
  local: Person,
  ephemeral: Pair,
  ratchet: Pair,
  m: Bytes,
  h: Omit<Handshake, 'initiator' | 'ephemeralKey' | 'kemCiphertext'>,
  now: number,
  identityAgreement = DH(local.identity, h.signed.key),
): OracleSession {
  const { cipherText, sharedSecret } = ml_kem1024.encapsulate(h.kem.key, m);
  const initiator = { id: local.id, name: local.name, identityKey: local.identity.publicKey };
  const handshake = { ...h, initiator, ephemeralKey: ephemeral.publicKey, kemCiphertext: cipherText };
  const secrets = [
    identityAgreement,
    DH(ephemeral, h.responder.identityKey),
    DH(ephemeral, h.signed.key),
    ...(h.oneTime === null ? [] : [DH(ephemeral, h.oneTime.key)]),
  ];
  const session = new OracleSession(true, local.identity, handshake, secrets, sharedSecret, ratchet, now);
  session.block = {
    outer: join(byte(1), byte(1), be32(h.signed.id), ephemeral.publicKey),
    key: hkdf(sha256, DH(ephemeral, h.signed.key), new Uint8Array(32), ascii('smchat/v1/initial'), 32),
    block: join(
      join(byte(5), local.identity.publicKey, local.id),
      join(byte(local.name.length), ascii(local.name), new Uint8Array(32 - local.name.length)),
      h.oneTime === null ? new Uint8Array(5) : join(byte(1), be32(h.oneTime.id)),
      join(byte(h.kem.kind), be32(h.kem.id), cipherText),
    ),
  };
  return session;
}

/** Opens the outer layer of an initial envelope: what is sealed for the signed prekey. */
export function oracleOpenLayer(envelope: Bytes, signed: Pair): Bytes {
  const clear = envelope.slice(0, 50);
  const key = hkdf(sha256, DH(signed, clear.slice(6, 38)), new Uint8Array(32), ascii('smchat/v1/initial'), 32);
  return gcm(key, clear.slice(38), clear).decrypt(envelope.slice(50));
}

/** The responder's side, and the first body. */
export function oracleRespond(
  local: Person,
  keys: { signed: Pair & { id: number }; oneTime: Pair & { id: number }; kem: { id: number; seed: Bytes } },
  envelope: Bytes,
  now: number,
  m: Bytes,
): { session: OracleSession; body: Bytes } {
  const opened = oracleOpenLayer(envelope, keys.signed);
  const ephemeralKey = envelope.slice(6, 38);
  const block = Buffer.from(opened.slice(0, 1660));
  const { publicKey, secretKey } = ml_kem1024.keygen(keys.kem.seed);
  const hasOneTime = block[82] === 1;
  const handshake: Handshake = {
    initiator: {
      identityKey: opened.slice(1, 33),
      id: opened.slice(33, 49),
      name: block.subarray(50, 50 + (block[49] ?? 0)).toString('latin1'),
    },
    responder: { id: local.id, name: local.name, identityKey: local.identity.publicKey },
    ephemeralKey,
    signed: { id: keys.signed.id, key: keys.signed.publicKey },
    oneTime: hasOneTime ? { id: block.readUInt32BE(83), key: keys.oneTime.publicKey } : null,
    kem: { kind: block[87] ?? 0, id: block.readUInt32BE(88), key: publicKey },
    kemCiphertext: opened.slice(92, 1660),
  };
  const secrets = [
    DH(keys.signed, handshake.initiator.identityKey),
    DH(local.identity, ephemeralKey),
    DH(keys.signed, ephemeralKey),
    ...(hasOneTime ? [DH(keys.oneTime, ephemeralKey)] : []),
  ];
  const kemSecret = ml_kem1024.decapsulate(handshake.kemCiphertext, secretKey);
  const session = new OracleSession(false, local.identity, handshake, secrets, kemSecret, keys.signed, now);
  return { session, body: session.decrypt(opened.slice(1660), now, m) };
}
