import type {
  AccountHealth,
  BackupResult,
  ChangeResult,
  ConnectionState,
  Contact,
  ContactState,
  Message,
  OwnLink,
  SavedFiles,
  SendResult,
  Verification,
  WhoAmI,
} from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';
import { SmchatError } from '../smchat-error.ts';
import type { PicturePage } from './picture-pages.ts';
import { isRecord } from './rpc-protocol.ts';

type FieldKind = 'string' | 'number' | 'boolean';
/** What a field holds: a plain value, an object, or a list of objects. */
type Field = FieldKind | `${FieldKind}?` | Shape | readonly [Shape];
/** The fields an answer must have; `?`, objects and lists may be absent. More fields are let be: a newer process adds some. */
interface Shape {
  readonly [name: string]: Field;
}

const MESSAGE: Shape = {
  id: 'string',
  client_id: 'string?',
  chat: 'string',
  direction: 'string',
  from: 'string',
  kind: 'string',
  text: 'string?',
  reply_to: 'string?',
  attachment: {
    name: 'string',
    mime: 'string',
    bytes: 'number',
    width: 'number?',
    height: 'number?',
    sha256: 'string',
    state: 'string',
    reason: 'string?',
  },
  sent_at: 'string',
  received_at: 'string?',
  edited_at: 'string?',
  expires_at: 'string?',
  status: 'string',
  reason: 'string?',
  reactions: [{ from: 'string', emoji: 'string' }],
  unproven: 'boolean?',
};
/** What human lines and progress are made of; other events are passed on as they are. */
const EVENTS: Readonly<Record<string, Shape>> = {
  message: MESSAGE,
  own_message: MESSAGE,
  edit: MESSAGE,
  reaction: { id: 'string', chat: 'string', from: 'string', emoji: 'string' },
  delete: { id: 'string', chat: 'string', replacement: MESSAGE },
  history_deleted: { chat: 'string' },
  transfer: {
    id: 'string',
    chat: 'string',
    direction: 'string',
    state: 'string',
    done: 'number',
    bytes: 'number',
    reason: 'string?',
  },
};
const PATH: Shape = { id: 'string', path: 'string' };
const SHAPES = {
  whoami: { account: 'string', relay: 'string', identity_key: 'string', registered_at: 'string?' },
  contact: {
    name: 'string',
    state: 'string',
    verified: 'boolean',
    identity_changed: 'boolean?',
    unread: 'number',
    last_at: 'string?',
    last_text: 'string?',
    disappear_s: 'number?',
    draft: 'string?',
  },
  ownLink: { account: 'string', relay: 'string', identity_key: 'string', registered_at: 'string?', link: 'string' },
  contactState: { name: 'string', state: 'string' },
  sendResult: { id: 'string', client_id: 'string', to: 'string', status: 'string', sent_at: 'string' },
  verification: {
    name: 'string',
    safety_number: 'string',
    verified: 'boolean',
    changed: 'boolean',
    previous_safety_number: 'string?',
  },
  trust: { name: 'string', verified: 'boolean' },
  connection: { state: 'string', reason: 'string?' },
  health: { queued: 'number', prekeys: { one_time: 'number', kem: 'number' } },
  change: { id: 'string', status: 'string' },
  deleted: { deleted: 'number' },
  backup: { account: 'string', path: 'string', messages: 'number' },
  thumbnail: { id: 'string' },
  page: { id: 'string', bytes: 'number', offset: 'number', data: 'string' },
} as const satisfies Readonly<Record<string, Shape>>;

const isList = (field: Field): field is readonly [Shape] => Array.isArray(field);

function isOf(value: unknown, field: Field): boolean {
  if (isList(field)) {
    const [shape] = field;
    return value === undefined || (Array.isArray(value) && value.every((each) => hasShape(each, shape)));
  }
  if (typeof field === 'object') return value === undefined || hasShape(value, field);
  return field.endsWith('?') ? value === undefined || `${typeof value}?` === field : typeof value === field;
}

function hasShape(value: unknown, shape: Shape): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && Object.entries(shape).every(([name, field]) => isOf(value[name], field));
}

