import { utf8 } from '../crypto/bytes.ts';
import { SmchatError } from '../smchat-error.ts';
import { type AccountContext, commit, type Tell } from './account-context.ts';
import type { Contact, ContactAction, ContactState } from './client.ts';
import { encodeBody, newMessageId } from './message-body.ts';
import { timestamp, viewMessage } from './message-view.ts';
import type { Outbox } from './outbox.ts';
import { firstSequence } from './sequence.ts';
import type { ContactRecord, ContactSummary, MessageRecord } from './vault-port.ts';

/** What a contact action gives. */
export interface ContactChange {
  readonly name: string;
  readonly state: ContactState | 'removed';
}

/** The contact of that name, or `no-such-contact`. */
export function requireContact(context: AccountContext, name: string): ContactRecord {
  const contact = context.vault.contacts.byName(name);
  if (contact === null || isForgotten(context, contact)) throw new SmchatError('no-such-contact');
  return contact;
}

/** All contacts that the user has anything to do with, newest first. */
export function listContacts(context: AccountContext): readonly Contact[] {
  const drafts = context.vault.drafts.all();
  return context.vault.contacts
    .list()
    .filter((contact) => !isForgotten(context, contact))
    .map((contact) => {
      const draft = drafts.get(contact.contactId);
      return { ...viewContact(contact), ...(draft === undefined ? {} : { draft }) };
    })
    .sort((a, b) => (b.last_at ?? '').localeCompare(a.last_at ?? '') || a.name.localeCompare(b.name));
}

/**
 * A contact of one's own making, before anything was heard of them; with the identity that they must prove, where a link
 * told it. Within the caller's transaction.
 */
export function insertRequested(
  context: AccountContext,
  name: string,
  identityKey: Uint8Array | null = null,
): ContactRecord {
  const now = context.clock.now();
  return context.vault.contacts.insert({
    name,
    accountId: null,
    state: 'requested',
    identityKey,
    changedIdentityKey: null,
    verified: false,
    peerAccepted: false,
    nextSequence: firstSequence(now),
    stateBeforeBlock: null,
    timerSeconds: 0,
    timerSetAt: 0,
    createdAt: now,
  });
}

/** Accepts, removes, blocks or unblocks; adding is the conversation's business. */
export function changeContact(
  context: AccountContext,
  outbox: Outbox,
  action: Exclude<ContactAction, 'add'>,
  name: string,
): ContactChange {
  const contact = requireContact(context, name);
  const change = commit(context, (tell) => {
    switch (action) {
      case 'accept':
        return acceptContact(context, outbox, contact, tell);
      case 'remove':
        return removeContact(context, outbox, contact, tell);
      case 'block':
        return setState(context, contact, 'blocked', contact.state, tell);
      case 'unblock':
        if (contact.state !== 'blocked') return { name, state: contact.state };
        return setState(context, contact, contact.stateBeforeBlock ?? 'accepted', null, tell);
      default:
        return action satisfies never;
    }
  });
  outbox.pump();
  return change;
}

/** Shows what waited, tells the peer, and lets receipts flow. Within the caller's transaction. */
export function acceptContact(
  context: AccountContext,
  outbox: Outbox,
  contact: ContactRecord,
  tell: Tell,
): ContactChange {
  const { vault, rng, clock } = context;
  if (contact.state === 'blocked')
    throw new SmchatError('content-refused', 'you have blocked this contact: unblock first');
  if (contact.state !== 'incoming') return { name: contact.name, state: contact.state };
  vault.contacts.update(contact.contactId, { state: 'accepted', peerAccepted: true });
  const accepted: ContactRecord = { ...contact, state: 'accepted', peerAccepted: true };
  tell({ event: 'contact', name: contact.name, state: 'accepted' });
  const head = { messageId: newMessageId(rng), sentAt: clock.now(), sequence: 0n };
  outbox.add(accepted, { messageId: null, body: encodeBody({ ...head, type: 'accept' }) });
  if (contact.changedIdentityKey === null) releaseHeld(context, accepted, tell);
  return { name: contact.name, state: 'accepted' };
}

/** Shows a contact's held messages, in order, and owes receipts for them. Within the caller's transaction. */
export function releaseHeld(context: AccountContext, contact: ContactRecord, tell: Tell): void {
  const { vault } = context;
  for (const message of vault.messages.release(contact.contactId)) {
    if (owesReceipt(message)) vault.receipts.add(contact.contactId, message.messageId, 'delivered');
    tell({ event: 'message', ...viewMessage(context, message) });
  }
}

function owesReceipt(message: MessageRecord): boolean {
  return message.kind !== 'system';
}

/**
 * Forgets the contact and the chat, but keeps its keys and sessions: what they send later is read as a stranger's
 * request, and they cannot tell that they were removed.
 */
function removeContact(context: AccountContext, outbox: Outbox, contact: ContactRecord, tell: Tell): ContactChange {
  const { vault, sessions, remains } = context;
  const rows = vault.sessions.forContact(contact.contactId);
  const { highest } = vault.repairs.get(contact.contactId);
  // The history was erased before, in slices: this is what came meanwhile.
  remains.leave(vault.messages.removeSome(contact.contactId, Number.MAX_SAFE_INTEGER));
  vault.contacts.remove(contact.contactId);
  if (contact.accountId !== null) {
    const { contactId: _, ...kept } = contact;
    const forgotten = vault.contacts.insert({
      ...kept,
      state: 'incoming',
      stateBeforeBlock: null,
      verified: false,
      timerSeconds: 0,
      timerSetAt: 0,
    });
    vault.repairs.update(forgotten.contactId, { highest });
    for (const row of rows) vault.sessions.put({ ...row, contactId: forgotten.contactId });
  }
  sessions.reload();
  outbox.reload();
  tell({ event: 'contact', name: contact.name, state: 'removed' });
  return { name: contact.name, state: 'removed' };
}

function setState(
  context: AccountContext,
  contact: ContactRecord,
  state: ContactState,
  stateBeforeBlock: ContactState | null,
  tell: Tell,
): ContactChange {
  if (contact.state === state) return { name: contact.name, state };
  context.vault.contacts.update(contact.contactId, { state, stateBeforeBlock });
  tell({ event: 'contact', name: contact.name, state });
  return { name: contact.name, state };
}

/** A removed contact of whom nothing waits: kept for its sessions alone. */
function isForgotten(context: AccountContext, contact: ContactRecord): boolean {
  return contact.state === 'incoming' && context.vault.messages.countHeld(contact.contactId) === 0;
}

function viewContact(contact: ContactSummary): Contact {
  return {
    name: contact.name,
    state: contact.state,
    verified: contact.verified,
    ...(contact.changedIdentityKey === null ? {} : { identity_changed: true }),
    unread: contact.unread,
    ...(contact.lastAt === null ? {} : { last_at: timestamp(contact.lastAt) }),
    ...(contact.timerSeconds === 0 ? {} : { disappear_s: contact.timerSeconds }),
    ...(contact.lastText === null ? {} : { last_text: contact.lastText }),
  };
}

/** What the interface's composer holds: longer than can be sent, so that it can be cut down. */
const DRAFT_MAX_BYTES = 64 * 1024;

/** Keeps what is typed for a contact and not sent. */
export function keepDraft(context: AccountContext, name: string, text: string): void {
  if (utf8(text).length > DRAFT_MAX_BYTES) throw new SmchatError('too-large', 'a draft of over 64 KiB is not kept');
  const { contactId } = requireContact(context, name);
  commit(context, () => context.vault.drafts.put(contactId, text));
}
