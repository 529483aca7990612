import { qrCode } from '../../qr-code.ts';
import type { Verification } from '../../session/client.ts';
import { layoutLine } from '../edit/composer-layout.ts';
import type { SafetyDialog } from '../state/dialog-state.ts';
import { joinSafe, label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Style, Theme } from '../term/theme.ts';
import { wrap } from '../term/width.ts';
import { type DialogRoot, fieldCols, paintField, paintFrame } from './frame.ts';

const GROUPS_A_LINE = 4;
const NUMBER_COLS = 38;
const TEXT_ROWS = 12;
const CHANGED_ROWS = 17;

/** A QR code has to be dark on light, whatever the theme. */
const QR_STYLE: Style = { fg: '#000000', bg: '#ffffff', mono: 'inverse' };

/** Twelve groups of five digits as lines of four groups. */
export function numberLines(number: string): readonly SafeText[] {
  const groups = number.replace(/\D/g, '').match(/.{1,5}/g) ?? [];
  const lines: SafeText[] = [];
  for (let at = 0; at < groups.length; at += GROUPS_A_LINE)
    lines.push(sanitizeLine(groups.slice(at, at + GROUPS_A_LINE).join('  ')));
  return lines;
}

/** The number as rows of half blocks, two modules a cell, dark on light. */
export function qrRows(number: string): readonly SafeText[] {
  return qrCode(number.replace(/\D/g, ''), 'dark').map(label);
}

/** A line, and how readily it gives way where rows are few: 0 never, blank lines first. */
interface BodyLine {
  readonly text: SafeText;
  readonly style: Style;
  readonly yields: 0 | 1 | 2 | 3;
}

const BLANK: BodyLine = { text: label(''), style: {}, yields: 3 };

function words(text: SafeText, style: Style, cols: number, yields: BodyLine['yields'] = 1): readonly BodyLine[] {
  return wrap(text, cols).map((line) => ({ text: line, style, yields }));
}

function digits(number: string, style: Style, yields: BodyLine['yields'] = 0): readonly BodyLine[] {
  return numberLines(number).map((line) => ({ text: joinSafe([label('  '), line]), style, yields }));
}

function changedBody(name: SafeText, known: Verification, cols: number, on: Theme): readonly BodyLine[] {
  const { previous_safety_number: previous, safety_number: number } = known;
  const warning = safe`! ${name}’s identity key is another one now. That happens when they set smchat up anew, or when somebody stands in between.`;
  const ask = safe`To accept it, compare it with ${name} in person or on the phone, then type its last five digits.`;
  return [
    ...words(warning, on.warning, cols),
    BLANK,
    ...(previous === undefined
      ? []
      : [...words(label('the number until now'), on.muted, cols, 2), ...digits(previous, on.muted, 2)]),
    ...words(label('the new number'), on.muted, cols, 2),
    ...digits(number, on.title),
    ...words(ask, on.text, cols),
  ];
}

function body(name: SafeText, known: Verification, cols: number, on: Theme): readonly BodyLine[] {
  if (known.changed) return changedBody(name, known, cols, on);
  const heading = known.verified ? safe`✓ verified: you compared it with ${name}` : label('not verified yet');
  const after = known.verified
    ? words(safe`${name} sees the same number. If it ever changes, you will be told.`, on.muted, cols)
    : words(
        safe`Compare it with ${name} in person or on the phone. If all digits are equal, type the last five.`,
        on.text,
        cols,
      );
  return [
    ...words(heading, known.verified ? on.verified : on.unverified, cols, 0),
    BLANK,
    ...digits(known.safety_number, on.title),
    BLANK,
    ...after,
  ];
}

/** As many of the lines as there is room for, the most dispensable left out first. */
export function fitting(lines: readonly BodyLine[], rows: number): readonly BodyLine[] {
  let kept = lines;
  for (const level of [3, 2, 1]) {
    if (kept.length <= rows) return kept;
    kept = kept.filter(({ yields }) => yields < level);
  }
  return kept.slice(0, rows);
}

function paintBody(surface: Surface, dialog: SafetyDialog, known: Verification, on: Theme): void {
  const name = sanitizeLine(dialog.name);
  const asks = known.changed || !known.verified;
  const below = dialog.isBusy
    ? words(label('one moment…'), on.connecting, surface.cols, 0)
    : dialog.error === null
      ? []
      : words(sanitizeLine(`! ${dialog.error}`), on.error, surface.cols, 0);
  const lines = fitting(body(name, known, surface.cols, on), surface.rows - below.length - (asks ? 1 : 0));
  let row = 0;
  for (const { text, style } of lines) surface.text(row++, 0, text, style);
  if (!asks) return;
  const field = layoutLine(dialog.input, fieldCols(surface));
  paintField(surface, {
    row: row++,
    text: field.rows[0] ?? label(''),
    cursorCol: field.cursor.col,
    placeholder: label('last five digits'),
    style: on,
  });
  for (const { text, style } of below) surface.text(row++, 0, text, style);
}

/** The safety number, a code of it where there is room, and the digits that say it was compared. */
export function paintSafetyNumber(root: DialogRoot, dialog: SafetyDialog, theme: Theme): void {
  const { verification } = dialog;
  const code = verification === null || verification.changed ? [] : qrRows(verification.safety_number);
  const codeCols = code[0]?.length ?? 0;
  const hasCode = code.length > 0 && root.cols >= NUMBER_COLS + codeCols + 9 && root.rows >= code.length + 5;
  const { inside, on } = paintFrame(root, theme, {
    title: safe`Safety number with ${sanitizeLine(dialog.name)}`,
    rows: Math.max(verification?.changed === true ? CHANGED_ROWS : TEXT_ROWS, hasCode ? code.length : 0),
    cols: hasCode ? NUMBER_COLS + 3 + codeCols : Math.min(62, root.cols - 6),
    contexts: ['safety-dialog', 'dialog'],
  });
  const text = inside.region(0, 0, inside.rows, hasCode ? NUMBER_COLS : inside.cols);
  if (hasCode) {
    const place = inside.region(0, inside.cols - codeCols, code.length, codeCols);
    for (const [at, row] of code.entries()) place.text(at, 0, row, QR_STYLE);
  }
  if (verification !== null) {
    paintBody(text, dialog, verification, on);
    return;
  }
  const said = dialog.error === null ? label('computing…') : sanitizeLine(`! ${dialog.error}`);
  for (const [at, line] of wrap(said, text.cols).entries()) {
    text.text(at, 0, line, dialog.error === null ? on.connecting : on.error);
  }
}
