import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSystemOpener, type Launch } from '../../../src/tui/files/system-opener.ts';

/** A launcher that starts nothing. */
function fakeLaunch(code = 0): { readonly launch: Launch; readonly calls: (readonly string[])[] } {
  const calls: (readonly string[])[] = [];
  return {
    calls,
    launch: async (program, args) => {
      calls.push([program, ...args]);
      return code;
    },
  };
}

test('each system’s own program gets the target as one argument', async () => {
  const target = 'https://example.org/?a=1&b=$(touch%20x);`id`';
  for (const [platform, before] of [
    ['linux', ['xdg-open']],
    ['freebsd', ['xdg-open']],
    ['darwin', ['open']],
    ['win32', ['rundll32.exe', 'url.dll,FileProtocolHandler']],
  ] as const) {
    const { launch, calls } = fakeLaunch();
    await createSystemOpener(platform, launch).open(target);
    assert.deepEqual(calls, [[...before, target]]);
  }
});

test('only web links, mail links and whole paths are handed over', async () => {
  const { launch, calls } = fakeLaunch();
  const opener = createSystemOpener('linux', launch);
  await opener.open('/home/anna/Pictures/smchat/a b.pdf');
  await opener.open('mailto:anna@example.org');
  assert.equal(calls.length, 2);
  for (const target of [
    'javascript:x',
    'file:///x',
    '-h',
    '--help',
    'a.pdf',
    '',
    'https://a b',
    '/x\ny',
    'smb://x/y',
  ]) {
    await assert.rejects(opener.open(target), { code: 'content-refused' }, target);
  }
  assert.equal(calls.length, 2);
});

test('a program that is not there, or fails, is told', async () => {
  const missing = createSystemOpener('linux', () => Promise.reject(new Error('ENOENT')));
  await assert.rejects(missing.open('https://example.org'), { message: 'there is no xdg-open here to open it' });
  const failing = createSystemOpener('linux', fakeLaunch(3).launch);
  await assert.rejects(failing.open('https://example.org'), { message: 'xdg-open could not open it' });
});
