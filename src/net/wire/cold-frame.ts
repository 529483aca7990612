import { accept, type Outcome, refuse } from '../../outcome.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { asBuffer, asBytes, FRAME_HEADER_BYTES, frameAround } from './frame-header.ts';
import type { Schema } from './schema.ts';

/** A frame whose body is deterministic CBOR under one schema, at most `maxBodyBytes` long. */
export interface ColdFrame<T> {
  encode(requestId: number, body: T): Buffer;
  decode(bytes: Uint8Array): Outcome<{ readonly requestId: number; readonly body: T }, 'bad-frame'>;
}

export function coldFrame<T>(type: number, schema: Schema<T>, maxBodyBytes: number): ColdFrame<T> {
  return {
    encode: (requestId, body) => frameAround(type, requestId, encodeCbor(body)),
    decode(bytes) {
      if (bytes.length > FRAME_HEADER_BYTES + maxBodyBytes) return refuse('bad-frame');
      const value = decodeCbor(asBytes(bytes.subarray(FRAME_HEADER_BYTES)));
      if (!value.ok) return value;
      const body = schema(value.value);
      if (body === undefined) return refuse('bad-frame');
      return accept({ requestId: asBuffer(bytes).readUInt32BE(4), body });
    },
  };
}

/** A decoded cold frame under its name in the unions. */
export type Cold<Type extends string, F> =
  F extends ColdFrame<infer T> ? { readonly type: Type; readonly requestId: number; readonly body: T } : never;

export function decodeCold<const Type extends string, T>(
  type: Type,
  frame: ColdFrame<T>,
  bytes: Uint8Array,
): Outcome<{ readonly type: Type; readonly requestId: number; readonly body: T }, 'bad-frame'> {
  const decoded = frame.decode(bytes);
  return decoded.ok ? accept({ type, requestId: decoded.value.requestId, body: decoded.value.body }) : decoded;
}
