import assert from 'node:assert/strict';
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Password } from '../../src/session/password.ts';
import { FILES, next, old, openedAccount, outcomes } from './password-fixture.ts';
import { filesBelow } from './vault-fixture.ts';

/** The account before and after a change, closed, in folders of their own. */
async function beforeAndAfter(t: TestContext) {
  const { folder, home, vault, alice } = await openedAccount(t);
  vault.close();
  const before = join(folder, 'before');
  cpSync(alice, before, { recursive: true });
  const again = await home.open('alice', old());
  await home.changePassword('alice', old(), next());
  again.close();
  const after = join(folder, 'after');
  cpSync(alice, after, { recursive: true });
  /** Puts these files into the account's folder. */
  const place = (files: { keyfile: string; next?: string; vault: string; nextBytes?: Uint8Array }) => {
    copyFileSync(join(folder, files.keyfile, 'keyfile'), join(alice, 'keyfile'));
    rmSync(join(alice, 'keyfile.next'), { force: true });
    if (files.next !== undefined) copyFileSync(join(folder, files.next, 'keyfile'), join(alice, 'keyfile.next'));
    if (files.nextBytes !== undefined) writeFileSync(join(alice, 'keyfile.next'), files.nextBytes);
    copyFileSync(join(folder, files.vault, 'vault.db'), join(alice, 'vault.db'));
  };
  return { folder, alice, home, place };
}

const third = () => new Password('neither');

const KILLED = [
  { moment: 'before the database changed leaves the old password', vault: 'before', right: old, wrong: next },
  { moment: 'after the database changed leaves the new password', vault: 'after', right: next, wrong: old },
] as const;

for (const { moment, vault, right, wrong } of KILLED) {
  test(`a kill ${moment}, and only its keyfile`, async (t) => {
    const { folder, alice, place } = await beforeAndAfter(t);
    for (const isRightFirst of [true, false]) {
      place({ keyfile: 'before', next: 'after', vault });
      const said = await outcomes(folder, isRightFirst ? [right(), wrong(), third()] : [third(), wrong(), right()]);
      const expected = ['whole', 'wrong-password', 'wrong-password'];
      assert.deepEqual(said, isRightFirst ? expected : [...expected].reverse());
      assert.deepEqual(readdirSync(alice).sort(), FILES);
      assert.deepEqual(readFileSync(join(alice, 'keyfile')), readFileSync(join(folder, vault, 'keyfile')));
    }
  });
}

test('a password that opens neither keyfile, or only the wrong one, changes no file', async (t) => {
  const { folder, alice, place } = await beforeAndAfter(t);
  for (const [vault, wrong] of [['before', next()] as const, ['after', old()] as const]) {
    place({ keyfile: 'before', next: 'after', vault });
    const before = filesBelow(alice);
    assert.deepEqual(await outcomes(folder, [wrong, third()]), ['wrong-password', 'wrong-password']);
    assert.deepEqual(filesBelow(alice), before);
  }
});

test('a next keyfile that was written by half, or is not one, stands in nobody’s way', async (t) => {
  const { folder, alice, place } = await beforeAndAfter(t);
  const whole = readFileSync(join(folder, 'after', 'keyfile'));
  const flipped = Uint8Array.from(whole);
  flipped[40] = (flipped[40] ?? 0) ^ 1;
  for (const nextBytes of [new Uint8Array(), whole.subarray(0, 20), whole.subarray(0, -1), flipped]) {
    place({ keyfile: 'before', vault: 'before', nextBytes });
    assert.deepEqual(await outcomes(folder, [next(), old()]), ['wrong-password', 'whole']);
    assert.equal(existsSync(join(alice, 'keyfile.next')), false);
  }
});

test('the old keyfile put back opens nothing', async (t) => {
  const { folder, place } = await beforeAndAfter(t);
  place({ keyfile: 'before', vault: 'after' });
  assert.deepEqual(await outcomes(folder, [old(), next()]), ['storage-damaged', 'wrong-password']);
});

test('where both passwords are the same, it opens after a kill before and after the database changed', async (t) => {
  const { folder, home, vault, alice } = await openedAccount(t);
  vault.close();
  cpSync(alice, join(folder, 'before'), { recursive: true });
  const again = await home.open('alice', old());
  await home.changePassword('alice', old(), old());
  again.close();
  cpSync(alice, join(folder, 'after'), { recursive: true });
  for (const state of ['before', 'after']) {
    copyFileSync(join(folder, 'before', 'keyfile'), join(alice, 'keyfile'));
    copyFileSync(join(folder, 'after', 'keyfile'), join(alice, 'keyfile.next'));
    copyFileSync(join(folder, state, 'vault.db'), join(alice, 'vault.db'));
    assert.deepEqual(await outcomes(folder, [old()]), ['whole'], state);
    assert.deepEqual(readFileSync(join(alice, 'keyfile')), readFileSync(join(folder, state, 'keyfile')));
  }
});

test('opening clears away what a killed change of the relay left', async (t) => {
  const { folder, vault, alice } = await openedAccount(t);
  vault.close();
  copyFileSync(join(alice, 'keyfile'), join(alice, 'keyfile.0123456789abcdef.new'));
  assert.deepEqual(await outcomes(folder, [next()]), ['wrong-password']);
  assert.equal(readdirSync(alice).length, 4);
  assert.deepEqual(await outcomes(folder, [old()]), ['whole']);
  assert.deepEqual(readdirSync(alice).sort(), FILES);
});
