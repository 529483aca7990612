import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Invitations, invitationHash } from '../../src/relay/invitations.ts';
import { invite } from '../../src/relay/invite-command.ts';
import { Password } from '../../src/session/password.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { createHome } from '../../src/store/home.ts';
import { accountsIn, QUICK_PASSWORDS } from '../support/people.ts';
import { random } from '../support/relay-account.ts';
import { withRelay } from './relay-fixture.ts';

const NOW = Date.now();

async function inFolder(scenario: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'smchat-invitations-'));
  try {
    await writeFile(join(folder, 'relay.key'), random(32));
    await scenario(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const make = async (folder: string, count = 1, now = NOW): Promise<readonly string[]> =>
  (await invite(folder, { count, days: 7, json: false, now, random })).trimEnd().split('\n');

const isCode = (code: string) => (thrown: unknown) => thrown instanceof SmchatError && thrown.code === code;

test('an invitation is printed once: the folder has hashes, in files for the relay alone', () =>
  inFolder(async (folder) => {
    const [first = '', second = ''] = await make(folder, 2);
    assert.match(first, /^([0-9a-f]{4}-){7}[0-9a-f]{4}$/);
    assert.notEqual(first, second);
    const files = await readdir(join(folder, 'invitations'));
    const hashes = [first, second].map((text) => invitationHash(Buffer.from(text.replaceAll('-', ''), 'hex')));
    assert.deepEqual(files.sort(), hashes.map((hash) => Buffer.from(hash).toString('hex')).sort());
    for (const name of files) {
      const file = join(folder, 'invitations', name);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      assert.equal(await readFile(file, 'utf8'), String(NOW + 7 * 86_400_000));
    }
    assert.equal((await stat(join(folder, 'invitations'))).mode & 0o777, 0o700);
  }));

test('what is past its time is swept, and a folder without a relay is refused', () =>
  inFolder(async (folder) => {
    await make(folder, 2);
    const invitations = new Invitations(folder);
    await invitations.sweep(NOW + 7 * 86_400_000 - 1);
    assert.equal((await readdir(join(folder, 'invitations'))).length, 2);
    await invitations.sweep(NOW + 7 * 86_400_000);
    assert.deepEqual(await readdir(join(folder, 'invitations')), []);
    await rm(join(folder, 'relay.key'));
    await assert.rejects(make(folder), isCode('usage'));
  }));

test('a relay by invitation takes one account for each, says what it wants, and leaves nothing behind here', () =>
  inFolder((folder) =>
    withRelay({ inviteOnly: folder }, async (relay) => {
      const accounts = accountsIn(join(folder, 'home'));
      const register = async (name: string, invitation?: string): Promise<void> => {
        const client = await accounts.register(name, new Password('a password'), relay.url, invitation);
        await client.close();
      };
      await assert.rejects(register('alice'), (thrown) => {
        assert.ok(thrown instanceof SmchatError && thrown.exitCode === 3);
        assert.match(thrown.message, /only with an invitation/);
        assert.match(thrown.hint, /--invite-file/);
        return true;
      });
      await assert.rejects(register('alice', 'mistyped'), isCode('invitation-needed'));
      await assert.rejects(register('alice', '0'.repeat(32)), isCode('invitation-needed'));
      assert.deepEqual(await accounts.list(), []);

      const [invitation = ''] = await make(folder);
      await register('alice', ` ${invitation.toUpperCase()} `);
      assert.deepEqual(await readdir(join(folder, 'invitations')), []);
      await assert.rejects(register('bob', invitation), isCode('invitation-needed'));
      // Nobody learns without one which names are taken.
      await assert.rejects(register('alice2', invitation), isCode('invitation-needed'));
      const [old = ''] = await make(folder, 1, NOW - 8 * 86_400_000);
      await assert.rejects(register('bob', old), isCode('invitation-needed'));
      const [fresh = ''] = await make(folder);
      await register('bob', fresh);
      assert.deepEqual((await accounts.list()).map(({ account }) => account).sort(), ['alice', 'bob']);
      // Who has an account needs no invitation any more.
      await (await accounts.unlock('alice', new Password('a password'))).close();
    }),
  ));

test('an account that was never registered, for want of an invitation, is made anew with one', () =>
  inFolder((folder) =>
    withRelay({ inviteOnly: folder }, async (relay) => {
      const home = join(folder, 'home');
      // As after a kill between making the vault and the relay's answer.
      const kept = { ...createHome(home, { passwordPolicy: QUICK_PASSWORDS }), destroy: async () => {} };
      await assert.rejects(accountsIn(home, { home: kept }).register('alice', new Password('a password'), relay.url));
      const accounts = accountsIn(home);
      assert.equal((await accounts.list()).length, 1);
      await assert.rejects(accounts.unlock('alice', new Password('a password')), isCode('invitation-needed'));
      const [invitation = ''] = await make(folder);
      await (await accounts.register('alice', new Password('a password'), relay.url, invitation)).close();
    }),
  ));
