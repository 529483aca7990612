import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from '../../src/crypto/bytes.ts';
import { MailboxHead } from '../../src/relay/mailbox-head.ts';
import { MailboxHeads } from '../../src/relay/mailbox-heads.ts';
import { MessageIdIndex } from '../../src/relay/message-id-index.ts';
import { random, range } from '../support/relay-account.ts';

test('an index finds the number of every id that was added, whatever the ids', () => {
  const ids = fc.uniqueArray(fc.uint8Array({ minLength: 16, maxLength: 16 }), { maxLength: 200, selector: toHex });
  fc.assert(
    fc.property(ids, (all) => {
      const index = new MessageIdIndex(all.length);
      for (const [seq, id] of all.entries()) index.add(id, seq);
      assert.equal(index.count, all.length);
      for (const [seq, id] of all.entries()) assert.ok(index.some(id, (found) => found === seq));
    }),
  );
});

test('an index offers hardly anything for an id that was not added', () => {
  const index = new MessageIdIndex(3_000);
  for (const seq of range(3_000)) index.add(random(16), seq);
  let offered = 0;
  for (const _ of range(3_000)) {
    index.some(random(16), () => {
      offered += 1;
      return false;
    });
  }
  // Two of 32 bits meet in 9 million tries once in 477 runs; three times hardly ever.
  assert.ok(offered < 3, String(offered));
});

test('an index says when it is full, and takes nothing then', () => {
  const index = new MessageIdIndex(0);
  while (!index.isFull) index.add(random(16), 1);
  assert.throws(() => index.add(random(16), 1), RangeError);
  assert.equal(
    index.some(random(16), () => true),
    false,
  );
});

function headOf(accountNo: number, ids = 0): MailboxHead {
  const head = new MailboxHead(`key ${accountNo}`, accountNo, 0);
  head.index = new MessageIdIndex(ids);
  return head;
}

test('heads are forgotten beyond their number and beyond the memory of their indexes, the first ones first', () => {
  const byNumber = new MailboxHeads(3);
  for (const no of range(5)) byNumber.add(headOf(no));
  assert.deepEqual(
    range(5).map((no) => byNumber.byNo(no) !== undefined),
    [false, false, true, true, true],
  );
  assert.equal(byNumber.get('key 2'), undefined);
  assert.equal(byNumber.get('key 3')?.accountNo, 3);

  const bySlots = new MailboxHeads(100, 4_096);
  for (const no of range(3)) bySlots.add(headOf(no, 1_000));
  assert.deepEqual(
    range(3).map((no) => bySlots.byNo(no) !== undefined),
    [false, true, true],
  );
  // One alone may be as large as it must.
  bySlots.add(headOf(4, 100_000));
  assert.deepEqual(
    range(4).map((no) => bySlots.byNo(no) !== undefined),
    [false, false, false, true],
  );
});

test('a head lets go of what is acknowledged and knows the rest', () => {
  const head = new MailboxHead('key', 1, 0);
  const ids = range(200).map(() => random(16));
  for (const [index, id] of ids.entries()) head.wait(index + 1, id, 10);
  assert.deepEqual([head.messages, head.bytes], [200, 2_000]);
  assert.equal(head.letGo(0).length, 0);
  const gone = head.letGo(3);
  assert.deepEqual(
    range(3).map((n) => [gone.readUInt32BE(20 * (n - 1)), toHex(gone.subarray(20 * (n - 1) + 4, 20 * n))]),
    range(3).map((n) => [n, toHex(ids[n - 1] ?? random(16))]),
  );
  assert.deepEqual([head.messages, head.bytes, head.waiting.length], [197, 1_970, 197 * 20]);
  assert.equal(head.letGo(1_000).length, 197 * 20);
  head.wait(201, random(16), 5);
  assert.deepEqual([head.messages, head.bytes, head.waiting.readUInt32BE(0)], [1, 5, 201]);
});
