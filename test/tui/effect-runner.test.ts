import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Password } from '../../src/session/password.ts';
import { createEffectRunner, type EffectRunner } from '../../src/tui/effect-runner.ts';
import { createImageRenderer } from '../../src/tui/media/image-renderer.ts';
import type { Action } from '../../src/tui/state/action.ts';
import type { Effect } from '../../src/tui/state/effect.ts';
import { type ScriptedClient, scriptedAccounts, scriptedClient } from '../support/scripted-client.ts';
import { scriptedFiles } from '../support/scripted-files.ts';
import { contact, message } from '../support/scripted-interface.ts';

interface Bench {
  readonly runner: EffectRunner;
  readonly client: ScriptedClient;
  readonly copied: readonly string[];
  /** Runs an effect and gives the action that answers it. */
  ask(effect: Effect): Promise<Action>;
  calls(method: string): readonly (readonly unknown[])[];
}

async function opened(): Promise<Bench> {
  const client = scriptedClient('alice');
  client.people = [contact('bob')];
  const copied: string[] = [];
  let answered: (action: Action) => void = () => undefined;
  const runner = createEffectRunner({
    accounts: scriptedAccounts(client),
    files: scriptedFiles(),
    createRenderer: () => createImageRenderer(),
    dispatch: (action) => answered(action),
    happened: () => undefined,
    notify: () => undefined,
    redraw: () => undefined,
    setMouse: () => undefined,
    suspend: () => undefined,
    clipboard: { read: async () => ({ kind: 'nothing' }), forget: () => undefined },
    opener: { open: async () => undefined },
    writeOutside: async () => null,
    copy: (text) => void copied.push(text),
  });
  const ask = (effect: Effect): Promise<Action> =>
    new Promise((resolve) => {
      answered = resolve;
      runner.run(effect);
    });
  await ask({ type: 'unlock', account: 'alice', password: new Password('secret'), relayUrl: null });
  return { runner, client, copied, ask, calls: (method) => client.calls.filter(([called]) => called === method) };
}

function attached(id: string) {
  const attachment = { name: `${id}.pdf`, mime: 'application/pdf', bytes: 10, sha256: '', state: 'here' } as const;
  return message({ id, chat: 'bob', direction: 'in', text: '', kind: 'file', attachment });
}

test('a file is sent by its path and kind, a text without', async () => {
  const { ask, calls } = await opened();
  const file = { kind: 'image', path: '/home/alice/holiday.jpg', name: 'holiday.jpg', bytes: 5 } as const;
  const action = await ask({ type: 'send', name: 'bob', text: 'look', localId: 'local-1', file, replyTo: null });
  assert.equal(action.type, 'sent');
  await ask({ type: 'send', name: 'bob', text: 'words', localId: 'local-2', file: null, replyTo: 'm0' });
  assert.deepEqual(
    calls('send').map(([, request]) => request),
    [
      { name: 'bob', text: 'look', attachment: { kind: 'image', path: '/home/alice/holiday.jpg' }, wait: 'queued' },
      { name: 'bob', text: 'words', replyTo: 'm0', wait: 'queued' },
    ],
  );
});

test('deletes here and for all, and erases a history', async () => {
  const { client, ask, calls } = await opened();
  client.messages.push(attached('a'), attached('b'), attached('c'));
  const deleted = await ask({ type: 'delete', id: 'a', chat: 'bob', forAll: true });
  assert.ok(deleted.type === 'deleted' && deleted.result.status === 'sent');
  assert.deepEqual(calls('delete'), [['delete', 'a', { forAll: true }]]);
  assert.deepEqual(await ask({ type: 'delete-history', name: 'bob' }), {
    type: 'history-erased',
    name: 'bob',
    deleted: 2,
  });
});

test('saves one file or all of a chat', async () => {
  const { client, ask } = await opened();
  client.messages.push(attached('a'), attached('b'));
  client.lost.add('b');
  assert.deepEqual(await ask({ type: 'save', id: 'a' }), { type: 'saved', path: '/pictures/smchat/alice/a.pdf' });
  assert.deepEqual(await ask({ type: 'save-all', name: 'bob' }), {
    type: 'saved-all',
    name: 'bob',
    files: { saved: [{ id: 'a', path: '/pictures/smchat/alice/a.pdf' }], missing: ['b'] },
  });
  const effect = { type: 'save', id: 'zzz' } as const;
  client.failNext('save', 'no-such-message');
  const failed = await ask(effect);
  assert.ok(failed.type === 'failed' && failed.failure.code === 'no-such-message');
  assert.equal(failed.effect, effect);
});

test('passwords reach the account and are wiped, whether it takes them or not', async () => {
  const { client, ask, calls } = await opened();
  const passwords = ['old', 'new', 'wrong', 'right'].map((text) => new Password(text));
  const [current, next, wrong, right] = passwords;
  assert.ok(current !== undefined && next !== undefined && wrong !== undefined && right !== undefined);
  assert.deepEqual(await ask({ type: 'change-password', current, next }), { type: 'password-changed' });
  client.failNext('deleteAccount', 'wrong-password');
  const refused = await ask({ type: 'delete-account', password: wrong });
  assert.ok(refused.type === 'failed' && refused.failure.code === 'wrong-password');
  assert.deepEqual(await ask({ type: 'delete-account', password: right }), { type: 'account-deleted' });
  assert.deepEqual(calls('changePassword'), [['changePassword', 'old', 'new']]);
  assert.deepEqual(calls('deleteAccount'), [
    ['deleteAccount', 'wrong'],
    ['deleteAccount', 'right'],
  ]);
  for (const { bytes } of passwords) assert.ok(bytes.every((byte) => byte === 0));
});

test('folders and paths are looked at without an account’s help', async () => {
  const { ask } = await opened();
  const listed = await ask({ type: 'list-folder', path: '~' });
  assert.ok(listed.type === 'folder-listed');
  assert.equal(listed.asked, '~');
  assert.equal(listed.folder.path, '/home/alice');
  const look = { type: 'look-at-path', path: '~/notes.txt', purpose: 'paste', chat: 'bob', wanted: 'any' } as const;
  const found = await ask(look);
  assert.ok(found.type === 'path-found' && found.found.kind === 'file');
  assert.equal(found.found.file.bytes, 812);
  const failed = await ask({ type: 'list-folder', path: '/none' });
  assert.ok(failed.type === 'failed' && failed.failure.sentence === 'there is no such file or folder');
});

test('an answer for an account that was closed meanwhile is dropped', async () => {
  const { runner, ask, copied } = await opened();
  let dropped = true;
  void ask({ type: 'save-all', name: 'bob' }).then(() => {
    dropped = false;
  });
  await runner.close();
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(dropped);
  runner.run({ type: 'copy', text: 'words' });
  assert.deepEqual(copied, ['words']);
});
