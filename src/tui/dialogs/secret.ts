import { layoutMasked } from '../edit/composer-layout.ts';
import type { SecretDialog } from '../state/dialog-state.ts';
import { SECRET_FIELDS } from '../state/secrets.ts';
import { label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Role, Theme } from '../term/theme.ts';
import { padEnd, textWidth, wrap } from '../term/width.ts';
import { type DialogRoot, paintFrame } from './frame.ts';

const COLS = 58;

interface Line {
  readonly text: SafeText;
  readonly role: Role;
}

function words(dialog: SecretDialog, account: SafeText): readonly Line[] {
  switch (dialog.purpose) {
    case 'change-password':
      return [{ text: label('It locks your keys and messages on this disk. Nobody can recover it.'), role: 'muted' }];
    case 'delete-account': {
      const erased = safe`! ${account}’s keys, contacts, messages and files are erased here, and the account at the relay.`;
      return [
        { text: erased, role: 'warning' },
        { text: label('Nobody can bring them back. What others have of your chats stays with them.'), role: 'text' },
      ];
    }
    default: {
      const never: never = dialog.purpose;
      return never;
    }
  }
}

const TITLES = { 'delete-account': 'Delete this account', 'change-password': 'Change the password' } as const;
const BUSY = { 'delete-account': 'deleting…', 'change-password': 'deriving the keys…' } as const;

/** Passwords asked for again, every character a dot. */
export function paintSecret(root: DialogRoot, dialog: SecretDialog, account: string, theme: Theme): void {
  const cols = Math.min(COLS, root.cols - 6);
  const lines = words(dialog, sanitizeLine(account)).flatMap(({ text, role }) =>
    wrap(text, cols).map((line): Line => ({ text: line, role })),
  );
  const after = dialog.error === null ? [] : wrap(sanitizeLine(`! ${dialog.error}`), cols);
  const fields = SECRET_FIELDS[dialog.purpose].map((field) => label(field));
  const labelCols = Math.max(...fields.map(textWidth)) + 2;
  const { inside, on } = paintFrame(root, theme, {
    title: label(TITLES[dialog.purpose]),
    rows: lines.length + 1 + fields.length + 1 + Math.max(1, after.length),
    cols,
    contexts: ['secret-dialog', 'dialog'],
  });
  let row = 0;
  for (const { text, role } of lines) inside.text(row++, 0, text, on[role]);
  row += 1;
  for (const [at, field] of fields.entries()) {
    const isFocused = at === dialog.field && !dialog.isBusy;
    const input = dialog.inputs[at];
    inside.text(row, 0, padEnd(field, labelCols), isFocused ? on.accent : on.muted);
    inside.text(row, labelCols, label('›'), isFocused ? on.accent : on.muted);
    if (input !== undefined) {
      const layout = layoutMasked(input, inside.cols - labelCols - 3);
      inside.text(row, labelCols + 2, layout.rows[0] ?? label(''), on.text);
      if (isFocused) inside.cursor(row, labelCols + 2 + layout.cursor.col);
    }
    row += 1;
  }
  row += 1;
  if (dialog.isBusy) inside.text(row, 0, label(BUSY[dialog.purpose]), on.connecting);
  for (const line of after) inside.text(row++, 0, line, on.error);
}
