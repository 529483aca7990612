import { equal } from '../crypto/bytes.ts';
import { asSmchatError, SmchatError } from '../smchat-error.ts';
import { type AccountContext, commit } from './account-context.ts';
import type { Connection } from './connection.ts';
import { type ContactAddress, decodeContactAddress, isAtRelay } from './contact-address.ts';
import { acceptContact, type ContactChange, insertRequested } from './contact-book.ts';
import { beginSession, fetchVerifiedBundle } from './conversation-starter.ts';
import { encodeBody, newMessageId } from './message-body.ts';
import { requireName } from './names.ts';
import type { Outbox } from './outbox.ts';
import type { ContactRecord } from './vault-port.ts';

const ADDRESS_HINT = 'give a name, name@relay, or a link that begins with smchat:';

/** New contacts: found by name through the relay, or by a link that says who they must be. */
export class Meetings {
  readonly #context: AccountContext;
  readonly #outbox: Outbox;
  readonly #connection: Connection;

  constructor(context: AccountContext, outbox: Outbox, connection: Connection) {
    this.#context = context;
    this.#outbox = outbox;
    this.#connection = connection;
  }

  /** Asks to become a contact; `no-such-contact` where the relay knows no such name. */
  async add(name: string, identityKey: Uint8Array | null = null): Promise<ContactChange> {
    const known = await this.meet(name, { identityKey });
    if (known.state === 'incoming') {
      const change = commit(this.#context, (tell) => acceptContact(this.#context, this.#outbox, known, tell));
      this.#outbox.pump();
      return change;
    }
    if (known.state === 'blocked')
      throw new SmchatError('content-refused', 'you have blocked this contact: unblock first');
    return { name, state: known.state };
  }

  /**
   * The same by a link or `name@relay`. Where that tells the identity key, nobody else is met: `bad-prekey` where the relay
   * gives out another one, `safety-number-differs` where another one is known here.
   */
  async addAddress(text: string): Promise<ContactChange> {
    const address = decodeContactAddress(text);
    if (address === null) throw new SmchatError('invalid-name', 'that is no name and no link', { hint: ADDRESS_HINT });
    const own = this.#context.vault.account.load().relayUrl;
    const isHere = isAtRelay(address, own);
    // A relay may have several addresses: with a key it is proven who was met; a name alone proves nothing.
    if (!isHere && address.identityKey === null) throw elsewhere('no-such-contact', address, own);
    try {
      return await this.add(address.name, address.identityKey);
    } catch (thrown) {
      const { code } = asSmchatError(thrown);
      if (isHere || (code !== 'no-such-contact' && code !== 'bad-prekey')) throw thrown;
      throw elsewhere(code, address, own);
    }
  }

  /** The contact; a new one is met through the relay where it can be reached, else remembered as asked for. */
  async meet(
    name: string,
    {
      forText = false,
      identityKey = null,
    }: { readonly forText?: boolean; readonly identityKey?: Uint8Array | null } = {},
  ): Promise<ContactRecord> {
    requireName(name);
    const { vault, local } = this.#context;
    if (name === local.name) throw new SmchatError('content-refused', 'that is your own name');
    const known = vault.contacts.byName(name);
    if (known !== null) return this.#pinned(known, identityKey);
    const connection = await this.#connection.settled();
    const bundle = connection === null ? null : await fetchVerifiedBundle(this.#context, connection, name);
    if (bundle !== null && identityKey !== null && !equal(bundle.identityKey, identityKey)) {
      throw new SmchatError('bad-prekey', `the relay gives another identity key for ${name} than the link says`, {
        hint: 'nothing was sent: ask them for their link again, on another way',
      });
    }
    const contact = commit(this.#context, (tell) => {
      const met = vault.contacts.byName(name);
      if (met !== null) return this.#pinned(met, identityKey);
      const added = insertRequested(this.#context, name, identityKey);
      if (bundle !== null) beginSession(this.#context, added, bundle, tell);
      const current = vault.contacts.get(added.contactId) ?? added;
      if (!forText) this.#request(current);
      tell({ event: 'contact', name, state: current.state });
      return current;
    });
    this.#outbox.pump();
    return contact;
  }

  /** A contact that was there before a link told of them: known under that identity, or under none yet. */
  #pinned(contact: ContactRecord, identityKey: Uint8Array | null): ContactRecord {
    if (identityKey === null) return contact;
    const { contacts } = this.#context.vault;
    if (contact.identityKey === null) {
      contacts.update(contact.contactId, { identityKey });
      return contacts.get(contact.contactId) ?? contact;
    }
    if (equal(contact.identityKey, identityKey) && contact.changedIdentityKey === null) return contact;
    throw new SmchatError(
      'safety-number-differs',
      `the link names another identity key than ${contact.name} has here`,
      {
        hint: 'someone may be in between: compare safety numbers',
      },
    );
  }

  #request(contact: ContactRecord): void {
    const { rng, clock } = this.#context;
    const head = { messageId: newMessageId(rng), sentAt: clock.now(), sequence: 0n };
    this.#outbox.add(contact, { messageId: null, body: encodeBody({ ...head, type: 'request' }) });
  }
}

function elsewhere(code: 'no-such-contact' | 'bad-prekey', { name, relay }: ContactAddress, own: string): SmchatError {
  return new SmchatError(code, `${name} is at the relay ${relay}, and this account at ${own}: here it is not them`, {
    hint: `an account knows those at its own relay: register one there, with --relay`,
  });
}
