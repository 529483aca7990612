import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseTrustedProxies } from '../../src/relay/client-address.ts';
import { relayCommand } from '../../src/relay/command-line.ts';
import { refuseExposure } from '../../src/relay/relay-options.ts';

const unit = readFileSync(new URL('../../deploy/smchat-relay.service', import.meta.url), 'utf8');

function setting(name: string): string {
  const line = unit.split('\n').find((candidate) => candidate.startsWith(`${name}=`));
  assert.ok(line !== undefined, `${name} is set`);
  return line.slice(name.length + 1);
}

test('the unit starts the relay with options that it has, in the folder that systemd makes for it', () => {
  const [program, ...args] = setting('ExecStart').split(' ');
  assert.equal(program, '/usr/local/bin/smchat-relay');
  relayCommand.parse(args, { from: 'user' });
  const options = relayCommand.opts();
  assert.equal(options.data, `/var/lib/${setting('StateDirectory')}`);
  assert.ok(parseTrustedProxies(options.behindProxy) !== null);
  assert.doesNotThrow(() => refuseExposure(options.host, false));
});

test('the unit leaves time to drain and lets V8 compile', () => {
  assert.ok(Number(setting('TimeoutStopSec')) > 5);
  assert.equal(setting('MemoryDenyWriteExecute'), 'no');
});
