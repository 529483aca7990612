import type {
  ConnectionState,
  Contact,
  ContactState,
  Message,
  SendResult,
  Verification,
  WhoAmI,
} from '../session/client.ts';
import type { SmchatEvent } from '../session/events.ts';
import { SmchatError } from '../smchat-error.ts';
import { isRecord } from './rpc-protocol.ts';

type FieldKind = 'string' | 'number' | 'boolean';
/** The fields an answer must have; those after `?` may be absent. More fields are let be: a newer process adds some. */
type Shape = Readonly<Record<string, FieldKind | `${FieldKind}?`>>;

const MESSAGE: Shape = {
  id: 'string',
  client_id: 'string?',
  chat: 'string',
  direction: 'string',
  from: 'string',
  kind: 'string',
  text: 'string?',
  reply_to: 'string?',
  sent_at: 'string',
  received_at: 'string?',
  edited_at: 'string?',
  expires_at: 'string?',
  status: 'string',
  reason: 'string?',
};
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
  },
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
} as const satisfies Readonly<Record<string, Shape>>;

function hasShape(value: unknown, shape: Shape): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) return false;
  return Object.entries(shape).every(([name, kind]) => {
    const field = value[name];
    return kind.endsWith('?') ? field === undefined || `${typeof field}?` === kind : typeof field === kind;
  });
}

function require(value: unknown, shape: Shape): unknown {
  if (!hasShape(value, shape)) {
    throw new SmchatError('internal', 'the process that has this account open answered in an unknown way', {
      hint: 'is it an older smchat? restart it',
    });
  }
  return value;
}

function requireList(value: unknown, shape: Shape): unknown {
  if (!Array.isArray(value)) return require(undefined, shape);
  for (const each of value) require(each, shape);
  return value;
}

// Words such as states come from a process of the same user behind a private socket: their fields' kinds are checked.
export const decodeWhoAmI = (value: unknown): WhoAmI => require(value, SHAPES.whoami) as WhoAmI;
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

/** An event's own fields, without the account it came with; null where it is none. */
export function decodeEvent(params: unknown): SmchatEvent | null {
  if (!isRecord(params) || typeof params.event !== 'string') return null;
  const { account: _, ...event } = params;
  if ((params.event === 'message' || params.event === 'own_message') && !hasShape(params, MESSAGE)) return null;
  return event as SmchatEvent;
}
