import { toHex } from '../crypto/bytes.ts';
import { encodePublicKey } from '../crypto/key-encoding.ts';
import { SmchatError } from '../smchat-error.ts';
import { commit, requireOpen } from './account-context.ts';
import { type AccountParts, assemble } from './account-parts.ts';
import type { AccountChoices, AccountsParts } from './accounts.ts';
import type {
  AccountHealth,
  BackupResult,
  ChangeResult,
  Contact,
  ContactAction,
  HistoryOptions,
  Message,
  OwnLink,
  SavedFiles,
  SearchOptions,
  SendRequest,
  SendResult,
  SmchatClient,
  SubscribeOptions,
  Verification,
  WhoAmI,
} from './client.ts';
import { encodeContactLink } from './contact-address.ts';
import { type ContactChange, changeContact, keepDraft, listContacts, requireContact } from './contact-book.ts';
import { setTimer } from './disappearing-setting.ts';
import type { SmchatEvent } from './events.ts';
import { examineAccount } from './health.ts';
import type { HomePort } from './home-port.ts';
import { searchMessages } from './message-search.ts';
import { parseMessageId, timestamp, viewMessage } from './message-view.ts';
import type { Password } from './password.ts';
import { requestArrival } from './request-arrival.ts';
import type { MessageRecord, Vault } from './vault-port.ts';

const HISTORY_LIMIT = 100;
const SEARCH_LIMIT = 50;

/** An unlocked account in this process: puts the parts together and answers for them. */
export class AccountSession implements SmchatClient {
  readonly #home: HomePort;
  readonly #choices: AccountChoices;
  #parts: AccountParts | null;
  #closed: Promise<void> | null = null;

