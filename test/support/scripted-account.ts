import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type {
  ChangeResult,
  Contact,
  ContactAction,
  ContactState,
  HistoryOptions,
  Message,
  SearchOptions,
  SendRequest,
  SmchatClient,
  SubscribeOptions,
} from '../../src/session/client.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import type { Password } from '../../src/session/password.ts';
import { SmchatError } from '../../src/smchat-error.ts';
import { attachmentOf, SAFETY_NUMBER, ScriptedState, SENT_AT } from './scripted-state.ts';

/** One account as a test sets it up: plain data, kept in memory, opened by one process at a time. */
export class ScriptedAccount extends ScriptedState implements SmchatClient {
  async whoami() {
    await this.enter('whoami');
    return { account: this.name, relay: this.relay, identity_key: `05${'ab'.repeat(32)}`, registered_at: SENT_AT };
  }

  async contacts(): Promise<readonly Contact[]> {
    await this.enter('contacts');
    return [...this.contactList].map(([name, { state, verified }]) => ({
      name,
      state,
      verified,
      unread: 0,
      last_at: SENT_AT,
    }));
  }

  async contact(action: ContactAction, name: string): Promise<{ name: string; state: ContactState | 'removed' }> {
    await this.enter('contact');
    if (action === 'add') return this.setState(name, 'requested');
    this.contactOf(name);
    if (action === 'remove') {
      this.contactList.delete(name);
      return { name, state: 'removed' };
    }
    return this.setState(name, action === 'block' ? 'blocked' : 'accepted');
  }

  async addAddress(address: string) {
    await this.enter('addAddress');
    this.addresses.push(address);
    return this.setState(/^(?:smchat:)?([a-z0-9_]+)/.exec(address)?.[1] ?? '', 'requested');
  }

  async ownLink() {
    return { ...(await this.whoami()), link: `smchat:${this.name}?relay=${this.relay}&key=${'A'.repeat(43)}` };
  }

  async send(request: SendRequest) {
    await this.enter('send');
    const client_id = request.clientId ?? randomUUID();
    const before = this.messages.find((message) => message.client_id === client_id);
    const id = before?.id ?? randomUUID().replaceAll('-', '');
    const status = request.wait ?? 'sent';
    if (before === undefined) {
      this.sent.push(request);
      this.messages.push({
        id,
        client_id,
        chat: request.name,
        direction: 'out',
        from: this.name,
        kind: request.attachment?.kind ?? 'text',
        text: request.text,
        ...(request.attachment === undefined ? {} : { attachment: attachmentOf(request.attachment.path) }),
        sent_at: SENT_AT,
        status,
        ...(request.replyTo === undefined ? {} : { reply_to: request.replyTo }),
      });
    }
    return { id, client_id, to: request.name, status, sent_at: SENT_AT };
  }

  async history(name: string, options: HistoryOptions = {}): Promise<readonly Message[]> {
    await this.enter('history');
    this.contactOf(name);
    let messages = this.messages.filter(({ chat }) => chat === name);
    if (options.before !== undefined) {
      const at = messages.findIndex(({ id }) => id === options.before);
      if (at < 0) throw new SmchatError('no-such-message');
      messages = messages.slice(0, at);
    }
    return messages.slice(-(options.limit ?? 100));
  }

  async search(words: string, options: SearchOptions = {}): Promise<readonly Message[]> {
    await this.enter('search');
    return this.messages
      .filter(({ text, chat }) => text?.includes(words) === true && (options.with ?? chat) === chat)
      .slice(0, options.limit ?? 50);
  }

  async verify(name: string, confirm?: string) {
    await this.enter('verify');
    const contact = this.contactOf(name);
    if (confirm !== undefined && confirm !== SAFETY_NUMBER) throw new SmchatError('safety-number-differs');
    if (confirm !== undefined) contact.verified = true;
    return { name, safety_number: SAFETY_NUMBER, verified: contact.verified, changed: contact.changed };
  }

  async trust(name: string, safetyNumber: string) {
    await this.enter('trust');
    const contact = this.contactOf(name);
    if (safetyNumber !== SAFETY_NUMBER) throw new SmchatError('safety-number-differs');
    contact.changed = false;
    contact.verified = true;
    return { name, verified: true };
  }

  async markRead(name: string): Promise<void> {
    await this.enter('markRead');
    this.contactOf(name);
  }

  async keepDraft(name: string): Promise<void> {
    await this.enter('keepDraft');
    this.contactOf(name);
  }

