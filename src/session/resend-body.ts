import { type ByteReader, concat, u64 } from '../crypto/bytes.ts';
import { accept, type Outcome, refuse } from '../outcome.ts';

/** So many relay ids fit into the smallest initial envelope beside the fixed fields: all that is kept of a contact. */
export const RESEND_IDS_MAX = 50;
const RELAY_ID_BYTES = 16;

/** What a resend request asks for (docs/protocol.md, section 11). */
export interface ResendContent {
  /** All that took a later place than this in the asked one's order. */
  readonly after: bigint;
  /** And the envelopes that the relay knows by these ids. */
  readonly relayIds: readonly Uint8Array[];
}

/** `after u64 ‖ count u8 ‖ relay ids 16 each`. */
export function encodeResendContent({ after, relayIds }: ResendContent): Uint8Array {
  return concat(u64(after), Uint8Array.of(relayIds.length), ...relayIds);
}

/** The inverse of `encodeResendContent`; refuses more ids than 50. */
export function decodeResendContent(reader: ByteReader): Outcome<ResendContent, 'malformed-body'> {
  const after = reader.u64();
  const count = reader.u8();
  if (count > RESEND_IDS_MAX) return refuse('malformed-body');
  const relayIds: Uint8Array[] = [];
  for (let i = 0; i < count && reader.ok; i++) relayIds.push(reader.bytes(RELAY_ID_BYTES));
  return reader.ok ? accept({ after, relayIds }) : refuse('malformed-body');
}
