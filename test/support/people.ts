import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { createAccounts } from '../../src/session/accounts.ts';
import type { Accounts, SmchatClient } from '../../src/session/client.ts';
import { systemClock } from '../../src/session/clock.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import { Password } from '../../src/session/password.ts';
import { createHome } from '../../src/store/home.ts';

/** Cheap enough for tests; everything else is as the product has it. */
export const QUICK_PASSWORDS = { least: { memoryKiB: 8 * 1024, passes: 1, lanes: 1 }, targetMs: 0 };

/** One person's unlocked account in a home of its own, with all events since unlocking. */
export interface Person {
  readonly name: string;
  readonly home: string;
  client: SmchatClient;
  readonly events: SmchatEvent[];
  /** Resolves with the first event, past or future, that fits; rejects after ten seconds. */
  sees(fits: (event: SmchatEvent) => boolean, what: string): Promise<SmchatEvent>;
  /** Stops listening, until the next restart. */
  silence(): void;
  /** Closes and opens the account again, as a new process would. */
  restart(): Promise<void>;
  remove(): Promise<void>;
}

export function accountsIn(home: string): Accounts {
  return createAccounts({
    home: createHome(home, { passwordPolicy: QUICK_PASSWORDS }),
    relay: createRelayPort(),
    clock: systemClock,
    rng: { bytes: (length) => new Uint8Array(randomBytes(length)) },
  });
}

/** Registers `name` at the relay, in a new home. */
export async function person(name: string, relayUrl: string): Promise<Person> {
  const home = await mkdtemp(join(tmpdir(), 'smchat-person-'));
  const accounts = accountsIn(home);
  const events: SmchatEvent[] = [];
  const waiting = new Set<() => void>();
  let silence = () => {};
  const listen = (client: SmchatClient) => {
    silence = client.subscribe((event) => {
      events.push(event);
      for (const look of [...waiting]) look();
    });
  };
  const client = await accounts.register(name, new Password(`password of ${name}`), relayUrl);
  listen(client);
  const self: Person = {
    name,
    home,
    client,
    events,
    sees(fits, what) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = events.find(fits);
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve(found);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`${name} never saw ${what}; saw ${JSON.stringify(events)}`));
        }, 10_000);
        waiting.add(look);
        look();
      });
    },
    silence: () => silence(),
    async restart() {
      await self.client.close();
      self.client = await accountsIn(home).unlock(name, new Password(`password of ${name}`));
      listen(self.client);
    },
    async remove() {
      await self.client.close();
      await rm(home, { recursive: true, force: true });
    },
  };
  return self;
}

/** An incoming message with this text. */
export const messageOf = (text: string) => (event: SmchatEvent) => event.event === 'message' && event.text === text;
