/** A command as it was promised: its words, its options, the fields of its JSON, and what the schema calls them. */
export interface Promised {
  readonly command: string;
  readonly words?: readonly string[];
  readonly options?: readonly string[];
  readonly fields: string;
}

/** Global options, with the variable that says the same where there is one. */
export const GLOBALS: Readonly<Record<string, string | null>> = {
  '--home': 'SMCHAT_HOME',
  '--account': 'SMCHAT_ACCOUNT',
  '--relay': 'SMCHAT_RELAY',
  '--password-file': null,
  '--json': null,
  '--timeout': null,
  '--plain': null,
  '--log': null,
  '--version': null,
  '--help': null,
};

export const EXIT_CODES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130] as const;

const MESSAGE =
  'id chat direction from kind text reply_to attachment sent_at received_at edited_at expires_at status reactions';

/** What may be added to but not renamed, in the order in which it was promised. */
export const COMMANDS: readonly Promised[] = [
  { command: 'register', fields: 'account relay identity_key' },
  { command: 'whoami', fields: 'account relay identity_key registered_at' },
  { command: 'accounts', fields: 'account relay' },
  { command: 'contacts', fields: 'name state verified unread last_at' },
  { command: 'contact', words: ['add', 'accept', 'remove', 'block', 'unblock'], fields: 'name state' },
  {
    command: 'send',
    words: ['-'],
    options: ['--image', '--file', '--caption', '--reply-to', '--client-id', '--wait'],
    fields: 'id client_id to status sent_at',
  },
  { command: 'listen', options: ['--idle', '--max'], fields: 'event' },
  { command: 'history', options: ['--limit', '--before'], fields: MESSAGE },
  { command: 'search', options: ['--with', '--limit'], fields: MESSAGE },
  { command: 'verify', options: ['--confirm'], fields: 'name safety_number verified changed' },
  { command: 'trust', options: ['--safety-number'], fields: 'name verified' },
  { command: 'save', options: ['--out', '--all'], fields: 'id path' },
  { command: 'react', fields: 'id status' },
  { command: 'edit', fields: 'id status' },
  { command: 'delete', options: ['--for-all'], fields: 'id status' },
  { command: 'disappear', words: ['off'], fields: 'id status' },
  { command: 'delete-history', options: ['--all'], fields: 'deleted' },
  { command: 'change-password', fields: 'ok' },
  { command: 'export', options: ['--out', '--verify'], fields: 'path messages' },
  { command: 'import', fields: 'path messages' },
  { command: 'delete-account', options: ['--yes'], fields: 'deleted' },
  { command: 'rpc', fields: '' },
  { command: 'kat', fields: 'id result error' },
  { command: 'image-check', fields: 'ok mime width height bytes' },
  { command: 'doctor', fields: 'check ok detail' },
  { command: 'demo', fields: '' },
];

export const EVENTS =
  'message receipt reaction edit delete contact_request identity_changed session_reset gap undecryptable connection'.split(
    ' ',
  );

/** Methods with the parameters that were promised for them by name. */
export const METHODS: Readonly<Record<string, string>> = {
  register: 'account relay passwordFile password name',
  unlock: 'account relay passwordFile password',
  lock: 'account',
  whoami: 'account',
  accounts: '',
  contacts: 'account',
  contact: 'account action name',
  send: 'account name text image file caption replyTo clientId wait',
  history: 'account name limit before',
  search: 'account limit',
  verify: 'account name confirm',
  trust: 'account name safetyNumber',
  save: 'account id out',
  react: 'account id',
  edit: 'account id text',
  delete: 'account id',
  deleteHistory: 'account name',
  subscribe: 'account',
  unsubscribe: 'account',
  deleteAccount: 'account',
  shutdown: '',
};

export const KNOWN_ANSWERS = (
  'x25519 hkdf-sha256 hmac-sha256 aes-256-gcm-seal aes-256-gcm-open xeddsa-verify xeddsa-sign ml-kem-768-decaps ' +
  'ml-kem-1024-decaps ml-kem-768-encaps ml-kem-1024-encaps safety-number'
).split(' ');

/** The relay's options, with their defaults where a number or a word was promised. */
export const RELAY_OPTIONS: Readonly<Record<string, unknown>> = {
  '--port': 50_007,
  '--host': '127.0.0.1',
  '--exit-when-idle': undefined,
  '--store': undefined,
  '--data': undefined,
  '--tls-cert': undefined,
  '--tls-key': undefined,
  '--behind-proxy': undefined,
  '--invite-only': undefined,
  '--ttl': 14,
  '--mailbox-messages': 1_000,
  '--mailbox-bytes': 32 * 1024 * 1024,
  '--blob-bytes': 100 * 1024 * 1024,
  '--tombstone-days': 180,
  '--metrics-port': undefined,
  '--log-level': 'info',
  '--json': undefined,
  '--print-privacy': undefined,
};
