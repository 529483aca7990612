import { type MessageId, utf8 } from '../crypto/bytes.ts';
import { asSmchatError, SmchatError } from '../smchat-error.ts';
import { type AccountContext, commit, type Tell } from './account-context.ts';
import type { MessageStatus, SendRequest, SendResult } from './client.ts';
import type { Connection } from './connection.ts';
import { acceptContact, type ContactChange, insertRequested } from './contact-book.ts';
import { beginSession, fetchVerifiedBundle, startConversation } from './conversation-starter.ts';
import type { SmchatEvent } from './events.ts';
import { encodeBody, newMessageId, TEXT_MAX_BYTES } from './message-body.ts';
import { reaches } from './message-status.ts';
import { parseMessageId, timestamp, viewMessage } from './message-view.ts';
import { requireName } from './names.ts';
import type { Outbox } from './outbox.ts';
import type { ContactRecord, MessageRecord } from './vault-port.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DEFAULT_TIMEOUT_MS = 30_000;
/** Keys are given out at a limited rate: asking again soon is in vain. */
const REFUSED_DELAY_MS = 30_000;

/** Sending: texts, requests, and waiting until a message got where the caller wants it. */
export class Conversations {
  readonly #context: AccountContext;
  readonly #outbox: Outbox;
  readonly #connection: Connection;
  readonly #starting = new Set<number>();
  /** Told what went wrong with a contact in the background, so that whoever waits need not wait on. */
  readonly #troubled = new Set<(contactId: number, failure: SmchatError) => void>();

  constructor(context: AccountContext, outbox: Outbox, connection: Connection) {
    this.#context = context;
    this.#outbox = outbox;
    this.#connection = connection;
  }

