import { asSmchatError } from '../smchat-error.ts';
import type { SplitLine } from './line-splitter.ts';

/** JSON-RPC 2.0, one object a line; a line longer than this is refused unread. */
export const RPC_LINE_MAX_BYTES = 1024 * 1024;

/** JSON-RPC's own codes, for what is no proper request; every other error's code is the exit code. */
export const RPC_ERROR = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
} as const;

export type RpcId = string | number | null;
export type RpcParams = Readonly<Record<string, unknown>>;

export interface RpcError {
  readonly code: number;
  readonly message: string;
  /** The failure's fixed name and what to do next, where the code is an exit code. */
  readonly data?: { readonly failure: string; readonly hint: string };
}

export interface RpcRequest {
  /** Absent in a notification, which gets no answer. */
  readonly id?: RpcId;
  readonly method: string;
  readonly params: RpcParams;
}

export type ParsedRequest =
  | { readonly ok: true; readonly request: RpcRequest }
  | { readonly ok: false; readonly id: RpcId; readonly error: RpcError };

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is RpcId {
  return value === null || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}

function malformed(code: number, message: string, id: RpcId = null): ParsedRequest {
  return { ok: false, id, error: { code, message } };
}

/** A line's JSON value; undefined where it holds none. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** One line as a request, or the error to answer it with. Never throws. */
export function parseRequest(line: SplitLine): ParsedRequest {
  if (line.kind === 'too-long') return malformed(RPC_ERROR.invalidRequest, 'the line is longer than 1 MiB');
  const value = parseJson(line.bytes);
  if (value === undefined) return malformed(RPC_ERROR.parse, 'the line is not JSON');
  if (!isRecord(value)) return malformed(RPC_ERROR.invalidRequest, 'a request is one object a line');
  const id = isId(value.id) ? value.id : null;
  if (value.jsonrpc !== '2.0') return malformed(RPC_ERROR.invalidRequest, 'jsonrpc is not "2.0"', id);
  if (Object.hasOwn(value, 'id') && !isId(value.id)) {
    return malformed(RPC_ERROR.invalidRequest, 'id is neither a string, a number nor null');
  }
  if (typeof value.method !== 'string') return malformed(RPC_ERROR.invalidRequest, 'method is not a string', id);
  const params = value.params ?? {};
  if (!isRecord(params)) return malformed(RPC_ERROR.invalidParams, 'params is not an object', id);
  return {
    ok: true,
    request: { ...(Object.hasOwn(value, 'id') ? { id } : {}), method: value.method, params },
  };
}

export function resultMessage(id: RpcId, result: unknown): object {
  return { jsonrpc: '2.0', id, result };
}

export function errorMessage(id: RpcId, error: RpcError): object {
  return { jsonrpc: '2.0', id, error };
}

export function notification(method: string, params: object): object {
  return { jsonrpc: '2.0', method, params };
}

/** A refusal of a request's parameters: the one failure of a method that is JSON-RPC's own. */
export class InvalidParams extends Error {}

/** Whatever a method threw, as the error to answer with; what is unexpected tells nothing of itself. */
export function errorOf(thrown: unknown): RpcError {
  if (thrown instanceof InvalidParams) return { code: RPC_ERROR.invalidParams, message: thrown.message };
  const error = asSmchatError(thrown);
  return { code: error.exitCode, message: error.message, data: { failure: error.code, hint: error.hint } };
}
