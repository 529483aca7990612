import { toHex } from '../crypto/bytes.ts';
import { encodePublicKey } from '../crypto/key-encoding.ts';
import { asSmchatError, SmchatError } from '../smchat-error.ts';
import { type AccountContext, commit, inBackground } from './account-context.ts';
import { Announcer } from './announcer.ts';
import type {
  Contact,
  ContactAction,
  HistoryOptions,
  Message,
  SearchOptions,
  SendRequest,
  SendResult,
  SmchatClient,
  SubscribeOptions,
  Verification,
  WhoAmI,
} from './client.ts';
import type { Clock } from './clock.ts';
import { Connection } from './connection.ts';
import { type ContactChange, changeContact, listContacts, requireContact } from './contact-book.ts';
import { Conversations } from './conversation.ts';
import { Directory } from './directory.ts';
import { EventHub } from './event-hub.ts';
import type { SmchatEvent } from './events.ts';
import { parseMessageId, timestamp, viewMessage } from './message-view.ts';
import { Outbox } from './outbox.ts';
import { PreKeyKeeper } from './prekey-keeper.ts';
import { ReceiptSender } from './receipt-sender.ts';
import { Receiver } from './receiver.ts';
import type { RelayPort } from './relay-port.ts';
import type { Rng } from './rng.ts';
import { Safety } from './safety.ts';
import { SessionBook } from './session-book.ts';
import type { MessageRecord, Vault } from './vault-port.ts';

const HISTORY_LIMIT = 100;
const SEARCH_LIMIT = 50;

interface Parts {
  readonly context: AccountContext;
  readonly outbox: Outbox;
  readonly connection: Connection;
  readonly conversations: Conversations;
  readonly receipts: ReceiptSender;
  readonly safety: Safety;
  readonly announcer: Announcer;
}

/** An unlocked account in this process: puts the parts together and answers for them. */
export class AccountSession implements SmchatClient {
  #parts: Parts | null;

  constructor(vault: Vault, relay: RelayPort, clock: Clock, rng: Rng) {
    this.#parts = assemble(vault, relay, clock, rng);
    this.#parts.connection.start();
  }

  async whoami(): Promise<WhoAmI> {
    const account = this.#open.context.vault.account.load();
    return {
      account: account.name,
      relay: account.relayUrl,
      identity_key: toHex(encodePublicKey(account.identityKeyPair.publicKey)),
      ...(account.registeredAt === null ? {} : { registered_at: timestamp(account.registeredAt) }),
    };
  }

  async contacts(): Promise<readonly Contact[]> {
    return listContacts(this.#open.context);
  }

  async contact(action: ContactAction, name: string): Promise<ContactChange> {
    const { context, outbox, conversations, receipts } = this.#open;
    if (action === 'add') return conversations.add(name);
    const change = changeContact(context, outbox, action, name);
    receipts.schedule();
    return change;
  }

  async send(request: SendRequest): Promise<SendResult> {
    return this.#open.conversations.send(request);
  }

  async history(name: string, options: HistoryOptions = {}): Promise<readonly Message[]> {
    const { context } = this.#open;
    const { contactId } = requireContact(context, name);
    const page = { limit: options.limit ?? HISTORY_LIMIT };
    const records = context.vault.messages.history(
      contactId,
      options.before === undefined ? page : { ...page, before: this.#requireMessage(options.before).messageId },
    );
    return records.map((record) => viewMessage(record, context.local.name, name));
  }

  async search(words: string, options: SearchOptions = {}): Promise<readonly Message[]> {
    const { context } = this.#open;
    const limit = { limit: options.limit ?? SEARCH_LIMIT };
    const within =
      options.with === undefined ? limit : { ...limit, contactId: requireContact(context, options.with).contactId };
    return context.vault.messages
      .search(words, within)
      .map((record) =>
        viewMessage(record, context.local.name, context.vault.contacts.get(record.contactId)?.name ?? ''),
      );
  }

  async verify(name: string, confirm?: string): Promise<Verification> {
    const { safety, connection, context } = this.#open;
    if (context.vault.contacts.byName(name)?.identityKey === null) await connection.settled();
    return safety.verify(name, confirm);
  }

  async trust(name: string, safetyNumber: string): Promise<{ readonly name: string; readonly verified: boolean }> {
    const { safety, receipts } = this.#open;
    const trusted = safety.trust(name, safetyNumber);
    receipts.schedule();
    return trusted;
  }

  async markRead(name: string): Promise<void> {
    const { context, receipts } = this.#open;
    const contact = requireContact(context, name);
    commit(context, () => {
      for (const id of context.vault.messages.markRead(contact.contactId)) {
        context.vault.receipts.add(contact.contactId, id, 'read');
      }
    });
    receipts.schedule();
  }

  async connection() {
    return this.#open.connection.status;
  }

  subscribe(listener: (event: SmchatEvent) => void, options: SubscribeOptions = {}): () => void {
    return this.#open.announcer.subscribe(listener, options);
  }

  async close(): Promise<void> {
    const parts = this.#parts;
    if (parts === null) return;
    this.#parts = null;
    parts.connection.close();
    parts.announcer.stop();
    parts.context.hub.clear();
    parts.context.vault.close();
  }

  get #open(): Parts {
    if (this.#parts === null) throw new SmchatError('locked');
    return this.#parts;
  }

  #requireMessage(id: string): MessageRecord {
    const record = this.#open.context.vault.messages.byId(parseMessageId(id));
    if (record === null) throw new SmchatError('no-such-message');
    return record;
  }
}

function assemble(vault: Vault, relay: RelayPort, clock: Clock, rng: Rng): Parts {
  const account = vault.account.load();
  const sessions = new SessionBook(vault.sessions);
  const context: AccountContext = {
    vault,
    sessions,
    clock,
    rng,
    local: { accountId: account.accountId, name: account.name, identityKeyPair: account.identityKeyPair },
    hub: new EventHub(() => {}),
    mirrors: new Set([sessions]),
    troubled: (thrown) => connection.stumble(asSmchatError(thrown).message),
  };
  const outbox = new Outbox(context, (contactId) => conversations.start(contactId));
  const receipts = new ReceiptSender(context, outbox);
  const receiver = new Receiver(context, new Directory(context), outbox, () => {
    receipts.schedule();
    inBackground(context, () => outbox.pump());
  });
  const preKeys = new PreKeyKeeper(context);
  const connection = new Connection(context, relay, {
    connected: (live) =>
      inBackground(context, () => {
        receiver.connected(live);
        outbox.connected(live);
        preKeys.connected(live);
        receipts.schedule();
      }),
    deliver: (delivery) => receiver.deliver(delivery),
    disconnected() {
      receiver.disconnected();
      outbox.disconnected();
      preKeys.disconnected();
      receipts.stop();
    },
  });
  const conversations = new Conversations(context, outbox, connection);
  return {
    context,
    outbox,
    connection,
    conversations,
    receipts,
    safety: new Safety(context, outbox),
    announcer: new Announcer(context),
  };
}