function unknownAnswer(): SmchatError {
  return new SmchatError('internal', 'the process that has this account open answered in an unknown way', {
    hint: 'is it an older smchat? restart it',
  });
}

function require(value: unknown, shape: Shape): unknown {
  if (!hasShape(value, shape)) throw unknownAnswer();
  return value;
}

function requireList(value: unknown, shape: Shape): unknown {
  if (!Array.isArray(value)) throw unknownAnswer();
  for (const each of value) require(each, shape);
  return value;
}

// Words such as states come from a process of the same user behind a private socket: their fields' kinds are checked.
export const decodeWhoAmI = (value: unknown): WhoAmI => require(value, SHAPES.whoami) as WhoAmI;
export const decodeOwnLink = (value: unknown): OwnLink => require(value, SHAPES.ownLink) as OwnLink;
export const decodeContacts = (value: unknown): readonly Contact[] => requireList(value, SHAPES.contact) as Contact[];
export const decodeContactState = (
  value: unknown,
): { readonly name: string; readonly state: ContactState | 'removed' } =>
  require(value, SHAPES.contactState) as { readonly name: string; readonly state: ContactState | 'removed' };
export const decodeSendResult = (value: unknown): SendResult => require(value, SHAPES.sendResult) as SendResult;
export const decodeMessages = (value: unknown): readonly Message[] => requireList(value, MESSAGE) as Message[];
export const decodeVerification = (value: unknown): Verification => require(value, SHAPES.verification) as Verification;
export const decodeTrust = (value: unknown): { readonly name: string; readonly verified: boolean } =>
  require(value, SHAPES.trust) as { readonly name: string; readonly verified: boolean };
export const decodeConnection = (value: unknown): { readonly state: ConnectionState; readonly reason?: string } =>
  require(value, SHAPES.connection) as { readonly state: ConnectionState; readonly reason?: string };

export function decodeHealth(value: unknown): AccountHealth {
  if (!isRecord(value) || !Array.isArray(value.vault)) throw unknownAnswer();
  if (!value.vault.every((word) => typeof word === 'string')) throw unknownAnswer();
  return require(value, SHAPES.health) as AccountHealth;
}

export const decodeChange = (value: unknown): ChangeResult => require(value, SHAPES.change) as ChangeResult;
export const decodeDeleted = (value: unknown): { readonly deleted: number } =>
  require(value, SHAPES.deleted) as { readonly deleted: number };
export const decodeBackup = (value: unknown): BackupResult => require(value, SHAPES.backup) as BackupResult;
export const decodeSaved = (value: unknown): { readonly id: string; readonly path: string } =>
  require(value, PATH) as { readonly id: string; readonly path: string };

export function decodeSavedFiles(value: unknown): SavedFiles {
  if (!isRecord(value) || !Array.isArray(value.missing)) throw unknownAnswer();
  if (!value.missing.every((id) => typeof id === 'string')) throw unknownAnswer();
  requireList(value.saved, PATH);
  return value as unknown as SavedFiles;
}

export function decodeThumbnail(value: unknown): Uint8Array | null {
  const data = hasShape(value, SHAPES.thumbnail) ? value.data : undefined;
  if (data !== null && typeof data !== 'string') throw unknownAnswer();
  return data === null ? null : Buffer.from(data, 'base64');
}

/** Put together from its pages; `ask` gives the one at an offset. */
export async function decodePicture(ask: (offset: number) => Promise<unknown>): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const { bytes, offset, data } = require(await ask(at), SHAPES.page) as PicturePage;
    const piece = Buffer.from(data, 'base64');
    at += piece.length;
    if (offset !== at - piece.length || at > bytes || (piece.length === 0 && at < bytes)) throw unknownAnswer();
    pieces.push(piece);
    if (at === bytes) return Buffer.concat(pieces);
  }
}

/** An event's own fields, without the account it came with; null where it is none. */
export function decodeEvent(params: unknown): SmchatEvent | null {
  if (!isRecord(params) || typeof params.event !== 'string') return null;
  const { account: _, ...event } = params;
  const shape = Object.hasOwn(EVENTS, params.event) ? EVENTS[params.event] : undefined;
  if (shape !== undefined && !hasShape(params, shape)) return null;
  return event as SmchatEvent;
}
