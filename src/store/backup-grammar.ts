/** One field of a record in a backup (docs/protocol.md, section 7). */
export type Field = { readonly name: string; readonly optional?: true } & (
  | { readonly kind: 'flag' }
  /** One byte: the word's place in the list. */
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'number'; readonly max: number }
  /** Milliseconds since 1970, or another whole number below 2⁵³. */
  | { readonly kind: 'time' }
  | { readonly kind: 'bytes'; readonly length: number }
  | { readonly kind: 'text'; readonly max: number }
  | { readonly kind: 'data'; readonly max: number }
);

const U32_MAX = 2 ** 32 - 1;
const FILE_MAX_BYTES = 104_857_600;
const ID_BYTES = 16;
const KEY_BYTES = 32;
const SEQUENCE_BYTES = 8;
const NAME_MAX_BYTES = 1_024;

const flag = (name: string): Field => ({ name, kind: 'flag' });
const word = (name: string, ...words: readonly string[]): Field => ({ name, kind: 'word', words });
const number = (name: string, max = U32_MAX): Field => ({ name, kind: 'number', max });
const time = (name: string): Field => ({ name, kind: 'time' });
const bytes = (name: string, length: number): Field => ({ name, kind: 'bytes', length });
const text = (name: string, max: number): Field => ({ name, kind: 'text', max });
const data = (name: string, max: number): Field => ({ name, kind: 'data', max });
const optional = (field: Field): Field => ({ ...field, optional: true });

const CONTACT_STATES = ['accepted', 'requested', 'incoming', 'blocked'];

/**
 * Every record: its code and its fields in order, named as the vault's columns are. A code or a field is never changed once
 * released; a new one makes a new version of the format.
 */
export const RECORDS = {
  account: {
    code: 1,
    fields: [
      text('name', 32),
      bytes('account_id', ID_BYTES),
      text('relay_url', 2_048),
      bytes('relay_key', KEY_BYTES),
      optional(time('registered_at')),
      bytes('identity_private', KEY_BYTES),
      bytes('relay_private', KEY_BYTES),
      bytes('last_seq', SEQUENCE_BYTES),
      number('next_signed'),
      number('next_one_time'),
      number('next_kem_one_time'),
    ],
  },
  contact: {
    code: 2,
    fields: [
      number('id'),
      text('name', 32),
      optional(bytes('account_id', ID_BYTES)),
      word('state', ...CONTACT_STATES),
      optional(bytes('identity_key', KEY_BYTES)),
      optional(bytes('changed_identity_key', KEY_BYTES)),
      flag('verified'),
      flag('peer_accepted'),
      bytes('next_sequence', SEQUENCE_BYTES),
      optional(word('state_before_block', ...CONTACT_STATES)),
      time('created_at'),
      number('timer_seconds'),
      time('timer_set_at'),
      optional(bytes('highest', SEQUENCE_BYTES)),
    ],
  },
  message: {
    code: 3,
    fields: [
      number('contact_id'),
      bytes('message_id', ID_BYTES),
      word('direction', 'in', 'out'),
      word('kind', 'text', 'image', 'file', 'system'),
      text('text', 65_536),
      optional(bytes('reply_to', ID_BYTES)),
      optional(text('client_id', 64)),
      time('sent_at'),
      optional(time('received_at')),
      optional(time('edited_at')),
      optional(time('expires_at')),
      word('status', 'queued', 'sent', 'delivered', 'read', 'failed'),
      optional(text('reason', NAME_MAX_BYTES)),
      bytes('sequence', SEQUENCE_BYTES),
      time('position'),
      flag('held'),
      flag('announced'),
      number('expiry_seconds'),
      optional(bytes('edit_sequence', SEQUENCE_BYTES)),
      flag('unproven'),
    ],
  },
  facts: {
    code: 4,
    fields: [
      text('name', NAME_MAX_BYTES),
      text('mime', NAME_MAX_BYTES),
      number('bytes', FILE_MAX_BYTES),
      optional(number('width')),
      optional(number('height')),
      bytes('sha256', KEY_BYTES),
      optional(data('thumbnail', 16_384)),
    ],
  },
  attachment: {
    code: 5,
    fields: [
      word('role', 'content', 'rendition'),
      bytes('blob_id', ID_BYTES),
      bytes('download_token', KEY_BYTES),
      bytes('key', KEY_BYTES),
      bytes('prefix', 7),
      number('bytes', FILE_MAX_BYTES),
      bytes('ciphertext_hash', KEY_BYTES),
      optional(bytes('upload_token', KEY_BYTES)),
      word('state', 'here', 'offered', 'lost'),
      optional(text('reason', NAME_MAX_BYTES)),
    ],
  },
  piece: { code: 6, fields: [data('ciphertext', 65_536)] },
  reaction: { code: 7, fields: [flag('mine'), text('emoji', 64), bytes('sequence', SEQUENCE_BYTES)] },
  deleted: { code: 8, fields: [bytes('message_id', ID_BYTES), time('deleted_at')] },
  change: {
    code: 9,
    fields: [
      number('contact_id'),
      bytes('target', ID_BYTES),
      word('kind', 'edit', 'delete', 'reaction'),
      text('text', 65_536),
      bytes('sequence', SEQUENCE_BYTES),
      time('sent_at'),
    ],
  },
  end: { code: 10, fields: [time('messages')] },
} as const satisfies Readonly<Record<string, { readonly code: number; readonly fields: readonly Field[] }>>;

export type RecordType = keyof typeof RECORDS;

/** No record of this format is longer. */
export const RECORD_MAX_BYTES = 131_072;

/** The columns of a record's table, for a statement. */
export function columnsOf(type: RecordType, ...without: readonly string[]): readonly string[] {
  return RECORDS[type].fields.map((field) => field.name).filter((name) => !without.includes(name));
}
