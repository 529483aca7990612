import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** What must be refused, and the tests that refuse it: file, and how the test's name begins. */
const REFUSALS: Readonly<Record<string, readonly (readonly [file: string, name: string])[]>> = {
  'a flipped bit anywhere in an envelope': [
    ['crypto/refusals-bits', 'refuses a ratchet envelope with'],
    ['crypto/refusals-bits', 'refuses an initial envelope with'],
  ],
  'a flipped bit anywhere in a bundle': [
    ['crypto/refusals-bits', 'refuses a bundle with'],
    ['crypto/refusals-bundle', 'refuses a flipped bit anywhere in a bundle'],
  ],
  'truncation and extension': [
    ['crypto/refusals-bits', 'refuses an envelope cut anywhere'],
    ['crypto/refusals-bundle', 'refuses truncated and extended fields'],
  ],
  'a replayed message, also after a restart': [
    ['crypto/refusals-ratchet', 'refuses a replayed message, also after a restart'],
    ['crypto/refusals-ratchet', 'refuses a replayed message of an older chain'],
    ['session/repair', 'replays, also after a restart, change nothing'],
  ],
  'a replayed initial envelope, also after a restart': [
    ['crypto/refusals-initial', 'refuses used one-time prekeys, and a replayed initial envelope'],
    ['session/prekeys', 'an accepted initiation takes its one-time prekeys with it'],
  ],
  "another session's envelope": [['crypto/refusals-ratchet', "refuses another session's envelope"]],
  'a kind-swapped prekey': [['crypto/refusals-bundle', 'refuses a kind-swapped prekey']],
  'an unsigned prekey': [['crypto/refusals-bundle', 'refuses an unsigned prekey']],
  'a stale prekey': [['crypto/refusals-bundle', 'warns of a bundle over 7 days old and refuses one over 14']],
  'every low-order, non-canonical or torsioned point': [
    ['crypto/refusals-bundle', 'refuses every low-order, non-canonical or torsioned identity or signed prekey'],
    ['crypto/refusals-initial', 'refuses every low-order, non-canonical or torsioned ephemeral key'],
    ['crypto/refusals-initial', 'refuses a torsioned, low-order or non-canonical identity key'],
    ['crypto/refusals-ratchet', 'refuses low-order and non-canonical ratchet keys'],
    ['crypto/x25519', 'refuses every low-order point'],
  ],
  'an out-of-range ML-KEM key': [
    ['crypto/refusals-bundle', 'refuses an out-of-range ML-KEM key'],
    ['crypto/refusals-pq', 'refuses an ML-KEM-768 key with a coefficient out of range'],
  ],
  'a corrupt KEM ciphertext, with the same reason': [
    ['crypto/refusals-initial', 'refuses a corrupt KEM ciphertext with the same reason'],
    ['crypto/refusals-pq', 'a corrupt answer gives its taker an unrelated secret'],
  ],
  'XEdDSA with s + L': [['crypto/xeddsa', 'refuses s + L']],
  'versions 0 and 2': [
    ['crypto/refusals-ratchet', 'refuses truncation, extension, versions 0 and 2'],
    ['crypto/refusals-initial', 'refuses truncation, extension, other sizes, versions 0 and 2'],
    ['crypto/refusals-bundle', 'refuses versions 0 and 2'],
  ],
  'a removed KEM part': [['crypto/refusals-initial', 'refuses a block without its KEM part']],
  'a removed post-quantum ratchet': [
    ['crypto/refusals-ratchet', 'refuses a message whose key leaves the post-quantum ratchet out'],
  ],
  'swapped sender and recipient': [
    ['crypto/refusals-initial', "refuses another recipient's envelope, and one's own coming back"],
    ['crypto/refusals-ratchet', "refuses another session's envelope and one's own coming back"],
  ],
  'skips of 2,001 and of 2³²−1': [['crypto/refusals-ratchet', 'refuses skips of 2,001 and of 2³²−1']],
  'the oldest skipped key, once there are 2,001': [
    ['crypto/refusals-ratchet', 'the 2,001st skipped key evicts the oldest'],
  ],
  'forged resend requests': [
    ['session/resend-requests', 'a stranger’s resend request counts for nothing'],
    ['session/resend-requests', 'a contact’s resend request for what was sent to another contact'],
    ['session/resend-requests', 'a request inside an unproven session is never answered in it'],
  ],
  'a changed identity': [
    ['session/contacts', 'a changed identity blocks both directions'],
    ['session/changes-hostile', 'what comes from a contact whose identity has changed changes nothing'],
  ],
  'relay-authentication replay, reflection and wrong purpose': [
    ['crypto/auth', 'a proof fits no other transcript'],
    ['relay/authentication', 'a proof heard on one connection opens no other'],
    ['relay/authentication', "the relay's own proof, reflected, is refused"],
    ['relay/authentication', 'a proof made for a login deletes nothing'],
  ],
  'a blob with a swapped, missing or repeated chunk': [
    ['crypto/refusals-attachment', 'refuses swapped chunks'],
    ['crypto/refusals-attachment', 'refuses a missing chunk'],
    ['crypto/refusals-attachment', 'refuses a repeated chunk'],
  ],
  "an edit, deletion or reaction by someone else's hand": [
    ['session/changes-hostile', 'nobody edits or deletes what another wrote'],
    ['session/changes-hostile', 'a stranger’s changes, timers and goodbyes count for nothing'],
  ],
};

for (const [what, tests] of Object.entries(REFUSALS)) {
  test(`there is a test by name for ${what}`, () => {
    for (const [file, name] of tests) {
      const path = fileURLToPath(new URL(`../${file}.test.ts`, import.meta.url));
      const source = readFileSync(path, 'utf8');
      const named = ["'", '"', '`'].some((quote) => {
        const [before, ...found] = source.split(`${quote}${name}`);
        return found.length === 1 && /(test|scenario)\(\s*$/.test(before ?? '');
      });
      assert.ok(named, `${file}: ${name}`);
    }
  });
}
