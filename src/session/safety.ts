import { equal, toHex } from '../crypto/bytes.ts';
import { safetyNumber } from '../crypto/safety-number.ts';
import { SmchatError } from '../smchat-error.ts';
import { type AccountContext, commit } from './account-context.ts';
import type { Verification } from './client.ts';
import { releaseHeld, requireContact } from './contact-book.ts';
import { noteTrusted, noteVerified } from './identity-lines.ts';
import type { Outbox } from './outbox.ts';
import type { ContactRecord } from './vault-port.ts';

const DIGITS = 60;
const GROUP = /\d{5}/g;

/** Safety numbers, cached: each takes some 10,400 hashes. */
export class Safety {
  readonly #context: AccountContext;
  readonly #outbox: Outbox;
  readonly #numbers = new Map<string, string>();

  constructor(context: AccountContext, outbox: Outbox) {
    this.#context = context;
    this.#outbox = outbox;
  }

  /** The number to compare; `confirm` marks the contact as verified, or throws `safety-number-differs`. */
  verify(name: string, confirm?: string): Verification {
    const contact = requireContact(this.#context, name);
    const { identityKey, changedIdentityKey } = contact;
    if (identityKey === null) {
      throw new SmchatError('relay-unreachable', `the keys of ${name} are not known yet: the relay was not reached`);
    }
    const number = this.#number(contact, changedIdentityKey ?? identityKey);
    if (confirm !== undefined) {
      if (changedIdentityKey !== null) throw new SmchatError('identity-changed');
      this.#mustMatch(number, confirm);
      commit(this.#context, (tell) => {
        this.#context.vault.contacts.update(contact.contactId, { verified: true });
        noteVerified(this.#context, contact, tell);
      });
    }
    return {
      name,
      safety_number: grouped(number),
      verified: confirm !== undefined || contact.verified,
      changed: changedIdentityKey !== null,
      ...(changedIdentityKey === null ? {} : { previous_safety_number: grouped(this.#number(contact, identityKey)) }),
    };
  }

  /** Accepts a changed identity whose number the user has compared: old sessions end, what waited is shown. */
  trust(name: string, given: string): { readonly name: string; readonly verified: boolean } {
    const contact = requireContact(this.#context, name);
    const { changedIdentityKey } = contact;
    if (changedIdentityKey === null) return { name, verified: this.verify(name, given).verified };
    this.#mustMatch(this.#number(contact, changedIdentityKey), given);
    commit(this.#context, (tell) => {
      this.#adopt(contact, changedIdentityKey);
      noteTrusted(this.#context, contact, tell);
      const trusted = requireContact(this.#context, name);
      if (trusted.state !== 'incoming') releaseHeld(this.#context, trusted, tell);
      tell({ event: 'contact', name, state: trusted.state });
    });
    this.#outbox.pump();
    return { name, verified: true };
  }

  #adopt(contact: ContactRecord, identityKey: Uint8Array): void {
    const { vault, sessions, clock } = this.#context;
    const { contactId } = contact;
    const theirs = sessions
      .candidates()
      .filter((booked) => booked.contactId === contactId && equal(booked.session.remoteIdentityKey, identityKey))
      .map((booked) => booked.session);
    sessions.removeAll(contactId);
    for (const [i, session] of theirs.entries()) sessions.put(contactId, session, clock.now(), i === 0);
    vault.outbox.clearEnvelopes(contactId);
    this.#outbox.reload();
    vault.contacts.update(contactId, {
      identityKey,
      changedIdentityKey: null,
      verified: true,
      accountId: theirs[0]?.remoteAccountId ?? contact.accountId,
    });
  }

  #number(contact: ContactRecord, remoteIdentityKey: Uint8Array): string {
    const { local } = this.#context;
    if (contact.accountId === null) throw new SmchatError('no-such-contact');
    const key = `${toHex(contact.accountId)}:${toHex(remoteIdentityKey)}`;
    const cached = this.#numbers.get(key);
    if (cached !== undefined) return cached;
    const number = safetyNumber(
      { accountId: local.accountId, name: local.name, identityKey: local.identityKeyPair.publicKey },
      { accountId: contact.accountId, name: contact.name, identityKey: remoteIdentityKey },
    );
    this.#numbers.set(key, number);
    return number;
  }

  #mustMatch(number: string, given: string): void {
    const digits = given.replace(/\D/g, '');
    if (digits.length !== DIGITS || digits !== number) throw new SmchatError('safety-number-differs');
  }
}

function grouped(number: string): string {
  return (number.match(GROUP) ?? []).join(' ');
}
