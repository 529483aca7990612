import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noTotals, runSchedule } from './pq-schedule.ts';
import { begin, type Implementation } from './pq-world.ts';
import { type Edit, withSabotaged } from './sabotage.ts';

const WORLDS = 10;

/** The first broken promise in random worlds, and how many steps it took; null where all of them keep it. */
function firstViolation(
  product: Implementation,
  worlds = WORLDS,
): { readonly message: string; readonly steps: number } | null {
  const totals = noTotals();
  try {
    const beginning = begin(product);
    for (let seed = 0; seed < worlds; seed++) {
      runSchedule(product, beginning, seed, { steps: 1000, connects: 0.02, leaps: 0.01, thefts: 0.004 }, totals);
    }
  } catch (thrown) {
    return { message: String(thrown), steps: totals.steps };
  }
  return null;
}

/** A rule that the design did without once, or could: the product's lines changed to it, and what then breaks. */
interface Sabotage {
  readonly rule: string;
  readonly edits: readonly Edit[];
  readonly breaks: RegExp;
}

const LOST = /a deliverable message is lost/;
const sabotages: readonly Sabotage[] = [
  {
    rule: 'a key that is seen is answered, however often',
    edits: [
      [
        'pq-transition.ts',
        "    case 'reply':\n      return accept(state);",
        "    case 'reply':\n      return attachment.type === PQ_ATTACHMENT.key ? answer(state, attachment.payload, context) : accept(state);",
      ],
    ],
    breaks: LOST,
  },
  {
    rule: "an attachment counts whatever its message's epoch",
    edits: [['pq-transition.ts', 'if (epoch !== state.sendingEpoch) return accept(state);', '']],
    breaks: /a key is made before it is due|a deliverable message is lost/,
  },
  {
    rule: 'whoever is due makes the key',
    edits: [
      [
        'pq-ratchet.ts',
        "mode.phase !== 'idle' || !(due || mode.asked)",
        "(mode.phase !== 'idle' && mode.phase !== 'wait') || !due",
      ],
      [
        'pq-transition.ts',
        'return type === PQ_ATTACHMENT.none || (type === PQ_ATTACHMENT.key) === (ownerOf(epoch + 1) === sender);',
        'return sender !== undefined;',
      ],
    ],
    breaks: /a round trip ends nothing|a deliverable message is lost/,
  },
  {
    rule: 'whoever does not own the next key does not ask for it',
    edits: [
      [
        'pq-ratchet.ts',
        'due ? PQ_ATTACHMENT.ask : PQ_ATTACHMENT.none',
        'due ? PQ_ATTACHMENT.none : PQ_ATTACHMENT.none',
      ],
    ],
    breaks: /a round trip ends nothing/,
  },
  {
    rule: 'messages of the epoch before open, none of an older one',
    edits: [
      [
        'ratchet-receive.ts',
        "if (key === undefined) return refuse('repeated');",
        "if (key === undefined || key.pqEpoch < state.pq.receivingEpoch - 1) return refuse('repeated');",
      ],
    ],
    breaks: LOST,
  },
  {
    rule: 'a key is always due',
    edits: [
      [
        'pq-ratchet.ts',
        'const due = isDue(before, context);',
        'const due = isDue({ ...before, epochBegan: 0 }, context);',
      ],
    ],
    breaks: /a key is (made|asked for) before it is due/,
  },
  {
    rule: 'each message carries a new key until one is answered',
    edits: [
      [
        'pq-ratchet.ts',
        "mode.phase !== 'idle' || !(due || mode.asked)",
        "(mode.phase !== 'idle' || !(due || mode.asked)) && mode.phase !== 'offer'",
      ],
    ],
    breaks: LOST,
  },
  {
    rule: 'an answer is sent once',
    edits: [
      [
        'pq-ratchet.ts',
        'return { state: { ...before, mode, sending: chain }, step, attachment: attachmentOf(mode, due) };',
        "const after: PqMode = mode.phase === 'reply' ? { ...mode, ciphertext: new Uint8Array(1088) } : mode;\n  return { state: { ...before, mode: after, sending: chain }, step, attachment: attachmentOf(mode, due) };",
      ],
      [
        'pq-ratchet.ts',
        'return { type: PQ_ATTACHMENT.ciphertext, payload: mode.ciphertext };',
        'return mode.ciphertext.some((byte) => byte !== 0) ? { type: PQ_ATTACHMENT.ciphertext, payload: mode.ciphertext } : { type: PQ_ATTACHMENT.none, payload: NO_PAYLOAD };',
      ],
    ],
    breaks: /a round trip ends nothing/,
  },
  {
    rule: 'whoever answers a key goes on to its epoch at once',
    edits: [
      [
        'pq-transition.ts',
        "    mode: { phase: 'reply', ciphertext, nextSendingChainKey: chainKeys[role] },\n",
        "    mode: { phase: 'idle', asked: false },\n    sendingEpoch: state.sendingEpoch + 1,\n    sending: { chainKey: chainKeys[role], count: 0 },\n",
      ],
    ],
    breaks: /sends on an epoch that the peer has not|own epochs apart/,
  },
  {
    rule: 'a key that opened a late message is kept',
    edits: [
      [
        'ratchet-receive.ts',
        'const skippedMessageKeys = removeSkippedKey(state.skippedMessageKeys, chain, header.sendCount);',
        'const { skippedMessageKeys } = state;\n  removeSkippedKey(skippedMessageKeys, chain, header.sendCount);',
      ],
    ],
    breaks: /opened twice|forward secrecy/,
  },
  {
    rule: 'a chain of the post-quantum ratchet keeps its key',
    edits: [
      [
        'pq-ratchet.ts',
        'return { chain: { chainKey, count: chain.count + 1 }',
        'return { chain: { chainKey: chainKey.length > 0 ? chain.chainKey : chainKey, count: chain.count + 1 }',
      ],
    ],
    breaks: /forward secrecy/,
  },
  {
    rule: 'the chain of an ended epoch is begun again',
    edits: [
      ['pq-ratchet.ts', 'const nextReceivingChainKey = enters ? null : next;', 'const nextReceivingChainKey = next;'],
    ],
    breaks: /forward secrecy/,
  },
  {
    rule: 'a side offers the same key for each of its epochs',
    edits: [
      [
        'pq-ratchet.ts',
        'const mode = offered(before.mode, due, () => context.kemSeed);',
        'const mode = offered(before.mode, due, () => new Uint8Array(64).fill(before.sending.chainKey.length));',
      ],
    ],
    breaks: /a fresh epoch is readable/,
  },
];

test('the copy that nothing is changed in keeps every promise', async () => {
  assert.equal(await withSabotaged([], (product) => firstViolation(product, 3)), null);
});

for (const { rule, edits, breaks } of sabotages) {
  test(`it is noticed where ${rule}`, async (t) => {
    const violation = await withSabotaged(edits, (product) => firstViolation(product));
    assert.ok(violation, 'no promise was broken');
    t.diagnostic(`${violation.message}, after ${violation.steps} steps`);
    assert.match(violation.message, breaks);
  });
}
