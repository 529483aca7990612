import { randomBytes } from 'node:crypto';
import type { MessageId } from '../../src/crypto/bytes.ts';
import { createImagePort } from '../../src/media/image-port.ts';
import { createBlobPort } from '../../src/net/blob-client.ts';
import { createRelayPort } from '../../src/net/relay-port.ts';
import { commit } from '../../src/session/account-context.ts';
import { type AccountParts, assemble } from '../../src/session/account-parts.ts';
import type { AccountsParts } from '../../src/session/accounts.ts';
import type { Contact, Message } from '../../src/session/client.ts';
import type { Clock } from '../../src/session/clock.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import { encodeBody, type MessageBody, newMessageId } from '../../src/session/message-body.ts';
import { Password } from '../../src/session/password.ts';
import type { ContactRecord } from '../../src/session/vault-port.ts';
import { createHome } from '../../src/store/home.ts';
import { createUserFiles } from '../../src/store/user-files.ts';
import { type Person, QUICK_PASSWORDS } from '../support/people.ts';

/** The machine's clock, moved forward by hand; timers that become due by that fire at once. */
export class SteeredClock implements Clock {
  readonly #timers = new Set<{ readonly at: number; readonly fire: () => void }>();
  #offset = 0;

  now(): number {
    return Date.now() + this.#offset;
  }

  after(delayMs: number, fire: () => void): () => void {
    const cancel = () => {
      clearTimeout(real);
      this.#timers.delete(timer);
    };
    const timer = {
      at: this.now() + delayMs,
      fire: () => {
        cancel();
        fire();
      },
    };
    const real = setTimeout(timer.fire, delayMs);
    this.#timers.add(timer);
    return cancel;
  }

  advance(ms: number): void {
    this.#offset += ms;
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) if (timer.at <= this.now()) timer.fire();
  }
}

/** A request, its acceptance, and a word each way. */
export async function befriend(a: Person, b: Person): Promise<void> {
  await a.client.send({ name: b.name, text: `hello ${b.name}` });
  await b.sees((event) => event.event === 'contact_request' && event.name === a.name, 'the request');
  await b.client.contact('accept', a.name);
  await a.sees((event) => event.event === 'contact' && event.name === b.name && event.state === 'accepted', 'the yes');
}

export const editOf = (text: string) => (event: SmchatEvent) => event.event === 'edit' && event.text === text;
export const deletionOf = (id: string) => (event: SmchatEvent) => event.event === 'delete' && event.id === id;
export const offline = (event: SmchatEvent) => event.event === 'connection' && event.state === 'offline';

/** All that a person can see of a chat, to be compared before and after what must change nothing. */
export async function viewOf(
  { client }: Person,
  name: string,
): Promise<{ readonly history: readonly Message[]; readonly contact: Contact | undefined }> {
  const contact = (await client.contacts()).find((each) => each.name === name);
  return { history: await client.history(name, { limit: 1_000 }), contact };
}

/** A genuine account without the product's manners: it sends whatever bodies it likes. */
export interface RawAccount {
  readonly name: string;
  readonly parts: AccountParts;
  /** Seals and sends a body of this content to a contact, in a fresh place unless a sequence is given. */
  say(to: string, content: RawContent): MessageId;
  /** Resolves when all that was said is on the relay's disk. */
  sent(): Promise<void>;
  close(): Promise<void>;
}

type Without<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;
type Head = 'messageId' | 'sentAt' | 'sequence';
export type RawContent = Without<MessageBody, Head> & Partial<Pick<MessageBody, Head>>;

/** Opens a person's account again, as its own program in the place of the product's. */
export async function openRaw(person: Person): Promise<RawAccount> {
  await person.client.close();
  const home = createHome(person.home, { passwordPolicy: QUICK_PASSWORDS });
  const vault = await home.open(person.name, new Password(`password of ${person.name}`));
  const parts = assemble(vault, portsOf(home, person));
  parts.connection.start();
  const contactOf = (name: string): ContactRecord => {
    const contact = vault.contacts.byName(name);
    if (contact === null) throw new Error(`${person.name} does not know ${name}`);
    return contact;
  };
  return {
    name: person.name,
    parts,
    say(to, content) {
      const contact = contactOf(to);
      const messageId = content.messageId ?? newMessageId(parts.context.rng);
      const head = { messageId, sentAt: Date.now(), sequence: contact.nextSequence };
      commit(parts.context, () => {
        vault.contacts.update(contact.contactId, { nextSequence: contact.nextSequence + 1n });
        parts.outbox.add(contact, { messageId: null, body: encodeBody({ ...head, ...content }) });
      });
      parts.outbox.pump();
      return messageId;
    },
    async sent() {
      const waiting = vault.outbox.all().map((entry) => entry.entryId);
      await Promise.all(waiting.map((id) => new Promise((resolve) => parts.outbox.onLeft(id, resolve))));
    },
    async close() {
      parts.closing.abort();
      parts.connection.close();
      parts.announcer.stop();
      await parts.context.underWay.settled();
      parts.context.remains.stop();
      vault.close();
    },
  };
}

function portsOf(home: AccountsParts['home'], person: Person): AccountsParts {
  return {
    home,
    relay: createRelayPort(),
    blobs: createBlobPort(),
    userFiles: createUserFiles({}, process.platform, person.folder),
    images: createImagePort(),
    clock: new SteeredClock(),
    rng: { bytes: (length) => new Uint8Array(randomBytes(length)) },
    choices: { sendsReadReceipts: true },
  };
}
