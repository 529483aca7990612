import { relayWarning } from '../../relay-address.ts';
import { layoutLine, layoutMasked } from '../edit/composer-layout.ts';
import { textOf } from '../edit/text-buffer.ts';
import { wayTo } from '../input/ways.ts';
import type { AppState } from '../state/app-state.ts';
import { fieldsOf, type LoginField, type LoginScreen } from '../state/login-state.ts';
import { label, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Theme } from '../term/theme.ts';
import { truncate, wrap } from '../term/width.ts';
import { firstShown } from './contact-list.ts';
import { layered } from './layered.ts';
import { paintStatusLine } from './status-line.ts';

const FORM_COLS = 56;
const LABEL_COLS = 12;
const ACCOUNTS_SHOWN_MAX = 6;

const LABELS: Readonly<Record<LoginField, string>> = {
  account: 'Account',
  password: 'Password',
  name: 'Name',
  newPassword: 'Password',
  repeat: 'Once more',
  relay: 'Relay',
  invitation: 'Invitation',
};

const BUSY_WORDS = {
  unlocking: 'deriving the keys…',
  registering: 'making keys and registering…',
} as const;

/** Rows are laid out from the top; each part says where the next begins. */
class FormPainter {
  row = 0;
  readonly surface: Surface;
  readonly theme: Theme;

  constructor(surface: Surface, theme: Theme) {
    this.surface = surface;
    this.theme = theme;
  }

  words(text: string, style = this.theme.muted): void {
    for (const line of wrap(sanitizeLine(text), this.surface.cols)) {
      this.surface.text(this.row, 0, line, style);
      this.row += 1;
    }
  }
}

function paintTabs(form: FormPainter, login: LoginScreen, switches: string): void {
  const { surface, theme } = form;
  const tab = (col: number, words: string, isActive: boolean): number =>
    surface.text(form.row, col, label(` ${words} `), isActive ? theme.buttonFocused : theme.muted);
  const end = tab(tab(0, 'Unlock', login.form === 'unlock') + 1, 'Register', login.form === 'register');
  surface.text(
    form.row,
    end + 2,
    truncate(
      label(login.form === 'unlock' ? `${switches} makes an account` : `${switches} back to unlocking`),
      surface.cols - end - 2,
    ),
    theme.muted,
  );
  form.row += 2;
}

function paintAccounts(form: FormPainter, login: LoginScreen, switches: string): void {
  const { surface, theme } = form;
  const accounts = login.accounts ?? [];
  const isFocused = login.field === 'account';
  surface.text(form.row, 0, label(LABELS.account), isFocused ? theme.accent : theme.muted);
  if (login.accounts === null) surface.text(form.row, LABEL_COLS, label('…'), theme.muted);
  if (login.accounts?.length === 0)
    surface.text(form.row, LABEL_COLS, label(`none here yet · ${switches} makes one`), theme.muted);
  const room = Math.min(ACCOUNTS_SHOWN_MAX, Math.max(1, surface.rows - 10), accounts.length);
  const first = firstShown(login.selected, room, accounts.length);
  for (const [at, { account, relay }] of accounts.slice(first, first + room).entries()) {
    const line = surface.region(form.row + at, LABEL_COLS, 1, surface.cols - LABEL_COLS);
    line.target({ kind: 'account', index: first + at });
    const isChosen = first + at === login.selected;
    const on = isChosen ? layered(theme, 'selected') : theme;
    if (isChosen) line.fill(theme.selected);
    const end = line.text(0, 1, truncate(sanitizeLine(account), line.cols - 2), isChosen ? on.title : on.text);
    line.text(0, end + 2, truncate(sanitizeLine(relay), line.cols - end - 3), on.muted);
  }
  form.row += Math.max(1, room);
  if (accounts.length > room) {
    surface.text(form.row, LABEL_COLS + 1, safe`${accounts.length} accounts · ↑ ↓`, theme.muted);
    form.row += 1;
  }
  const chosen = accounts[login.selected];
  if (chosen !== undefined) paintRelayWarning(form, chosen.relay);
  form.row += 1;
}

