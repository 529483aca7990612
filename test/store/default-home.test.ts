import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultHome } from '../../src/store/default-home.ts';

test('accounts live where the platform keeps such data, unless told otherwise', () => {
  const at = (env: Record<string, string>, platform: NodeJS.Platform) => defaultHome(env, platform, '/u/me');
  assert.equal(at({ SMCHAT_HOME: 'some/where', XDG_DATA_HOME: '/data' }, 'linux'), 'some/where');
  assert.equal(at({ XDG_DATA_HOME: '/data' }, 'linux'), '/data/smchat');
  assert.equal(at({ XDG_DATA_HOME: 'relative' }, 'linux'), '/u/me/.local/share/smchat');
  assert.equal(at({ SMCHAT_HOME: '', XDG_DATA_HOME: '' }, 'linux'), '/u/me/.local/share/smchat');
  assert.equal(at({}, 'darwin'), '/u/me/Library/Application Support/smchat');
  assert.equal(at({ LOCALAPPDATA: 'C:\\Local' }, 'win32'), 'C:\\Local\\smchat');
});
