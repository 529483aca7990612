import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResendContent } from '../../src/session/resend-body.ts';
import { answersTo, REPAIR_WINDOW_MS } from '../../src/session/sent-outbox.ts';
import { bytes, newMessageId, T0 } from '../store/vault-fixture.ts';
import { newScene } from './decisions-fixture.ts';

const ALL: ResendContent = { after: 0n, relayIds: [] };

test('what was sent under another identity is not sent again, by its place or by its relay id', async (t) => {
  const { vault, contact, context } = await newScene(t);
  const [before, now] = [bytes(32), bytes(32)];
  const [old, fresh] = [bytes(16), bytes(16)];
  const sent = { contactId: contact.contactId, about: null, body: bytes(40), sentAt: T0 };
  vault.sent.add({ ...sent, relayId: old, innerId: newMessageId(), identityKey: before, sequence: 1n });
  vault.sent.add({ ...sent, relayId: fresh, innerId: newMessageId(), identityKey: now, sequence: 2n });
  const at = (time: number) => ({ ...context, clock: { ...context.clock, now: () => time } });
  const answered = (identityKey: Uint8Array | null, content = ALL, time = T0) =>
    answersTo(at(time), { ...contact, identityKey }, content).map(({ relayId }) => relayId);
  assert.deepEqual(answered(before), [old]);
  assert.deepEqual(answered(now), [fresh], 'the identity has changed since the first');
  assert.deepEqual(answered(now, { after: 9n, relayIds: [old, fresh] }), [fresh], 'nor where it is named');
  assert.deepEqual(answered(bytes(32)), [], 'and under a third one nothing is');
  assert.deepEqual(answered(null), []);
  assert.deepEqual(answered(now, ALL, T0 + REPAIR_WINDOW_MS), [fresh]);
  assert.deepEqual(answered(now, ALL, T0 + REPAIR_WINDOW_MS + 1), [], 'nor after 24 hours');
});
