import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Message } from '../../../src/session/client.ts';
import {
  appendMessages,
  changeMessage,
  EMPTY_LOG,
  indexOfMessage,
  type MessageLog,
  messageAt,
  newestMessages,
  prependMessages,
  removeMessage,
  sliceMessages,
} from '../../../src/tui/state/message-log.ts';

function messageOf(number: number): Message {
  return {
    id: `m${number}`,
    chat: 'bob',
    direction: 'in',
    from: 'bob',
    kind: 'text',
    text: String(number),
    sent_at: '2026-11-23T14:00:00.000Z',
    status: 'read',
  };
}

function idsOf(log: MessageLog): readonly string[] {
  return sliceMessages(log, 0).map(({ id }) => id);
}

test('behaves as a plain list that takes each id once, whatever is done to it', () => {
  const numbers = fc.array(fc.nat(600), { maxLength: 400 });
  const change = fc.oneof(
    fc.record({ kind: fc.constant('append' as const), numbers }),
    fc.record({ kind: fc.constant('prepend' as const), numbers }),
    fc.record({ kind: fc.constant('remove' as const), numbers: fc.array(fc.nat(600), { maxLength: 3 }) }),
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      let log = EMPTY_LOG;
      let model: string[] = [];
      for (const { kind, numbers: given } of changes) {
        const messages = given.map(messageOf);
        const fresh = [...new Set(messages.map(({ id }) => id))].filter((id) => !model.includes(id));
        if (kind === 'append') {
          log = appendMessages(log, messages);
          model = [...model, ...fresh];
        } else if (kind === 'prepend') {
          log = prependMessages(log, messages);
          model = [...fresh, ...model];
        } else {
          for (const { id } of messages) {
            log = removeMessage(log, id);
            model = model.filter((other) => other !== id);
          }
        }
      }
      assert.deepEqual(idsOf(log), model);
      assert.equal(log.size, model.length);
      for (const [index, id] of model.entries()) assert.equal(indexOfMessage(log, id), index);
    }),
    { numRuns: 60 },
  );
});

test('gives nothing outside the log and -1 for an unknown id', () => {
  const log = appendMessages(EMPTY_LOG, [messageOf(1)]);
  assert.equal(messageAt(log, -1), undefined);
  assert.equal(messageAt(log, 1), undefined);
  assert.equal(indexOfMessage(log, 'nobody'), -1);
});

test('changes one message and leaves the old log as it was', () => {
  const log = appendMessages(
    EMPTY_LOG,
    Array.from({ length: 700 }, (_, at) => messageOf(at)),
  );
  const changed = changeMessage(log, 'm300', (message) => ({ ...message, status: 'failed' }));
  assert.equal(messageAt(changed, 300)?.status, 'failed');
  assert.equal(messageAt(log, 300)?.status, 'read');
  assert.equal(
    changeMessage(log, 'm300', (message) => message),
    log,
  );
  assert.equal(
    changeMessage(log, 'nobody', (message) => ({ ...message })),
    log,
  );
});

test('keeps the newest', () => {
  const log = appendMessages(
    EMPTY_LOG,
    Array.from({ length: 700 }, (_, at) => messageOf(at)),
  );
  assert.deepEqual(idsOf(newestMessages(log, 3)), ['m697', 'm698', 'm699']);
  assert.equal(newestMessages(log, 700), log);
});
