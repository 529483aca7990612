import { asSmchatError, type FailureCode, SmchatError } from '../smchat-error.ts';

/**
 * What the database's and the operating system's codes mean to a user, by the longest prefix that fits.
 * A write that fails with EIO leaves the stored data as it was, a read that fails does not give it back.
 */
const MEANINGS: readonly (readonly [prefix: string, code: FailureCode, what: string])[] = [
  ['SQLITE_FULL', 'storage-full', 'no room is left'],
  ['SQLITE_BUSY', 'in-use', 'another process has it open'],
  ['SQLITE_LOCKED', 'in-use', 'another process has it open'],
  ['SQLITE_NOTADB', 'storage-damaged', 'it is damaged'],
  ['SQLITE_CORRUPT', 'storage-damaged', 'it is damaged'],
  ['SQLITE_IOERR_READ', 'storage-damaged', 'it cannot be read'],
  ['SQLITE_IOERR_SHORT_READ', 'storage-damaged', 'it is cut short'],
  ['SQLITE_IOERR_CORRUPTFS', 'storage-damaged', 'the file system is damaged'],
  ['SQLITE_IOERR', 'storage-not-writable', 'it cannot be written'],
  ['SQLITE_READONLY', 'storage-not-writable', 'it cannot be written'],
  ['SQLITE_CANTOPEN', 'storage-not-writable', 'it cannot be opened'],
  ['SQLITE_PERM', 'storage-not-writable', 'it cannot be opened'],
  ['ENOSPC', 'storage-full', 'no room is left'],
  ['EDQUOT', 'storage-full', 'no room is left'],
  ['EFBIG', 'storage-full', 'no room is left'],
  ['EACCES', 'storage-not-writable', 'access is denied'],
  ['EPERM', 'storage-not-writable', 'access is denied'],
  ['EROFS', 'storage-not-writable', 'the file system is read-only'],
  ['EIO', 'storage-not-writable', 'the disk does not answer'],
  ['EMFILE', 'storage-not-writable', 'too many files are open'],
  ['ENFILE', 'storage-not-writable', 'too many files are open'],
  ['ENOTDIR', 'storage-not-writable', 'its folder is no folder'],
  ['EISDIR', 'storage-damaged', 'a folder stands in its place'],
  ['ELOOP', 'storage-damaged', 'a link stands in its place'],
];

/** The code that a failing system call or SQLite call carries, or null. */
export function errorCode(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null;
  if ('code' in thrown && typeof thrown.code === 'string') {
    // What SQLCipher refuses below the search index, SQLite passes on without a reason; its own errors of this code,
    // mistakes in a statement, all name one.
    return thrown.code === 'SQLITE_ERROR' && thrown.message.endsWith(': SQL logic error')
      ? 'SQLITE_CORRUPT'
      : thrown.code;
  }
  // The package gives no code where the file itself could not be opened.
  return thrown.message.startsWith('sqlite open error') ? 'SQLITE_CANTOPEN' : null;
}

/** A failure of the file or database `what`, as the failure that a user sees; what is unknown becomes `internal`. */
export function storageError(what: string, thrown: unknown): SmchatError {
  if (thrown instanceof SmchatError) return thrown;
  const code = errorCode(thrown);
  const meaning = MEANINGS.find(([prefix]) => code?.startsWith(prefix));
  if (meaning === undefined) return asSmchatError(thrown);
  const [, failure, why] = meaning;
  // `in-use` has a sentence of its own in the table, and needs no file's name.
  return new SmchatError(failure, failure === 'in-use' ? undefined : `${what}: ${why}`, { cause: thrown });
}
