import { type MessageId, toHex, utf8 } from '../crypto/bytes.ts';
import { asSmchatError, SmchatError } from '../smchat-error.ts';
import { type AccountContext, commit, requireOpen, type Tell } from './account-context.ts';
import { Arrivals } from './arrivals.ts';
import { prepareAttachment } from './attachment-preparation.ts';
import { addSealed, discardSealed, type SealedMessageFiles, sealPrepared } from './attachment-sender.ts';
import type { SendRequest, SendResult } from './client.ts';
import type { Connection } from './connection.ts';
import { acceptContact } from './contact-book.ts';
import { startConversation } from './conversation-starter.ts';
import { Meetings } from './meetings.ts';
import { encodeBody, newMessageId, TEXT_MAX_BYTES } from './message-body.ts';
import { parseMessageId, timestamp, viewMessage } from './message-view.ts';
import type { Outbox } from './outbox.ts';
import type { Transfers } from './transfers.ts';
import type { ContactRecord, MessageRecord } from './vault-port.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DEFAULT_TIMEOUT_MS = 30_000;

/** What a new message says. */
interface NewMessage {
  readonly text: string;
  readonly clientId: string;
  readonly replyTo: MessageId | null;
  readonly files: SealedMessageFiles | null;
}

/** Sending: texts and files. */
export class Conversations {
  readonly meetings: Meetings;
  readonly #context: AccountContext;
  readonly #outbox: Outbox;
  readonly #connection: Connection;
  readonly #transfers: Transfers;
  readonly #arrivals: Arrivals;
  readonly #starting = new Set<number>();

  constructor(context: AccountContext, outbox: Outbox, connection: Connection, transfers: Transfers) {
    this.#context = context;
    this.#outbox = outbox;
    this.#connection = connection;
    this.#transfers = transfers;
    this.#arrivals = new Arrivals(context);
    this.meetings = new Meetings(context, outbox, connection);
  }