  /** Starts a session in the background for what waits in the outbox. */
  start(contactId: number): void {
    const connection = this.#connection.live;
    if (connection === null || this.#starting.has(contactId)) return;
    this.#starting.add(contactId);
    startConversation(this.#context, connection, contactId)
      .finally(() => this.#starting.delete(contactId))
      .then(
        () => this.#outbox.pump(),
        (thrown) => this.#failed(contactId, asSmchatError(thrown)),
      )
      .catch((thrown) => this.#context.troubled(thrown));
  }

  /** Asks to become a contact; `no-such-contact` where the relay knows no such name. */
  async add(name: string): Promise<ContactChange> {
    const known = await this.#findOrMeet(name);
    if (known.state === 'incoming') {
      const change = commit(this.#context, (tell) => acceptContact(this.#context, this.#outbox, known, tell));
      this.#outbox.pump();
      return change;
    }
    if (known.state === 'blocked')
      throw new SmchatError('content-refused', 'you have blocked this contact: unblock first');
    return { name, state: known.state };
  }

  async send(request: SendRequest): Promise<SendResult> {
    requireText(request.text);
    const clientId = requireClientId(request.clientId ?? freshUuid(this.#context));
    const before = this.#context.vault.messages.byClientId(clientId);
    const record = before ?? (await this.#compose(request, clientId));
    const wanted = request.wait ?? 'sent';
    const status = await this.#reach(record, wanted, request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    return {
      id: viewMessage(record, '', '').id,
      client_id: clientId,
      to: this.#context.vault.contacts.get(record.contactId)?.name ?? request.name,
      status,
      sent_at: timestamp(record.sentAt),
    };
  }

  async #compose(request: SendRequest, clientId: string): Promise<MessageRecord> {
    const replyTo = request.replyTo === undefined ? null : this.#requireMessage(request.replyTo);
    const { contactId } = await this.#findOrMeet(request.name, { forText: true });
    const record = commit(this.#context, (tell) => this.#store(contactId, request.text, clientId, replyTo, tell));
    this.#outbox.pump();
    return record;
  }

  /** Message, place in the chat and outbox entry, and with a session the sealed envelope, in one transaction. */
  #store(contactId: number, text: string, clientId: string, replyTo: MessageId | null, tell: Tell): MessageRecord {
    const { vault, clock, rng, local } = this.#context;
    const twin = vault.messages.byClientId(clientId);
    if (twin !== null) return twin;
    const contact = vault.contacts.get(contactId);
    if (contact === null) throw new SmchatError('no-such-contact');
    if (contact.changedIdentityKey !== null) throw new SmchatError('identity-changed');
    if (contact.state === 'blocked')
      throw new SmchatError('content-refused', 'you have blocked this contact: unblock first');
    if (contact.state === 'incoming') acceptContact(this.#context, this.#outbox, contact, tell);
    const record: MessageRecord = {
      messageId: newMessageId(rng),
      contactId,
      direction: 'out',
      kind: 'text',
      text,
      replyTo,
      clientId,
      sentAt: clock.now(),
      receivedAt: null,
      editedAt: null,
      expiresAt: null,
      status: 'queued',
      reason: null,
      sequence: contact.nextSequence,
      held: false,
    };
    vault.messages.insert(record);
    vault.contacts.update(contactId, { nextSequence: contact.nextSequence + 1n });
    const { messageId, sentAt, sequence } = record;
    const body = encodeBody({ type: 'text', messageId, sentAt, sequence, text, replyTo, expirySeconds: 0 });
    this.#outbox.add(vault.contacts.get(contactId) ?? contact, { messageId, body });
    tell({ event: 'own_message', ...viewMessage(record, local.name, contact.name) });
    return record;
  }

  /** The contact; a new one is met through the relay where it can be reached, else remembered as asked for. */
  async #findOrMeet(name: string, options: { readonly forText?: boolean } = {}): Promise<ContactRecord> {
    requireName(name);
    const { vault, local } = this.#context;
    if (name === local.name) throw new SmchatError('content-refused', 'that is your own name');
    const known = vault.contacts.byName(name);
    if (known !== null) return known;
    const connection = await this.#connection.settled();
    const bundle = connection === null ? null : await fetchVerifiedBundle(this.#context, connection, name);
    const contact = commit(this.#context, (tell) => {
      const met = vault.contacts.byName(name);
      if (met !== null) return met;
      const added = insertRequested(this.#context, name);
      if (bundle !== null) beginSession(this.#context, added, bundle, tell);
      const current = vault.contacts.get(added.contactId) ?? added;
      if (options.forText !== true) this.#request(current);
      tell({ event: 'contact', name, state: current.state });
      return current;
    });
    this.#outbox.pump();
    return contact;
  }

  #request(contact: ContactRecord): void {
    const { rng, clock } = this.#context;
    const head = { messageId: newMessageId(rng), sentAt: clock.now(), sequence: 0n };
    this.#outbox.add(contact, { messageId: null, body: encodeBody({ ...head, type: 'request' }) });
  }

  #requireMessage(id: string): MessageId {
    const messageId = parseMessageId(id);
    if (this.#context.vault.messages.byId(messageId) === null) throw new SmchatError('no-such-message');
    return messageId;
  }

  /**
   * Unknown names fail what was meant for them, and whoever waits is told. What else the relay could not give now is
   * asked for again at the next message or connection.
   */
  #failed(contactId: number, failure: SmchatError): void {
    if (failure.code === 'no-such-contact') {
      commit(this.#context, (tell) => this.#outbox.failAll(contactId, 'no-account', tell));
    }
    if (failure.code === 'relay-refused') this.#outbox.retryAfter(REFUSED_DELAY_MS);
    for (const tellWaiter of [...this.#troubled]) tellWaiter(contactId, failure);
  }

  /** Resolves with the status once it is reached; rejects with `timed-out`, the message staying queued. */
  #reach(record: MessageRecord, wanted: MessageStatus, timeoutMs: number): Promise<MessageStatus> {
    const { vault, hub, clock } = this.#context;
    const now = vault.messages.byId(record.messageId) ?? record;
    if (now.status === 'failed') throw failureOf(now.reason);
    if (reaches(now.status, wanted)) return Promise.resolve(now.status);
    const id = viewMessage(record, '', '').id;
    return new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        stopListening();
        cancelTimer();
        this.#troubled.delete(onTrouble);
        act();
      };
      const onEvent = (event: SmchatEvent) => {
        if ((event.event !== 'status' && event.event !== 'receipt') || event.id !== id) return;
        if (event.status === 'failed') finish(() => reject(failureOf(event.reason ?? null)));
        else if (reaches(event.status, wanted)) finish(() => resolve(event.status));
      };
      const onTrouble = (contactId: number, failure: SmchatError) => {
        if (contactId === record.contactId && failure.code !== 'relay-unreachable') finish(() => reject(failure));
      };
      const stopListening = hub.add(onEvent);
      const cancelTimer = clock.after(timeoutMs, () =>
        finish(() => reject(new SmchatError('timed-out', 'no answer in time; the message stays queued'))),
      );
      this.#troubled.add(onTrouble);
    });
  }
}

function requireText(text: string): void {
  if (text.length === 0) throw new SmchatError('content-refused', 'an empty text is not sent');
  if (utf8(text).length > TEXT_MAX_BYTES) throw new SmchatError('too-large');
}

function requireClientId(text: string): string {
  const clientId = text.toLowerCase();
  if (!UUID.test(clientId)) throw new SmchatError('usage', 'a client id must be a UUID');
  return clientId;
}

function freshUuid(context: AccountContext): string {
  const bytes = context.rng.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function failureOf(reason: string | null): SmchatError {
  if (reason === 'no-account') return new SmchatError('no-such-contact');
  return new SmchatError('relay-refused', `the relay refused the message (${reason ?? 'unknown'})`);
}
