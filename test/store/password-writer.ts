/**
 * A process of its own for password-change.test.ts: `FOLDER CURRENT NEXT` opens the account `alice` below the folder,
 * changes its password, then commits a message and another relay, and says on stdout what it has done, a line each.
 * What ends it is its last line and its exit code.
 */
import { writeSync } from 'node:fs';
import { Password } from '../../src/session/password.ts';
import { asSmchatError } from '../../src/smchat-error.ts';
import { createHome } from '../../src/store/home.ts';
import { CHEAP, contactRecord, messageRecord } from './vault-fixture.ts';

const [folder = '', current = '', next = ''] = process.argv.slice(2);
// A file that may not grow any further is to be an error to the one who writes it, not the process's end.
process.on('SIGXFSZ', () => {});

const say = (line: string) => writeSync(1, `${line}\n`);

try {
  const home = createHome(folder, { passwordPolicy: CHEAP });
  const vault = await home.open('alice', new Password(current));
  say('open');
  try {
    await home.changePassword('alice', new Password(current), new Password(next));
    say('changed');
  } catch (thrown) {
    say(asSmchatError(thrown).code);
    process.exitCode = asSmchatError(thrown).exitCode;
  }
  const { contactId } = vault.contacts.byName('bob') ?? vault.contacts.insert(contactRecord());
  vault.messages.insert(messageRecord(contactId, { text: 'written afterwards' }));
  await home.setRelay('alice', 'wss://afterwards.example');
  say('written');
  vault.close();
  say('closed');
} catch (thrown) {
  say(asSmchatError(thrown).code);
  process.exitCode = asSmchatError(thrown).exitCode;
}