/** A relay without TLS is told of where it is chosen, and every time an account of it is opened. */
function paintRelayWarning(form: FormPainter, url: string): void {
  const warning = relayWarning(url);
  if (warning !== null) paintBeside(form, LABEL_COLS, `! ${warning.sentence}`, form.theme.warning, `  ${warning.hint}`);
}

function paintField(
  form: FormPainter,
  login: LoginScreen,
  field: Exclude<LoginField, 'account'>,
  isActive: boolean,
): void {
  const { surface, theme } = form;
  const isFocused = login.field === field && login.busy === null;
  const buffer = login.texts[field];
  const cols = surface.cols - LABEL_COLS;
  const layout = buffer.secret ? layoutMasked(buffer, cols - 2) : layoutLine(buffer, cols - 2);
  surface.text(form.row, 0, label(LABELS[field]), isFocused ? theme.accent : theme.muted);
  const box = surface.region(form.row, LABEL_COLS, 1, cols);
  box.fill(theme.dialog);
  box.text(0, 1, layout.rows[0] ?? label(''), theme.dialog);
  // Without colours the field would be nothing to see.
  surface.text(form.row, LABEL_COLS - 2, label(isFocused ? '›' : ' '), theme.accent);
  if (isFocused && isActive) box.cursor(0, 1 + layout.cursor.col);
  form.row += 1;
  paintError(form, login, field);
  if (field === 'relay') paintRelayWarning(form, textOf(buffer).trim());
}

function paintError(form: FormPainter, login: LoginScreen, field: LoginField | null): void {
  if (login.error === null || login.error.field !== field) return;
  const { sentence, hint } = login.error;
  paintBeside(form, field === null ? 0 : LABEL_COLS, `! ${sentence}`, form.theme.error, hint === '' ? '' : `  ${hint}`);
}

/** A sentence and, below it, what to do. */
function paintBeside(form: FormPainter, col: number, sentence: string, style: Theme['text'], hint: string): void {
  const { surface, theme } = form;
  const paint = (words: string, look: Theme['text']): void => {
    for (const line of wrap(sanitizeLine(words), surface.cols - col - 1)) {
      surface.text(form.row, col + 1, line, look);
      form.row += 1;
    }
  };
  paint(sentence, style);
  if (hint !== '') paint(hint, theme.muted);
}

function paintIntroduction(form: FormPainter, login: LoginScreen): void {
  form.surface.text(form.row, 0, label('smchat'), form.theme.accent);
  form.surface.text(
    form.row,
    8,
    truncate(label('private messages between terminals'), form.surface.cols - 8),
    form.theme.muted,
  );
  form.row += 2;
  if (login.accounts?.length !== 0) return;
  form.words(
    'Welcome. Choose a name and a password: your keys are made here and stay here, locked by that password.',
    form.theme.text,
  );
  form.words('Nobody can recover it. The relay passes messages on and cannot read them.');
  form.row += 1;
}

/** Unlocking an account of this home, or making one. */
export function paintLogin(root: Surface, state: AppState, login: LoginScreen, theme: Theme): void {
  const cols = Math.min(FORM_COLS, root.cols - 4);
  const rows = root.rows - 1;
  const top = Math.max(0, Math.min(Math.floor(rows / 5), rows - 16));
  const form = new FormPainter(root.region(top, Math.floor((root.cols - cols) / 2), rows - top, cols), theme);
  const isActive = state.dialogs.length === 0;
  paintIntroduction(form, login);
  const switches = wayTo(state.keymap, 'login-switch');
  paintTabs(form, login, switches);
  if (login.form === 'unlock') paintAccounts(form, login, switches);
  for (const field of fieldsOf(login)) {
    if (field !== 'account') paintField(form, login, field, isActive);
  }
  form.row += 1;
  paintError(form, login, null);
  if (login.busy !== null) form.words(BUSY_WORDS[login.busy], theme.connecting);
  paintStatusLine(root.region(root.rows - 1, 0, 1, root.cols), state, theme);
}
