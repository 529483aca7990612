/** Exit codes of both programs (contract.md, section 1). */
export const EXIT_CODE = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notAuthorised: 3,
  relay: 4,
  notFound: 5,
  identity: 6,
  inUse: 7,
  storage: 8,
  content: 9,
  interrupted: 130,
} as const;

/** Each failure a user can meet: its exit code, the sentence, and what to do next. */
const FAILURES = {
  internal: [EXIT_CODE.unexpected, 'something went wrong inside smchat', 'run again with --log FILE and report it'],
  usage: [EXIT_CODE.usage, 'the command was not understood', 'see --help'],
  'password-needed': [
    EXIT_CODE.usage,
    'a password is needed and there is no terminal to ask on',
    'give --password-file FILE',
  ],
  'wrong-password': [EXIT_CODE.notAuthorised, 'wrong password', 'nothing was changed; try again'],
  'password-file-readable': [
    EXIT_CODE.notAuthorised,
    'the password file can be read by other users',
    'chmod 600 it first',
  ],
  'not-authorised': [EXIT_CODE.notAuthorised, 'the relay did not accept this account', 'check --relay'],
  'invitation-needed': [
    EXIT_CODE.notAuthorised,
    'this relay takes new accounts only with an invitation that is good',
    'ask whoever runs it for one, then: smchat register NAME --invite-file FILE',
  ],
  superseded: [
    EXIT_CODE.notAuthorised,
    'this account was restored from a backup elsewhere: this copy of it is out of use',
    'go on where it was restored; what is here can still be read, searched and saved',
  ],
  locked: [EXIT_CODE.notAuthorised, 'this account is locked', 'unlock it first'],
  'relay-unreachable': [EXIT_CODE.relay, 'the relay cannot be reached', 'check that it runs and that --relay is right'],
  'relay-refused': [EXIT_CODE.relay, 'the relay refused', 'try again later'],
  'timed-out': [EXIT_CODE.relay, 'no answer in time', 'try again, or raise --timeout'],
  'no-such-account': [EXIT_CODE.notFound, 'no such account in this home', 'see: smchat accounts'],
  'no-such-contact': [EXIT_CODE.notFound, 'nobody of that name', 'check the spelling; see: smchat contacts'],
  'no-such-message': [EXIT_CODE.notFound, 'no such message', 'see: smchat history NAME'],
  'attachment-missing': [
    EXIT_CODE.notFound,
    'the relay no longer has this file',
    'ask for it to be sent again: a relay keeps files for some days only',
  ],
  'identity-changed': [
    EXIT_CODE.identity,
    "this contact's identity key has changed",
    'compare safety numbers, then: smchat trust NAME --safety-number NUMBER',
  ],
  'bad-prekey': [EXIT_CODE.identity, 'the relay gave out a forged or stale key for this contact', 'nothing was sent'],
  'safety-number-differs': [
    EXIT_CODE.identity,
    'the safety numbers differ',
    'someone may be in between: do not chat until it is clear why',
  ],
  'in-use': [EXIT_CODE.inUse, 'this account is in use by another process', 'close it there first'],
  'account-exists': [EXIT_CODE.content, 'that name is taken', 'choose another name'],
  'storage-full': [EXIT_CODE.storage, 'the disk is full', 'make room and try again'],
  'storage-damaged': [EXIT_CODE.storage, 'the stored data is damaged', 'nothing was changed; restore it from a backup'],
  'storage-not-writable': [EXIT_CODE.storage, 'the data folder cannot be written', 'check its owner and mode'],
  'output-lost': [EXIT_CODE.storage, 'the output could not be written', 'see whether the disk it goes to is full'],
  'too-large': [EXIT_CODE.content, 'the text is larger than 16 KiB', 'send it as a file'],
  'invalid-name': [EXIT_CODE.content, 'that is not a possible name', 'names are 2 to 32 of a-z, 0-9 and _'],
  'content-refused': [EXIT_CODE.content, 'that content is refused', 'see the message for why'],
  'attachment-damaged': [
    EXIT_CODE.content,
    'the file that came is not the one that was sent',
    'nothing of it was kept; ask for it to be sent again',
  ],
  'store-unreachable': [
    EXIT_CODE.storage,
    'the database cannot be reached',
    'check that it runs and that --store is right',
  ],
  interrupted: [EXIT_CODE.interrupted, 'interrupted', ''],
} as const satisfies Record<string, readonly [number, string, string]>;

export type FailureCode = keyof typeof FAILURES;

/**
 * A failure that a user sees: a fixed code with an exit code, a sentence and a hint.
 * `detail` replaces the table's sentence where more is known; it never carries a secret.
 */
export class SmchatError extends Error {
  readonly code: FailureCode;
  /** When whoever refused wants to be asked again, at the earliest; 0: they did not say. */
  readonly retryAfterMs: number;
  readonly #hint: string | undefined;

  /** `hint` replaces the table's where a better one is known here. */
  constructor(code: FailureCode, detail?: string, options?: { cause?: unknown; hint?: string; retryAfterMs?: number }) {
    super(detail ?? FAILURES[code][1], options);
    this.name = 'SmchatError';
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs ?? 0;
    this.#hint = options?.hint;
  }

  get exitCode(): number {
    return FAILURES[this.code][0];
  }

  get hint(): string {
    return this.#hint ?? FAILURES[this.code][2];
  }
}

/** Any thrown value as a SmchatError; what is unknown becomes `internal` with its cause kept. */
export function asSmchatError(thrown: unknown): SmchatError {
  return thrown instanceof SmchatError ? thrown : new SmchatError('internal', undefined, { cause: thrown });
}

/** Whether a text from elsewhere is one of this table's codes. */
export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(FAILURES, text);
}
