import type { AccountListing } from '../../session/client.ts';
import { Password } from '../../session/password.ts';
import { applyKey, applyPaste } from '../edit/readline.ts';
import { type TextBuffer, textOf } from '../edit/text-buffer.ts';
import type { KeyEvent } from '../input/events.ts';
import { asksForHelp } from '../input/slash-commands.ts';
import { wayTo } from '../input/ways.ts';
import type { Failure } from './action.ts';
import { type AppState, pushDialog, type Step, step } from './app-state.ts';
import type { Effect } from './effect.ts';
import { emptied, passwordField } from './fields.ts';
import { fieldsOf, type LoginError, type LoginField, type LoginForm, type LoginScreen } from './login-state.ts';

const NAME = /^[a-z0-9_]{2,32}$/;
const INVITATION_HINT = 'ask whoever runs the relay for one';
const NAME_RULE = 'names are 2 to 32 of a-z, 0-9 and _';

export function isPossibleName(name: string): boolean {
  return NAME.test(name);
}

function withLogin(state: AppState, login: LoginScreen): AppState {
  return { ...state, screen: login };
}

function refuse(state: AppState, login: LoginScreen, field: LoginField | null, sentence: string, hint = ''): Step {
  const error: LoginError = { field, sentence, hint };
  return step(withLogin(state, { ...login, field: field ?? login.field, error }));
}

/** The accounts of this home are known: with none the form makes one, else the wanted or first one is chosen. */
export function accountsListed(state: AppState, login: LoginScreen, accounts: readonly AccountListing[]): Step {
  const wanted = state.config.account;
  const found = accounts.findIndex(({ account }) => account === wanted);
  const registers = accounts.length === 0 || (wanted !== null && found < 0);
  const texts =
    registers && wanted !== null ? { ...login.texts, name: emptied(login.texts.name, wanted) } : login.texts;
  const field: LoginField = !registers ? 'password' : wanted === null ? 'name' : 'newPassword';
  const listed: LoginScreen = {
    ...login,
    accounts,
    entered: false,
    texts,
    form: registers ? 'register' : 'unlock',
    field,
    selected: Math.max(0, found),
  };
  const next = withLogin(state, listed);
  return login.entered && !registers ? submit(next, listed) : step(next);
}

export function switchForm(state: AppState, login: LoginScreen): Step {
  const form: LoginForm = login.form === 'unlock' ? 'register' : 'unlock';
  const field: LoginField = form === 'register' ? 'name' : 'password';
  return step(withLogin(state, { ...login, form, field, error: null }));
}

export function moveField(state: AppState, login: LoginScreen, by: 1 | -1): Step {
  const fields = fieldsOf(login);
  const at = fields.indexOf(login.field);
  const field = fields[(at + by + fields.length) % fields.length] ?? login.field;
  return step(withLogin(state, { ...login, field }));
}

/** Up and down choose an account where there are some, and fields in the other form. */
export function moveVertically(state: AppState, login: LoginScreen, by: 1 | -1): Step {
  if (login.form === 'register') return moveField(state, login, by);
  const count = login.accounts?.length ?? 0;
  if (count === 0) return step(state);
  const selected = Math.max(0, Math.min(count - 1, login.selected + by));
  return step(withLogin(state, { ...login, selected, error: null }));
}

/** Enter: the help where that was typed, the next field where one is still empty, else the form is sent. */
export function submit(state: AppState, login: LoginScreen): Step {
  if (login.field !== 'account') {
    const buffer = login.texts[login.field];
    if (asksForHelp(textOf(buffer))) {
      const cleared = withLogin(state, { ...login, texts: { ...login.texts, [login.field]: emptied(buffer) } });
      return step(pushDialog(cleared, { kind: 'help', scroll: 0 }));
    }
  }
  return login.form === 'unlock' ? submitUnlock(state, login) : submitRegistration(state, login);
}

function submitUnlock(state: AppState, login: LoginScreen): Step {
  if (login.accounts === null) return step(withLogin(state, { ...login, entered: true }));
  const chosen = login.accounts[login.selected];
  if (chosen === undefined)
    return refuse(
      state,
      login,
      null,
      'there is no account here yet',
      `${wayTo(state.keymap, 'login-switch')} makes one`,
    );
  const password = textOf(login.texts.password);
  if (password === '') {
    if (login.field === 'password') return refuse(state, login, 'password', 'type the password first');
    return step(withLogin(state, { ...login, field: 'password' }));
  }
  const { relayUrl, relayUrlGiven } = state.config;
  return begin(state, login, 'unlocking', {
    type: 'unlock',
    account: chosen.account,
    password: new Password(password),
    relayUrl: relayUrlGiven ? relayUrl : null,
  });
}

