// Two users of libsignal in memory. As its interface has it, each operation loads the session's record and stores it
// again; here both as bytes, as on any disk.
import {
  type CiphertextMessage,
  CiphertextMessageType,
  IdentityChange,
  IdentityKeyPair,
  IdentityKeyStore,
  KEMKeyPair,
  KyberPreKeyRecord,
  KyberPreKeyStore,
  PreKeyBundle,
  PreKeyRecord,
  PreKeySignalMessage,
  PreKeyStore,
  PrivateKey,
  ProtocolAddress,
  type PublicKey,
  processPreKeyBundle,
  SessionRecord,
  SessionStore,
  SignalMessage,
  SignedPreKeyRecord,
  SignedPreKeyStore,
  signalDecrypt,
  signalDecryptPreKey,
  signalEncrypt,
} from '@signalapp/libsignal-client';

/** What libsignal takes for bytes. */
type Memory = Uint8Array<ArrayBuffer>;

class Sessions extends SessionStore {
  readonly #records = new Map<string, Memory>();

  override async saveSession(name: ProtocolAddress, record: SessionRecord): Promise<void> {
    this.#records.set(name.toString(), record.serialize());
  }

  override async getSession(name: ProtocolAddress): Promise<SessionRecord | null> {
    const record = this.#records.get(name.toString());
    return record === undefined ? null : SessionRecord.deserialize(record);
  }

  override async getExistingSessions(names: ProtocolAddress[]): Promise<SessionRecord[]> {
    const records = await Promise.all(names.map((name) => this.getSession(name)));
    return records.filter((record) => record !== null);
  }
}

class Identities extends IdentityKeyStore {
  readonly pair = IdentityKeyPair.generate();
  readonly #known = new Map<string, PublicKey>();

  override async getIdentityKey(): Promise<PrivateKey> {
    return this.pair.privateKey;
  }

  override async getIdentityKeyPair(): Promise<IdentityKeyPair> {
    return this.pair;
  }

  override async getLocalRegistrationId(): Promise<number> {
    return 1;
  }

  override async saveIdentity(name: ProtocolAddress, key: PublicKey): Promise<IdentityChange> {
    const before = this.#known.get(name.toString());
    this.#known.set(name.toString(), key);
    return before === undefined || before.equals(key) ? IdentityChange.NewOrUnchanged : IdentityChange.ReplacedExisting;
  }

  override async isTrustedIdentity(name: ProtocolAddress, key: PublicKey): Promise<boolean> {
    return this.#known.get(name.toString())?.equals(key) ?? true;
  }

  override async getIdentity(name: ProtocolAddress): Promise<PublicKey | null> {
    return this.#known.get(name.toString()) ?? null;
  }
}

/** One record of each kind is all that a conversation takes; bytes, as a store gives them. */
function only<T>(record: T | null): T {
  if (record === null) throw new Error('there is no such prekey');
  return record;
}

class OneTimePreKeys extends PreKeyStore {
  #record: Memory | null = null;

  override async savePreKey(_id: number, record: PreKeyRecord): Promise<void> {
    this.#record = record.serialize();
  }

  override async getPreKey(): Promise<PreKeyRecord> {
    return PreKeyRecord.deserialize(only(this.#record));
  }

  override async removePreKey(): Promise<void> {
    this.#record = null;
  }
}

class SignedPreKeys extends SignedPreKeyStore {
  #record: Memory | null = null;

  override async saveSignedPreKey(_id: number, record: SignedPreKeyRecord): Promise<void> {
    this.#record = record.serialize();
  }

  override async getSignedPreKey(): Promise<SignedPreKeyRecord> {
    return SignedPreKeyRecord.deserialize(only(this.#record));
  }
}

class KemPreKeys extends KyberPreKeyStore {
  #record: Memory | null = null;

  override async saveKyberPreKey(_id: number, record: KyberPreKeyRecord): Promise<void> {
    this.#record = record.serialize();
  }

  override async getKyberPreKey(): Promise<KyberPreKeyRecord> {
    return KyberPreKeyRecord.deserialize(only(this.#record));
  }

  override async markKyberPreKeyUsed(): Promise<void> {}
}

/** A message as it would travel. */
export interface PeerEnvelope {
  readonly type: number;
  readonly bytes: Memory;
}

/** One user's end of one conversation. */
export class PeerEnd {
  readonly address: ProtocolAddress;
  readonly #sessions = new Sessions();
  readonly #identities = new Identities();
  readonly #oneTime = new OneTimePreKeys();
  readonly #signed = new SignedPreKeys();
  readonly #kem = new KemPreKeys();

  constructor(name: string) {
    this.address = ProtocolAddress.new(name, 1);
  }

  async bundle(): Promise<PreKeyBundle> {
    const { pair } = this.#identities;
    const [oneTime, signed, kem] = [PrivateKey.generate(), PrivateKey.generate(), KEMKeyPair.generate()];
    const signature = pair.privateKey.sign(signed.getPublicKey().serialize());
    const kemSignature = pair.privateKey.sign(kem.getPublicKey().serialize());
    await this.#oneTime.savePreKey(2, PreKeyRecord.new(2, oneTime.getPublicKey(), oneTime));
    const signedRecord = SignedPreKeyRecord.new(1, Date.now(), signed.getPublicKey(), signed, signature);
    await this.#signed.saveSignedPreKey(1, signedRecord);
    await this.#kem.saveKyberPreKey(3, KyberPreKeyRecord.new(3, Date.now(), kem, kemSignature));
    return PreKeyBundle.new(
      1,
      1,
      2,
      oneTime.getPublicKey(),
      1,
      signed.getPublicKey(),
      signature,
      pair.publicKey,
      3,
      kem.getPublicKey(),
      kemSignature,
    );
  }

  async start(to: PeerEnd, bundle: PreKeyBundle): Promise<void> {
    await processPreKeyBundle(bundle, to.address, this.address, this.#sessions, this.#identities);
  }

  async seal(to: PeerEnd, body: Memory): Promise<PeerEnvelope> {
    const sealed: CiphertextMessage = await signalEncrypt(
      body,
      to.address,
      this.address,
      this.#sessions,
      this.#identities,
    );
    return { type: sealed.type(), bytes: sealed.serialize() };
  }

  async open(from: PeerEnd, { type, bytes }: PeerEnvelope): Promise<Uint8Array> {
    if (type !== CiphertextMessageType.PreKey) {
      const message = SignalMessage.deserialize(bytes);
      return signalDecrypt(message, from.address, this.address, this.#sessions, this.#identities);
    }
    return signalDecryptPreKey(
      PreKeySignalMessage.deserialize(bytes),
      from.address,
      this.address,
      this.#sessions,
      this.#identities,
      this.#oneTime,
      this.#signed,
      this.#kem,
    );
  }
}

/** Two ends that have both written. */
export async function peerConversation(): Promise<{ readonly alice: PeerEnd; readonly bob: PeerEnd }> {
  const [alice, bob] = [new PeerEnd('alice'), new PeerEnd('bob')];
  await alice.start(bob, await bob.bundle());
  await bob.open(alice, await alice.seal(bob, Uint8Array.of(1)));
  await alice.open(bob, await bob.seal(alice, Uint8Array.of(2)));
  return { alice, bob };
}
