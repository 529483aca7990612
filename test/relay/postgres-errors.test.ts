import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { isServerLost, postgresError } from '../../src/relay/postgres-errors.ts';
import { SmchatError } from '../../src/smchat-error.ts';

/** What the driver throws where the server answers with an error. */
function answered(code: string): Error {
  const error = new pg.DatabaseError('…', 1, 'error');
  error.code = code;
  error.severity = 'ERROR';
  return error;
}

test('a connection that breaks, in whatever way, and a server that ends count as lost', () => {
  const broken = [
    Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }),
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    new Error('Connection terminated unexpectedly'),
    new Error('Query read timeout'),
    ...['08006', '57P01', '57P03', '25006', '53300'].map(answered),
  ];
  for (const thrown of broken) {
    assert.ok(isServerLost(thrown), String(thrown));
    assert.equal(postgresError(thrown).code, 'store-unreachable');
  }
});

test('what a server answers is told in our words, and the connection stays', () => {
  const cases = [
    ['53100', 'storage-full'],
    ['58030', 'storage-not-writable'],
    ['42501', 'storage-not-writable'],
    ['XX001', 'storage-damaged'],
    ['28P01', 'store-unreachable'],
    ['3D000', 'store-unreachable'],
    ['40P01', 'internal'],
  ] as const;
  for (const [state, code] of cases) {
    assert.ok(!isServerLost(answered(state)), state);
    assert.equal(postgresError(answered(state)).code, code, state);
  }
  const known = new SmchatError('storage-damaged');
  assert.equal(postgresError(known), known);
});
