import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../../src/crypto/bytes.ts';
import type { PairwiseSession } from '../../src/crypto/pairwise-session.ts';
import { SessionBook } from '../../src/session/session-book.ts';
import { Account } from '../crypto/parties.ts';
import { contactRecord, newVault, T0 } from '../store/vault-fixture.ts';

const alice = new Account('alice');
const bob = new Account('bob');
const started = (): PairwiseSession => alice.start(bob);
const idsOf = (sessions: readonly PairwiseSession[]) => sessions.map(({ sessionId }) => toHex(sessionId));
const candidatesOf = (book: SessionBook) => idsOf(book.candidates().map(({ session }) => session));

async function newBook(t: Parameters<typeof newVault>[0]) {
  const vault = await newVault(t);
  const [first, second] = ['bob', 'carol'].map((name) => vault.contacts.insert(contactRecord({ name })).contactId);
  assert.ok(first !== undefined && second !== undefined);
  return { vault, book: new SessionBook(vault.sessions), first, second };
}

test('one session is current, and another made current takes its place; the peer’s others stay', async (t) => {
  const { vault, book, first, second } = await newBook(t);
  const [a, b, c] = [started(), started(), started()];
  assert.equal(book.current(first), null);
  book.put(first, a, T0, true);
  book.put(second, c, T0 + 1, true);
  book.put(first, b, T0 + 2);
  assert.deepEqual([book.current(first), book.current(second)], [a, c]);
  book.put(first, b, T0 + 3, true);
  assert.deepEqual([book.current(first), book.current(second)], [b, c]);
  assert.deepEqual(candidatesOf(book), idsOf([b, c, a]));
  const again = new SessionBook(vault.sessions);
  assert.equal(toHex(again.current(first)?.sessionId ?? a.sessionId), toHex(b.sessionId));
  assert.equal(toHex(again.current(second)?.sessionId ?? a.sessionId), toHex(c.sessionId));
  assert.equal(again.candidates().length, 3);
});

test('a session’s new state replaces the old one, comes first, and stays current', async (t) => {
  const { vault, book, first } = await newBook(t);
  const [a, b] = [started(), started()];
  book.put(first, a, T0, true);
  book.put(first, b, T0 + 1);
  const after = alice.seal(a, Uint8Array.of(1)).session;
  book.put(first, after, T0 + 2);
  assert.equal(book.current(first), after);
  assert.deepEqual(candidatesOf(book), idsOf([after, b]));
  assert.equal(vault.sessions.all().length, 2);
  assert.equal(book.find(a.sessionId)?.session, after);
  assert.equal(book.find(a.sessionId)?.contactId, first);
  assert.equal(book.find(new Uint8Array(16)), null);
});

test('five earlier sessions are kept beside the current one, the least recently used is dropped', async (t) => {
  const { vault, book, first, second } = await newBook(t);
  const other = started();
  book.put(second, other, T0, true);
  const sessions = Array.from({ length: 7 }, started);
  for (const [at, session] of sessions.entries()) {
    book.put(first, session, T0 + at, true);
    assert.equal(book.candidates().length, Math.min(6, at + 1) + 1);
  }
  const kept = sessions.slice(1).reverse();
  assert.deepEqual(candidatesOf(book), [...idsOf(kept), ...idsOf([other])]);
  assert.equal(vault.sessions.forContact(first).length, 6);
  assert.equal(vault.sessions.forContact(second).length, 1);
  assert.equal(book.find(sessions[0]?.sessionId ?? other.sessionId), null);
});

test('removing a contact’s sessions leaves the others’', async (t) => {
  const { vault, book, first, second } = await newBook(t);
  const other = started();
  book.put(second, other, T0, true);
  book.put(first, started(), T0 + 1, true);
  book.put(first, started(), T0 + 2);
  book.removeAll(first);
  assert.deepEqual(candidatesOf(book), idsOf([other]));
  assert.deepEqual([vault.sessions.forContact(first).length, vault.sessions.all().length], [0, 1]);
});

test('where a transaction was undone the book agrees with the vault again', async (t) => {
  const { vault, book, first } = await newBook(t);
  const a = started();
  book.put(first, a, T0, true);
  assert.throws(() =>
    vault.transaction(() => {
      book.put(first, started(), T0 + 1, true);
      throw new RangeError('undone');
    }),
  );
  book.reload();
  assert.deepEqual(candidatesOf(book), idsOf([a]));
});

test('a record that cannot be read says that the storage is damaged', async (t) => {
  const { vault, first } = await newBook(t);
  const record = new Uint8Array(40);
  vault.sessions.put({ sessionId: new Uint8Array(16), contactId: first, current: true, record, updatedAt: T0 });
  assert.throws(() => new SessionBook(vault.sessions), { code: 'storage-damaged' });
});
