import { SmchatError } from '../smchat-error.ts';

/** SQLSTATE of what PostgreSQL answered; null for the system's and the driver's own failures (EPIPE looks like one). */
function sqlState(thrown: unknown): string | null {
  if (!(thrown instanceof Error && 'code' in thrown && 'severity' in thrown)) return null;
  return typeof thrown.code === 'string' && typeof thrown.severity === 'string' ? thrown.code : null;
}

/** Whether another connection may fare better: the server is gone, ends, or takes no writes (any more). */
export function isServerLost(thrown: unknown): boolean {
  const state = sqlState(thrown);
  if (state === null) return !(thrown instanceof SmchatError);
  return state.startsWith('08') || state.startsWith('57P') || state === '25006' || state === '53300';
}

/** PostgreSQL's failures in the words of both programs; none of them tells a password. */
export function postgresError(thrown: unknown): SmchatError {
  if (thrown instanceof SmchatError) return thrown;
  const options = { cause: thrown };
  const state = sqlState(thrown);
  if (isServerLost(thrown)) return new SmchatError('store-unreachable', undefined, options);
  if (state === null) return new SmchatError('internal', undefined, options);
  if (state === '53100') return new SmchatError('storage-full', "the database's disk is full", options);
  if (state.startsWith('28')) {
    return new SmchatError('store-unreachable', 'the database does not accept this user or password', options);
  }
  if (state === '3D000') return new SmchatError('store-unreachable', 'there is no such database', options);
  if (state === '42501') {
    return new SmchatError('storage-not-writable', 'the database does not let this user make its tables', options);
  }
  if (state.startsWith('58')) return new SmchatError('storage-not-writable', "the database's disk fails", options);
  if (state.startsWith('XX00')) return new SmchatError('storage-damaged', undefined, options);
  return new SmchatError('internal', undefined, options);
}
