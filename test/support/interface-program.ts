// The interface over a scripted account, as a program of its own on whatever terminal starts it.
import { startInterface } from '../../src/tui/app.ts';
import { colorDepth } from '../../src/tui/term/color.ts';
import { defaultLoaded } from './preferences.ts';
import { fillWithPeople } from './scripted-chats.ts';
import { scriptedAccounts, scriptedClient } from './scripted-client.ts';

const client = scriptedClient('alice');
fillWithPeople(client);
const accounts = scriptedAccounts(client, [{ account: 'alice', relay: 'ws://127.0.0.1:50007' }]);
process.exitCode = await startInterface({
  accounts,
  loaded: defaultLoaded(colorDepth(process.env)),
  relayUrl: 'ws://127.0.0.1:50007',
  relayUrlGiven: false,
  input: process.stdin,
  output: process.stdout,
  env: process.env,
  now: () => Date.now(),
  timer(delayMs, fire) {
    const timeout = setTimeout(fire, delayMs);
    return () => clearTimeout(timeout);
  },
});
console.log(`closed: ${client.isClosed}`);
process.exit();