function submitRegistration(state: AppState, login: LoginScreen): Step {
  const { texts } = login;
  const name = textOf(texts.name).trim();
  const [password, repeat] = [textOf(texts.newPassword), textOf(texts.repeat)];
  const relayUrl = textOf(texts.relay).trim();
  if (name !== '' && !isPossibleName(name))
    return refuse(state, login, 'name', 'that is not a possible name', NAME_RULE);
  const order = fieldsOf(login);
  const empty = order.find((field) => field !== 'account' && textOf(texts[field]).trim() === '');
  if (empty !== undefined && order.indexOf(empty) > order.indexOf(login.field)) return moveTo(state, login, empty);
  if (empty === 'name') return refuse(state, login, 'name', 'choose a name first', NAME_RULE);
  if (password === '') return refuse(state, login, 'newPassword', 'choose a password first');
  if (repeat === '') return refuse(state, login, 'repeat', 'type the password once more');
  if (password !== repeat) return refuse(state, login, 'repeat', 'the two passwords differ', 'type it once more');
  if (!/^wss?:\/\/[^/]/.test(relayUrl)) {
    return refuse(state, login, 'relay', 'that is not a relay’s address', 'it begins with ws:// or wss://');
  }
  const invitation = login.asksInvitation ? textOf(texts.invitation).trim() : null;
  if (invitation === '') return refuse(state, login, 'invitation', 'this relay wants an invitation', INVITATION_HINT);
  return begin(state, login, 'registering', {
    type: 'register',
    name,
    password: new Password(password),
    relayUrl,
    invitation,
  });
}

function moveTo(state: AppState, login: LoginScreen, field: LoginField): Step {
  return step(withLogin(state, { ...login, field, error: null }));
}

/** The work begins; the passwords leave the state with it, but for a registration that may have to be tried again. */
function begin(state: AppState, login: LoginScreen, busy: 'unlocking' | 'registering', effect: Effect): Step {
  const texts = { ...login.texts, password: passwordField() };
  return step(withLogin(state, { ...login, texts, busy, error: null }), effect);
}

const FIELD_OF_FAILURE: Readonly<Partial<Record<Failure['code'], LoginField>>> = {
  'wrong-password': 'password',
  'invalid-name': 'name',
  'account-exists': 'name',
  'relay-unreachable': 'relay',
  'relay-refused': 'relay',
  'timed-out': 'relay',
  'not-authorised': 'relay',
  'invitation-needed': 'invitation',
};

export function openFailed(state: AppState, before: LoginScreen, failure: Failure): Step {
  const isUninvited = failure.code === 'invitation-needed' && before.form === 'register';
  const login = { ...before, asksInvitation: before.asksInvitation || isUninvited };
  const wanted = FIELD_OF_FAILURE[failure.code] ?? null;
  const field = wanted !== null && fieldsOf(login).includes(wanted) ? wanted : null;
  const hint = isUninvited ? INVITATION_HINT : failure.hint;
  const error: LoginError = { field, sentence: failure.sentence, hint };
  const back: LoginField = login.form === 'unlock' ? 'password' : login.field;
  return step({ ...withLogin(state, { ...login, busy: null, field: field ?? back, error }), typedAhead: [] });
}

function edited(state: AppState, login: LoginScreen, change: (buffer: TextBuffer) => TextBuffer | null): AppState {
  if (login.field === 'account') return state;
  const before = login.texts[login.field];
  const after = change(before);
  if (after === null || after === before) return state;
  return withLogin(state, { ...login, texts: { ...login.texts, [login.field]: after }, error: null });
}

/** A key that is no command: typed over the list of accounts it belongs to the password. */
export function typeIntoLogin(state: AppState, login: LoginScreen, key: KeyEvent): AppState {
  const field = login.field === 'account' && key.text !== undefined ? 'password' : login.field;
  return edited(state, { ...login, field }, (buffer) => applyKey(buffer, key, { multiline: false }));
}

export function pasteIntoLogin(state: AppState, login: LoginScreen, text: string): AppState {
  const line = text.replace(/\n+$/, '');
  return edited(state, login, (buffer) => applyPaste(buffer, line, { multiline: false }));
}
