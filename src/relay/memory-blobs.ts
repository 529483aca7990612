import { type AccountId, equal } from '../crypto/bytes.ts';
import {
  type BlobProgress,
  type BlobRecords,
  countedBytes,
  LIST_MAX_BLOBS,
  type NewBlob,
  type StoredBlob,
} from './blob-record.ts';
import { mapKey } from './map-key.ts';

interface Held {
  readonly place: NewBlob;
  readonly fileNo: number;
  received: number;
  expiresAt: number;
}

export interface MemoryBlobs extends BlobRecords {
  advance(progress: BlobProgress): void;
  removeAll(owner: AccountId): readonly number[];
}

/** The memory store's blobs. */
export function createMemoryBlobs(quotaBytes: number, isAccount: (id: AccountId) => boolean): MemoryBlobs {
  const blobs = new Map<string, Held>();
  let lastFileNo = 0;

  function take(isTaken: (held: Held) => boolean): readonly number[] {
    const taken = [...blobs].filter(([, held]) => isTaken(held));
    for (const [key] of taken) blobs.delete(key);
    return taken.map(([, { fileNo }]) => fileNo);
  }

  return {
    async createBlob(place, now) {
      if (!isAccount(place.owner)) return 'no-account';
      const known = blobs.get(mapKey(place.blobId));
      if (known !== undefined) return isSame(known.place, place) && known.expiresAt > now ? 'created' : 'exists';
      let used = countedBytes(place.bytes);
      for (const held of blobs.values()) {
        if (equal(held.place.owner, place.owner) && held.expiresAt > now) used += countedBytes(held.place.bytes);
      }
      if (used > quotaBytes) return 'quota';
      blobs.set(mapKey(place.blobId), { place, fileNo: ++lastFileNo, received: 0, expiresAt: place.expiresAt });
      return 'created';
    },

    async findBlob(blobId, now): Promise<StoredBlob | null> {
      const held = blobs.get(mapKey(blobId));
      if (held === undefined || held.expiresAt <= now) return null;
      const { bytes, uploadTokenHash, downloadTokenHash } = held.place;
      return { fileNo: held.fileNo, bytes, received: held.received, uploadTokenHash, downloadTokenHash };
    },

    async deleteBlob(owner, blobId) {
      const key = mapKey(blobId);
      const held = blobs.get(key);
      if (held === undefined || !equal(held.place.owner, owner)) return null;
      blobs.delete(key);
      return held.fileNo;
    },

    async expireBlobs(now, slice) {
      let removed = 0;
      return take((held) => held.expiresAt <= now && removed++ < slice);
    },

    async listBlobs(afterNo) {
      // A Map keeps the order in which file numbers were given out.
      return [...blobs.values()]
        .filter(({ fileNo }) => fileNo > afterNo)
        .slice(0, LIST_MAX_BLOBS)
        .map(({ fileNo, received }) => ({ fileNo, received }));
    },

    advance({ fileNo, received, expiresAt, isLoss = false }) {
      for (const held of blobs.values()) {
        if (held.fileNo === fileNo && (isLoss || received >= held.received))
          Object.assign(held, { received, expiresAt });
      }
    },

    removeAll: (owner) => take((held) => equal(held.place.owner, owner)),
  };
}

function isSame(a: NewBlob, b: NewBlob): boolean {
  return (
    equal(a.owner, b.owner) &&
    a.bytes === b.bytes &&
    equal(a.uploadTokenHash, b.uploadTokenHash) &&
    equal(a.downloadTokenHash, b.downloadTokenHash)
  );
}
