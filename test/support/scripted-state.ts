import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type {
  AccountHealth,
  Attachment,
  ChangeResult,
  ConnectionState,
  ContactState,
  Message,
  SendRequest,
} from '../../src/session/client.ts';
import type { SmchatEvent } from '../../src/session/events.ts';
import type { Password } from '../../src/session/password.ts';
import { SmchatError } from '../../src/smchat-error.ts';

export const SAFETY_NUMBER = Array.from({ length: 12 }, (_, at) => String(at % 10).repeat(5)).join(' ');
export const SENT_AT = '2026-11-23T20:34:00.000Z';

export function attachmentOf(path: string, fields: Partial<Attachment> = {}): Attachment {
  return {
    name: basename(path),
    mime: 'application/octet-stream',
    bytes: 2_800_000,
    sha256: 'ab'.repeat(32),
    state: 'here',
    ...fields,
  };
}

/** What a test sets up of an account, and what it sees of it afterwards. */
export abstract class ScriptedState {
  readonly name: string;
  password: string;
  relay: string;
  readonly contactList = new Map<string, { state: ContactState; verified: boolean; changed: boolean }>();
  readonly messages: Message[] = [];
  readonly sent: SendRequest[] = [];
  readonly listeners = new Set<(event: SmchatEvent) => void>();
  readonly calls: string[] = [];
  /** What a method throws instead of answering. */
  readonly failures = new Map<string, unknown>();
  /** Methods that never answer. */
  readonly hanging = new Set<string>();
  /** By what contacts were added. */
  readonly addresses: string[] = [];
  readonly exports: { readonly path: string; readonly passphrase: string }[] = [];
  state: ConnectionState = 'online';
  healthy: AccountHealth = { vault: [], queued: 0, prekeys: { one_time: 100, kem: 20 } };
  opened = false;
  /** Told that the account is deleted, whoever did it. */
  protected readonly removed: () => void;
  /** Pictures and thumbnails by message id. */
  readonly pictures = new Map<string, Uint8Array>();
  readonly thumbnails = new Map<string, Uint8Array>();
  /** What a saved file's path began with, by message id. */
  readonly saved: { readonly id: string; readonly out: string | undefined }[] = [];
  /** Messages whose file cannot be had any more. */
  readonly lost = new Set<string>();
  /** Messages whose file was stopped on its way. */
  readonly cancelled: string[] = [];
  /** What a change gets to. */
  changeStatus: ChangeResult['status'] = 'sent';
  timers = new Map<string, number>();
  /** What a method waits for before it answers. */
  readonly gates = new Map<string, Promise<void>>();
  /** Resolves at the next call of a method. */
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(name: string, password: string, relay: string, removed: () => void = () => {}) {
    this.name = name;
    this.password = password;
    this.relay = relay;
    this.removed = removed;
  }

  /** Resolves once this method is called. */
  called(method: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(method, [...(this.#waiting.get(method) ?? []), resolve]);
    });
  }

  emit(event: SmchatEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }

  /** A message from a peer, as the session layer would store and tell it. */
  arrive(from: string, text: string, fields: Partial<Message> = {}): Message {
    const message: Message = {
      id: randomUUID().replaceAll('-', ''),
      chat: from,
      direction: 'in',
      from,
      kind: 'text',
      text,
      sent_at: SENT_AT,
      received_at: SENT_AT,
      status: 'delivered',
      ...fields,
    };
    this.messages.push(message);
    this.emit({ event: 'message', ...message });
    return message;
  }

  protected async enter(method: string): Promise<void> {
    this.calls.push(method);
    this.wake(method);
    if (!this.opened) throw new SmchatError('locked');
    if (this.hanging.has(method)) await new Promise(() => {});
    await this.gates.get(method);
    if (this.failures.has(method)) throw this.failures.get(method);
  }

  protected wake(method: string): void {
    for (const resolve of this.#waiting.get(method) ?? []) resolve();
    this.#waiting.delete(method);
  }

  protected setState(name: string, state: ContactState): { name: string; state: ContactState } {
    this.contactList.set(name, { verified: false, changed: false, ...this.contactList.get(name), state });
    return { name, state };
  }

  protected messageOf(id: string): Message {
    const message = this.messages.find((each) => each.id === id);
    if (message === undefined) throw new SmchatError('no-such-message');
    return message;
  }

  protected requirePassword(password: Password): void {
    if (new TextDecoder().decode(password.bytes) !== this.password) throw new SmchatError('wrong-password');
  }

  protected contactOf(name: string) {
    const contact = this.contactList.get(name);
    if (contact === undefined) throw new SmchatError('no-such-contact');
    return contact;
  }
}
