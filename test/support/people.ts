import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createImagePort } from '../../src/media/image-port.ts';
import { createBlobPort } from '../../src/net/blob-client.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { type AccountsParts, createAccounts } from '../../src/session/accounts.ts';
import type { AttachmentFiles } from '../../src/session/attachment-port.ts';
import type { Accounts, SmchatClient } from '../../src/session/client.ts';
import { systemClock } from '../../src/session/clock.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import { Password } from '../../src/session/password.ts';
import type { Vault } from '../../src/session/vault-port.ts';
import { createHome } from '../../src/store/home.ts';
import { createUserFiles } from '../../src/store/user-files.ts';

/** Cheap enough for tests; everything else is as the product has it. */
export const QUICK_PASSWORDS = { least: { memoryKiB: 8 * 1024, passes: 1, lanes: 1 }, targetMs: 0 };

/** Ports in place of the product's. */
export interface PersonPorts extends Partial<AccountsParts> {
  /** Stands before the real attachment files. */
  readonly wrapFiles?: (files: AttachmentFiles) => AttachmentFiles;
  /** Stands before the real vault. */
  readonly wrapVault?: (vault: Vault) => Vault;
}

/** One person's unlocked account in a home of its own, with all events since unlocking. */
export interface Person {
  readonly name: string;
  readonly home: string;
  /** Where this person's own files and pictures lie; outside the home. */
  readonly folder: string;
  client: SmchatClient;
  readonly events: SmchatEvent[];
  /** Resolves with the first event, past or future, that fits; rejects after ten seconds. */
  sees(fits: (event: SmchatEvent) => boolean, what: string): Promise<SmchatEvent>;
  /** Stops listening, until the next restart. */
  silence(): void;
  /** Closes and opens the account again, as a new process would; with other ports from now on where they are given. */
  restart(ports?: PersonPorts): Promise<void>;
  remove(): Promise<void>;
}

/** Costs nothing until a picture is prepared. */
const images = createImagePort();

/** The accounts of a home with all that the product has; `folder` is their owner's own folder. */
export function accountsIn(home: string, ports: PersonPorts = {}, folder = home): Accounts {
  const { wrapFiles = (files) => files, wrapVault = (vault) => vault, ...others } = ports;
  const store = createHome(home, { passwordPolicy: QUICK_PASSWORDS });
  return createAccounts({
    home: {
      ...store,
      create: async (account, password) => wrapVault(await store.create(account, password)),
      open: async (name, password) => wrapVault(await store.open(name, password)),
      attachments: (name) => wrapFiles(store.attachments(name)),
    },
    relay: createRelayPort(),
    blobs: createBlobPort(),
    userFiles: createUserFiles({}, process.platform, folder),
    images,
    clock: systemClock,
    rng: { bytes: (length) => new Uint8Array(randomBytes(length)) },
    choices: { sendsReadReceipts: true },
    ...others,
  });
}

/** Registers `name` at the relay, in a new home. */
export async function person(name: string, relayUrl: string, ports: PersonPorts = {}): Promise<Person> {
  const home = await mkdtemp(join(tmpdir(), 'smchat-person-'));
  const folder = await mkdtemp(join(tmpdir(), 'smchat-folder-'));
  const accounts = accountsIn(home, ports, folder);
  let current = ports;
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
    folder,
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
    async restart(others = current) {
      current = others;
      await self.client.close();
      self.client = await accountsIn(home, current, folder).unlock(name, new Password(`password of ${name}`));
      listen(self.client);
    },
    async remove() {
      await self.client.close();
      await rm(home, { recursive: true, force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
  return self;
}

/** An incoming message with this text. */
export const messageOf = (text: string) => (event: SmchatEvent) => event.event === 'message' && event.text === text;