  /** Starts a session in the background for what waits in the outbox. */
  start(contactId: number): void {
    const connection = this.#connection.live;
    if (connection === null || this.#starting.has(contactId)) return;
    this.#starting.add(contactId);
    startConversation(this.#context, connection, contactId)
      .finally(() => this.#starting.delete(contactId))
      .then(
        () => {
          this.#outbox.pump();
          this.#transfers.uploads.wake();
        },
        (thrown) => this.#failed(contactId, asSmchatError(thrown)),
      )
      .catch((thrown) => this.#context.troubled(thrown));
  }

  async send(request: SendRequest): Promise<SendResult> {
    requireText(request);
    const clientId = requireClientId(request.clientId ?? freshUuid(this.#context));
    const before = this.#context.vault.messages.byClientId(clientId);
    const record = before ?? (await this.#compose(request, clientId));
    const wanted = request.wait ?? 'sent';
    const status = await this.#arrivals.reach(record, wanted, request.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    return {
      id: toHex(record.messageId),
      client_id: clientId,
      to: this.#context.vault.contacts.get(record.contactId)?.name ?? request.name,
      status,
      sent_at: timestamp(record.sentAt),
    };
  }

  async #compose(request: SendRequest, clientId: string): Promise<MessageRecord> {
    const replyTo = request.replyTo === undefined ? null : this.#requireMessage(request.replyTo);
    const message = { text: request.text, clientId, replyTo };
    if (request.attachment !== undefined) return this.#composeFile(request.name, message, request.attachment);
    const { contactId } = await this.meetings.meet(request.name, { forText: true });
    const record = commit(this.#context, (tell) => this.#store(contactId, { ...message, files: null }, tell));
    this.#outbox.pump();
    return record;
  }

  /** All that can be refused is refused before anything is stored; sealing comes last. */
  async #composeFile(
    name: string,
    message: Omit<NewMessage, 'files'>,
    attachment: NonNullable<SendRequest['attachment']>,
  ): Promise<MessageRecord> {
    const { vault } = this.#context;
    const known = vault.contacts.byName(name);
    if (known !== null) requireSendable(known);
    const prepared = await prepareAttachment(this.#context, attachment);
    let files: SealedMessageFiles;
    try {
      requireOpen(this.#context);
      // The request goes at once: a large file comes after it.
      requireSendable(await this.meetings.meet(name));
      await this.#transfers.ready;
      files = await sealPrepared(this.#context, prepared);
    } finally {
      await prepared.close();
    }
    return this.#context.underWay.run(async () => {
      let isStored = false;
      try {
        requireOpen(this.#context);
        const { contactId } = vault.contacts.byName(name) ?? requireNobody();
        const record = commit(this.#context, (tell) => this.#store(contactId, { ...message, files }, tell));
        isStored = vault.attachments.get(record.messageId, 'content')?.file === files.content.file;
        return record;
      } finally {
        // Another try of the same message was quicker, or it may not be sent any more.
        if (!isStored) await discardSealed(this.#context, files);
      }
    });
  }

  /** Message, place in the chat and outbox entry, and with a session the sealed envelope, in one transaction. */
  #store(contactId: number, { text, clientId, replyTo, files }: NewMessage, tell: Tell): MessageRecord {
    const { vault, clock, rng } = this.#context;
    const twin = vault.messages.byClientId(clientId);
    if (twin !== null) return twin;
    const contact = vault.contacts.get(contactId);
    if (contact === null) throw new SmchatError('no-such-contact');
    requireSendable(contact);
    if (contact.state === 'incoming') acceptContact(this.#context, this.#outbox, contact, tell);
    const sentAt = clock.now();
    const expirySeconds = contact.timerSeconds;
    const record: MessageRecord = {
      messageId: newMessageId(rng),
      contactId,
      direction: 'out',
      kind: files === null ? 'text' : files.prepared.kind,
      text,
      replyTo,
      clientId,
      sentAt,
      receivedAt: null,
      editedAt: null,
      expirySeconds,
      expiresAt: expirySeconds === 0 ? null : sentAt + expirySeconds * 1000,
      status: 'queued',
      reason: null,
      sequence: contact.nextSequence,
      held: false,
      unproven: false,
    };
    vault.messages.insert(record);
    vault.contacts.update(contactId, { nextSequence: contact.nextSequence + 1n });
    const { messageId, sequence } = record;
    if (files === null) {
      const body = encodeBody({ type: 'text', messageId, sentAt, sequence, text, replyTo, expirySeconds });
      this.#outbox.add(vault.contacts.get(contactId) ?? contact, { messageId, body });
    } else {
      addSealed(vault, messageId, files);
      // Later messages may overtake a file that is still being uploaded: its place is not missing.
      const place = encodeBody({ type: 'place', messageId: newMessageId(rng), sentAt, sequence });
      this.#outbox.add(vault.contacts.get(contactId) ?? contact, { messageId: null, body: place });
    }
    tell({ event: 'own_message', ...viewMessage(this.#context, record) });
    return record;
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
      commit(this.#context, (tell) => {
        this.#outbox.failAll(contactId, 'no-account', tell);
        this.#transfers.uploads.failAll(contactId, 'no-account', tell);
      });
    }
    if (failure.code === 'relay-refused') this.#outbox.refusedKeys(contactId, failure.retryAfterMs);
    this.#arrivals.trouble(contactId, failure);
  }
}

function requireText({ text, attachment }: SendRequest): void {
  if (text.length === 0 && attachment === undefined)
    throw new SmchatError('content-refused', 'an empty text is not sent');
  if (utf8(text).length > TEXT_MAX_BYTES) throw new SmchatError('too-large');
}

function requireSendable(contact: ContactRecord): void {
  if (contact.changedIdentityKey !== null) throw new SmchatError('identity-changed');
  if (contact.state === 'blocked')
    throw new SmchatError('content-refused', 'you have blocked this contact: unblock first');
}

function requireNobody(): never {
  throw new SmchatError('no-such-contact');
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
