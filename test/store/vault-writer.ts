/**
 * A process of its own for vault-process.test.ts: opens the vault of `alice` below the folder given, and says on
 * stdout what it has done, a line each. `create` makes accounts, for ever; `hold` waits to be killed; `write` commits a message and its ratchet's state
 * together, for ever, and names each one after its commit. What ends it is its last line and its exit code.
 */
import { writeSync } from 'node:fs';
import { Password } from '../../src/session/password.ts';
import { asSmchatError } from '../../src/smchat-error.ts';
import { createHome } from '../../src/store/home.ts';
import { accountRecord, CHEAP, contactRecord, messageRecord } from './vault-fixture.ts';

const [folder = '', mode = 'hold', password = 'pass'] = process.argv.slice(2);
// A file that may not grow any further is to be an error to the one who writes it, not the process's end.
process.on('SIGXFSZ', () => {});

const say = (line: string) => writeSync(1, `${line}\n`);

try {
  if (mode === 'create') {
    const home = createHome(folder, { passwordPolicy: CHEAP });
    for (let number = 10; ; number += 1) {
      (await home.create(accountRecord({ name: `n${number}` }), new Password(password))).close();
      say(`n${number}`);
    }
  }
  const vault = await createHome(folder, { passwordPolicy: CHEAP }).open('alice', new Password(password));
  say('open');
  if (mode === 'hold') setInterval(() => {}, 1000);
  if (mode === 'write') {
    const bob = vault.contacts.byName('bob') ?? vault.contacts.insert(contactRecord());
    for (let sequence = bob.nextSequence; ; sequence += 1n) {
      const text = `message ${sequence} ${'word '.repeat(Number(sequence % 200n))}`;
      vault.transaction(() => {
        vault.messages.insert(messageRecord(bob.contactId, { text, sequence }));
        vault.contacts.update(bob.contactId, { nextSequence: sequence + 1n });
      });
      say(String(sequence));
    }
  }
} catch (thrown) {
  say(asSmchatError(thrown).code);
  process.exitCode = asSmchatError(thrown).exitCode;
}
