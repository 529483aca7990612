import { fileURLToPath } from 'node:url';
import type { Accounts, SmchatClient } from './session/client.ts';
import type { SmchatEvent } from './session/events.ts';
import { Password } from './session/password.ts';
import { SmchatError } from './smchat-error.ts';

/** Nothing is kept, so it need not be secret; whoever locks a side reads it in the heading of the documents. */
export const DEMO_PASSWORD = 'demo';
const PICTURE = fileURLToPath(new URL('../assets/sample.jpg', import.meta.url));
const MEETING_TIMEOUT_MS = 20_000;

/** Resolves with the first event that fits. */
function heard(client: SmchatClient, fits: (event: SmchatEvent) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = new SmchatError('timed-out', 'the demo’s two people did not meet', { hint: 'try again' });
    const timer = setTimeout(() => reject(late), MEETING_TIMEOUT_MS);
    const end = client.subscribe((event) => {
      if (!fits(event)) return;
      clearTimeout(timer);
      queueMicrotask(() => end());
      resolve();
    });
  });
}

async function registered(accounts: Accounts, name: string, relayUrl: string): Promise<SmchatClient> {
  const password = new Password(DEMO_PASSWORD);
  try {
    return await accounts.register(name, password, relayUrl);
  } finally {
    password.wipe();
  }
}

/** Alice and Bob, new at this relay, contacts of each other, with a few lines and a picture between them. */
export async function introducePeople(
  accounts: Accounts,
  relayUrl: string,
): Promise<readonly [alice: SmchatClient, bob: SmchatClient]> {
  const [alice, bob] = await Promise.all([
    registered(accounts, 'alice', relayUrl),
    registered(accounts, 'bob', relayUrl),
  ]);
  const asked = heard(bob, (event) => event.event === 'contact_request');
  await alice.contact('add', 'bob');
  await asked;
  const accepted = heard(alice, (event) => event.event === 'contact' && event.state === 'accepted');
  await bob.contact('accept', 'alice');
  await accepted;
  const say = async (from: SmchatClient, name: string, text: string, path?: string): Promise<void> => {
    const attachment = path === undefined ? {} : { attachment: { kind: 'image', path } as const };
    await from.send({ name, text, ...attachment, wait: 'delivered', timeoutMs: MEETING_TIMEOUT_MS });
  };
  await say(alice, 'bob', 'Hello Bob! What you type on one side arrives on the other, sealed on its way.');
  await say(bob, 'alice', 'Hello Alice 👋 The relay in between is a real one, but only for the two of us.');
  await say(alice, 'bob', 'A picture: Ctrl-Space selects it, Enter opens it, s saves it.', PICTURE);
  await say(bob, 'alice', 'F4 shows our safety number. F1 tells all keys.');
  return [alice, bob];
}
