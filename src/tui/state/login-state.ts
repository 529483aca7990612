import type { AccountListing } from '../../session/client.ts';
import type { TextBuffer } from '../edit/text-buffer.ts';
import { lineField, passwordField } from './fields.ts';

export type LoginForm = 'unlock' | 'register';
export type LoginField = 'account' | 'password' | 'name' | 'newPassword' | 'repeat' | 'relay' | 'invitation';

const FORM_FIELDS: Readonly<Record<LoginForm, readonly LoginField[]>> = {
  unlock: ['account', 'password'],
  register: ['name', 'newPassword', 'repeat', 'relay'],
};

/** The fields of the form in the order of Tab; one for an invitation once a relay has asked for it. */
export function fieldsOf({ form, asksInvitation }: LoginScreen): readonly LoginField[] {
  return form === 'register' && asksInvitation ? [...FORM_FIELDS.register, 'invitation'] : FORM_FIELDS[form];
}

export interface LoginError {
  /** The field it stands below; null: below all of them. */
  readonly field: LoginField | null;
  readonly sentence: string;
  readonly hint: string;
}

/** What is typed into each field but the list of accounts. */
export type LoginTexts = Readonly<Record<Exclude<LoginField, 'account'>, TextBuffer>>;

/** No account is open: one is unlocked or made. */
export interface LoginScreen {
  readonly kind: 'login';
  /** Null while they are being listed. */
  readonly accounts: readonly AccountListing[] | null;
  /** Enter came before the list of accounts: it counts once that is there. */
  readonly entered: boolean;
  readonly form: LoginForm;
  readonly selected: number;
  /** A relay took no new account without an invitation. */
  readonly asksInvitation: boolean;
  readonly field: LoginField;
  readonly texts: LoginTexts;
  /** What takes a while; keys typed meanwhile wait. */
  readonly busy: 'unlocking' | 'registering' | null;
  readonly error: LoginError | null;
}

export function newLoginScreen(relayUrl: string): LoginScreen {
  return {
    kind: 'login',
    accounts: null,
    entered: false,
    form: 'unlock',
    selected: 0,
    asksInvitation: false,
    field: 'password',
    texts: emptyLoginTexts(relayUrl),
    busy: null,
    error: null,
  };
}

export function emptyLoginTexts(relayUrl: string): LoginTexts {
  return {
    password: passwordField(),
    name: lineField(),
    newPassword: passwordField(),
    repeat: passwordField(),
    relay: lineField(relayUrl),
    invitation: lineField(),
  };
}