  async edit(id: string, text: string): Promise<ChangeResult> {
    await this.enter('edit');
    const message = this.messageOf(id);
    this.messages.splice(this.messages.indexOf(message), 1, { ...message, text, edited_at: SENT_AT });
    return { id, status: this.changeStatus };
  }

  async cancelTransfer(id: string): Promise<void> {
    await this.enter('cancelTransfer');
    this.cancelled.push(this.messageOf(id).id);
  }

  async react(id: string, emoji: string): Promise<ChangeResult> {
    await this.enter('react');
    const message = this.messageOf(id);
    const reactions = emoji === '' ? [] : [{ from: this.name, emoji }];
    this.messages.splice(this.messages.indexOf(message), 1, { ...message, reactions });
    return { id, status: this.changeStatus };
  }

  async delete(id: string, options: { readonly forAll?: boolean } = {}): Promise<ChangeResult> {
    await this.enter('delete');
    const message = this.messageOf(id);
    if (options.forAll === true && message.direction === 'in') throw new SmchatError('content-refused');
    this.messages.splice(this.messages.indexOf(message), 1);
    return { id, status: this.changeStatus };
  }

  async disappear(name: string, seconds: number): Promise<ChangeResult> {
    await this.enter('disappear');
    this.contactOf(name);
    this.timers.set(name, seconds);
    return { id: 'f'.repeat(32), status: this.changeStatus };
  }

  async deleteHistory(name: string | null) {
    await this.enter('deleteHistory');
    if (name !== null) this.contactOf(name);
    const kept = this.messages.filter(({ chat }) => name !== null && chat !== name);
    const deleted = this.messages.length - kept.length;
    this.messages.splice(0, this.messages.length, ...kept);
    return { deleted };
  }

  async thumbnail(id: string): Promise<Uint8Array | null> {
    await this.enter('thumbnail');
    this.messageOf(id);
    return this.thumbnails.get(id) ?? null;
  }

  async picture(id: string): Promise<Uint8Array> {
    await this.enter('picture');
    const picture = this.pictures.get(id);
    if (picture === undefined) throw new SmchatError('no-such-message');
    return picture;
  }

  async save(id: string, out?: string) {
    await this.enter('save');
    const { chat, attachment } = this.messageOf(id);
    if (this.lost.has(id) || attachment === undefined) throw new SmchatError('no-such-message', 'the file is gone');
    this.saved.push({ id, out });
    return { id, path: join(out ?? '/pictures', this.name, chat, attachment.name) };
  }

  async saveAll(name: string, out?: string) {
    await this.enter('saveAll');
    this.contactOf(name);
    const files = this.messages.filter(({ chat, attachment }) => chat === name && attachment !== undefined);
    return {
      saved: files
        .filter(({ id }) => !this.lost.has(id))
        .map(({ id, attachment }) => ({ id, path: join(out ?? '/pictures', this.name, name, attachment?.name ?? '') })),
      missing: files.filter(({ id }) => this.lost.has(id)).map(({ id }) => id),
    };
  }

  async changePassword(current: Password, next: Password): Promise<void> {
    await this.enter('changePassword');
    this.requirePassword(current);
    this.password = new TextDecoder().decode(next.bytes);
  }

  async exportBackup(password: Password, passphrase: Password, path: string) {
    await this.enter('exportBackup');
    this.requirePassword(password);
    this.exports.push({ path, passphrase: new TextDecoder().decode(passphrase.bytes) });
    return { account: this.name, path, messages: this.messages.length };
  }

  async deleteAccount(password: Password): Promise<void> {
    await this.enter('deleteAccount');
    this.requirePassword(password);
    this.removed();
    await this.close();
  }

  async health() {
    await this.enter('health');
    return this.healthy;
  }

  async connection() {
    await this.enter('connection');
    return { state: this.state };
  }

  subscribe(listener: (event: SmchatEvent) => void, options: SubscribeOptions = {}): () => void {
    let left = options.maxMessages ?? Number.POSITIVE_INFINITY;
    const each = (event: SmchatEvent): void => {
      if (options.only === 'transfers' && event.event !== 'transfer') return;
      if (event.event === 'message' && --left <= 0) this.listeners.delete(each);
      listener(event);
    };
    this.listeners.add(each);
    this.wake('subscribe');
    return () => {
      this.listeners.delete(each);
    };
  }

  async close(): Promise<void> {
    this.opened = false;
    this.listeners.clear();
    this.wake('close');
  }
}
