import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { SmchatError } from '../smchat-error.ts';

const KEY_BYTES = 32;

/** What a relay keeps beside its database: without the first its clients no longer know it. */
export interface DataFolder {
  readonly databaseFile: string;
  /** For the files of blobs. */
  readonly blobFolder: string;
  /** Seed of the relay's static key, which every client pins. */
  readonly relayKeySeed: Uint8Array;
  /** Keys the HMAC of deleted names. */
  readonly tombstoneKey: Uint8Array;
}

/**
 * Makes or opens the folder, mode 0700, with its two keys and, where the database lies in it, an empty database file, mode
 * 0600, whatever the umask. A database elsewhere says itself whether the keys are the ones that belong to it.
 */
export function openDataFolder(folder: string, hasDatabase = true): DataFolder {
  const databaseFile = join(folder, 'relay.db');
  const blobFolder = join(folder, 'blobs');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    mkdirSync(blobFolder, { recursive: true, mode: 0o700 });
    chmodSync(blobFolder, 0o700);
    const isNew = !hasDatabase || !existsSync(databaseFile);
    const relayKeySeed = openKey(join(folder, 'relay.key'), isNew);
    const tombstoneKey = openKey(join(folder, 'tombstone.key'), isNew);
    if (hasDatabase) {
      // Made here, so that SQLite's own files take over its mode.
      closeSync(openSync(databaseFile, 'a', 0o600));
      chmodSync(databaseFile, 0o600);
    }
    return { databaseFile, blobFolder, relayKeySeed, tombstoneKey };
  } catch (thrown) {
    if (thrown instanceof SmchatError) throw thrown;
    throw new SmchatError('storage-not-writable', `the data folder ${folder} cannot be written`, { cause: thrown });
  }
}

function openKey(file: string, mayMake: boolean): Uint8Array {
  if (!existsSync(file)) {
    // A new key beside old accounts would lock every client out without a word.
    if (!mayMake) throw new SmchatError('storage-damaged', `${file} is missing`);
    writeDurably(file, randomBytes(KEY_BYTES));
  }
  chmodSync(file, 0o600);
  const key = readFileSync(file);
  if (key.length !== KEY_BYTES) throw new SmchatError('storage-damaged', `${file} is damaged`);
  return new Uint8Array(key);
}

/**
 * Whole or not at all: a kill in between leaves no half key under the name, and of two relays started at once on a new
 * folder the first one's key stays.
 */
function writeDurably(file: string, bytes: Uint8Array): void {
  const draft = `${file}.${randomBytes(4).toString('hex')}.new`;
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, bytes);
    fsyncSync(descriptor);
    linkSync(draft, file);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  } finally {
    closeSync(descriptor);
    unlinkSync(draft);
  }
}