  constructor(vault: Vault, ports: AccountsParts) {
    this.#home = ports.home;
    this.#choices = ports.choices;
    this.#parts = assemble(vault, ports);
    this.#parts.removal.start();
    this.#parts.disappearing.start();
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

  async ownLink(): Promise<OwnLink> {
    const { name, relayUrl, identityKeyPair } = this.#open.context.vault.account.load();
    return { ...(await this.whoami()), link: encodeContactLink(name, relayUrl, identityKeyPair.publicKey) };
  }

  async addAddress(address: string): Promise<ContactChange> {
    return this.#sending.conversations.meetings.addAddress(address);
  }

  async contacts(): Promise<readonly Contact[]> {
    return listContacts(this.#open.context);
  }

  async contact(action: ContactAction, name: string): Promise<ContactChange> {
    const { context, outbox, conversations, receipts, eraser, connection } = this.#sending;
    if (action === 'add') return conversations.meetings.add(name);
    if (action === 'accept') {
      await requestArrival(context, connection, name);
      requireOpen(context);
    }
    // A long chat first goes in slices, so that removing what is left takes a moment only.
    if (action === 'remove') {
      await eraser.erase([requireContact(context, name)]);
      requireOpen(context);
    }
    const change = changeContact(context, outbox, action, name);
    receipts.schedule();
    return change;
  }

  async send(request: SendRequest): Promise<SendResult> {
    return this.#sending.conversations.send(request);
  }

  async history(name: string, options: HistoryOptions = {}): Promise<readonly Message[]> {
    const { context } = this.#open;
    const { contactId } = requireContact(context, name);
    const page = { limit: options.limit ?? HISTORY_LIMIT };
    const records = context.vault.messages.history(
      contactId,
      options.before === undefined ? page : { ...page, before: this.#requireMessage(options.before).messageId },
    );
    return records.map((record) => viewMessage(context, record));
  }

  async search(words: string, options: SearchOptions = {}): Promise<readonly Message[]> {
    const { context } = this.#open;
    return searchMessages(context, words, { limit: SEARCH_LIMIT, ...options });
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
    const { context, receipts, disappearing } = this.#open;
    const contact = requireContact(context, name);
    commit(context, () => {
      const read = context.vault.messages.markRead(contact.contactId, context.clock.now());
      for (const id of this.#choices.sendsReadReceipts ? read : []) {
        context.vault.receipts.add(contact.contactId, id, 'read');
      }
    });
    receipts.schedule();
    disappearing.schedule();
  }

  async keepDraft(name: string, text: string): Promise<void> {
    keepDraft(this.#open.context, name, text);
  }

  async edit(id: string, text: string): Promise<ChangeResult> {
    return this.#sending.changes.edit(id, text);
  }

  async react(id: string, emoji: string): Promise<ChangeResult> {
    return this.#sending.changes.react(id, emoji);
  }

  async delete(id: string, options: { readonly forAll?: boolean } = {}): Promise<ChangeResult> {
    return options.forAll === true ? this.#sending.changes.deleteForAll(id) : this.#open.changes.deleteHere(id);
  }

  async disappear(name: string, seconds: number): Promise<ChangeResult> {
    const { context, sender } = this.#sending;
    return setTimer(context, sender, name, seconds);
  }

  async deleteHistory(name: string | null): Promise<{ readonly deleted: number }> {
    const { context, eraser } = this.#open;
    return {
      deleted: await eraser.erase(name === null ? context.vault.contacts.list() : [requireContact(context, name)]),
    };
  }

  async changePassword(current: Password, next: Password): Promise<void> {
    const { context } = this.#open;
    if (next.bytes.length === 0) throw new SmchatError('content-refused', 'an empty password protects nothing');
    await context.underWay.run(() => this.#home.changePassword(context.local.name, current, next));
  }

  async exportBackup(password: Password, passphrase: Password, path: string): Promise<BackupResult> {
    const { context } = this.#open;
    if (passphrase.bytes.length === 0) throw new SmchatError('content-refused', 'an empty passphrase protects nothing');
    const request = { password, passphrase, path, signal: context.closing };
    const summary = await context.underWay.run(() => this.#home.exportBackup(context.local.name, request));
    return { ...summary, path };
  }

  async deleteAccount(password: Password): Promise<void> {
    const { context, removal } = this.#open;
    // Of a restored account's old copy this erases the copy: the account itself goes on elsewhere.
    if (this.#isSuperseded) await this.#home.checkPassword(context.local.name, password);
    else await removal.eraseAtRelay(password);
    context.hub.emit({ event: 'account_deleted' });
    await this.close();
    await this.#home.destroy(context.local.name);
  }

  async health(): Promise<AccountHealth> {
    const { context, connection } = this.#open;
    return context.underWay.run(() => examineAccount(context, connection));
  }

  async connection() {
    return this.#open.connection.status;
  }

  async thumbnail(id: string): Promise<Uint8Array | null> {
    return this.#open.viewer.thumbnail(id);
  }

  async picture(id: string): Promise<Uint8Array> {
    return this.#open.viewer.picture(id);
  }

  async cancelTransfer(id: string): Promise<void> {
    const { transfers } = this.#open;
    const { messageId } = this.#requireMessage(id);
    if (transfers.cancel(messageId)) return;
    throw new SmchatError('content-refused', 'no file of that message is on its way', { hint: 'nothing was changed' });
  }

  async save(id: string, out?: string): Promise<{ readonly id: string; readonly path: string }> {
    return this.#open.saver.save(id, out);
  }

  async saveAll(name: string, out?: string): Promise<SavedFiles> {
    return this.#open.saver.saveAll(name, out);
  }

  subscribe(listener: (event: SmchatEvent) => void, options: SubscribeOptions = {}): () => void {
    return this.#open.announcer.subscribe(listener, options);
  }

  async close(): Promise<void> {
    const parts = this.#parts;
    this.#parts = null;
    if (parts !== null) this.#closed = this.#end(parts);
    await this.#closed;
  }

  async #end({ context, closing, connection, announcer, disappearing }: AccountParts): Promise<void> {
    closing.abort();
    disappearing.stop();
    connection.close();
    announcer.stop();
    context.hub.clear();
    await context.underWay.settled();
    try {
      context.remains.stop();
    } finally {
      context.vault.close();
    }
  }

  get #isSuperseded(): boolean {
    return this.#open.context.vault.account.load().superseded === true;
  }

  /** The parts, for what is to be told to others. */
  get #sending(): AccountParts {
    if (this.#isSuperseded) throw new SmchatError('superseded');
    return this.#open;
  }

  get #open(): AccountParts {
    if (this.#parts === null) throw new SmchatError('locked');
    return this.#parts;
  }

  #requireMessage(id: string): MessageRecord {
    const record = this.#open.context.vault.messages.byId(parseMessageId(id));
    if (record === null) throw new SmchatError('no-such-message');
    return record;
  }
}
