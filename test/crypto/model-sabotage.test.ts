import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nothingMet, runModel } from './model-run.ts';
import { schedules } from './model-steps.ts';
import { begin, type Implementation } from './pq-world.ts';
import { type Edit, withSabotaged } from './sabotage.ts';

const RUNS = 1500;

/** What the model test says of this product: null, or its failure with the shrunk schedule. */
function failure(product: Implementation, runs: number): { readonly message: string; readonly steps: number } | null {
  const beginning = begin(product);
  const met = nothingMet();
  const property = fc.property(schedules, (steps) => runModel(product, beginning, steps, met));
  const details = fc.check(property, { seed: 1, numRuns: runs, unbiased: true });
  if (!details.failed) return null;
  const [steps = []] = details.counterexample ?? [];
  return { message: String(details.errorInstance), steps: steps.length };
}

/** A fault in the product's own lines, and which promise the model finds broken. */
interface Fault {
  readonly fault: string;
  readonly edits: readonly Edit[];
  readonly breaks: RegExp;
}

const faults: readonly Fault[] = [
  {
    fault: 'a chain key stays where it was after sending',
    edits: [
      [
        'ratchet.ts',
        'sending: { ...sending, chainKey, sendCount: sending.sendCount + 1 }',
        'sending: { ...sending, chainKey: chainKey.length > 0 ? sending.chainKey : chainKey, sendCount: sending.sendCount + 1 }',
      ],
    ],
    breaks: /a deliverable message is lost/,
  },
  {
    fault: 'the rest of a chain that has ended is not kept',
    edits: [
      [
        'ratchet-receive.ts',
        'if (rest > 0 && old.receiving !== null) {',
        'if (rest > 1e9 && old.receiving !== null) {',
      ],
    ],
    breaks: /a deliverable message is lost/,
  },
  {
    fault: 'a skipped key stays after its message has opened',
    edits: [['skipped-keys.ts', 'keys.delete(n);', '']],
    breaks: /opened twice|a snapshot reads what it must not/,
  },
  {
    fault: 'the same ratchet key pair is used again and again',
    edits: [
      [
        'ratchet.ts',
        'function beginSendingChain(state: RatchetState, fresh: KeyPair, identities: IdentityKeys): RatchetState {',
        'function beginSendingChain(state: RatchetState, drawn: KeyPair, identities: IdentityKeys): RatchetState {\n  const fresh = state.receiving?.proven === true ? state.ratchetKeyPair : drawn;',
      ],
    ],
    breaks: /a snapshot reads what it must not/,
  },
  {
    fault: 'a record forgets the skipped keys',
    edits: [['session-record.ts', 'decodeSkipped(reader),', 'decodeSkipped(reader).slice(0, 0),']],
    breaks: /a deliverable message is lost/,
  },
  {
    fault: 'PN counts one too few',
    edits: [
      [
        'ratchet.ts',
        "previousSendCount: sending.phase === 'open' ? sending.sendCount : 0",
        "previousSendCount: sending.phase === 'open' ? Math.max(0, sending.sendCount - 1) : 0",
      ],
    ],
    breaks: /a deliverable message is lost/,
  },
  {
    fault: 'two chains fewer are kept',
    edits: [
      ['skipped-keys.ts', 'older.length - (MAX_RECEIVING_CHAINS - 1)', 'older.length - (MAX_RECEIVING_CHAINS - 3)'],
    ],
    breaks: /a deliverable message is lost/,
  },
  {
    fault: 'the initial block is repeated for ever',
    edits: [
      [
        'session-message.ts',
        'pendingInitial: null, ratchet: opened',
        'pendingInitial: record.pendingInitial, ratchet: opened',
      ],
    ],
    breaks: /an envelope of the wrong type|a reply was opened and is still awaited/,
  },
  {
    fault: 'the first chain counts as proven',
    edits: [['ratchet.ts', "proven: state.role === 'initiator' || state.receiving !== null", 'proven: true']],
    breaks: /proven too early|a deliverable message is lost/,
  },
];

test('the copy that nothing is changed in keeps every promise', async () => {
  assert.equal(await withSabotaged([], (product) => failure(product, 50)), null);
});

for (const { fault, edits, breaks } of faults) {
  test(`the model test fails where ${fault}`, async (t) => {
    const found = await withSabotaged(edits, (product) => failure(product, RUNS));
    assert.ok(found, 'the model found nothing');
    t.diagnostic(`${found.message}, by ${found.steps} steps`);
    assert.match(found.message, breaks);
  });
}
