import { encode } from 'uqr';
import { layoutLine } from '../edit/composer-layout.ts';
import type { SafetyDialog } from '../state/dialog-state.ts';
import { label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Style, Theme } from '../term/theme.ts';
import { wrap } from '../term/width.ts';
import { fieldCols, paintField, paintFrame } from './frame.ts';

const GROUPS_A_LINE = 4;
const QUIET_ZONE = 2;
const NUMBER_COLS = 38;
const TEXT_ROWS = 15;

/** A QR code has to be dark on light, whatever the theme. */
const QR_STYLE: Style = { fg: '#000000', bg: '#ffffff', mono: 'inverse' };

/** Twelve groups of five digits as lines of four groups. */
export function numberLines(number: string): readonly SafeText[] {
  const groups = number.replace(/\D/g, '').match(/.{1,5}/g) ?? [];
  const lines: SafeText[] = [];
  for (let at = 0; at < groups.length; at += GROUPS_A_LINE) lines.push(sanitizeLine(groups.slice(at, at + GROUPS_A_LINE).join('  ')));
  return lines;
}

/** The number as rows of half blocks, two modules a cell, dark on light. */
export function qrRows(number: string): readonly SafeText[] {
  const { data, size } = encode(number.replace(/\D/g, ''), { ecc: 'L', border: QUIET_ZONE });
  const rows: SafeText[] = [];
  for (let row = 0; row < size; row += 2) {
    let line = '';
    for (let col = 0; col < size; col += 1) {
      const upper = data[row]?.[col] === true;
      const lower = data[row + 1]?.[col] === true;
      line += upper ? (lower ? '█' : '▀') : lower ? '▄' : ' ';
    }
    rows.push(label(line));
  }
  return rows;
}

class Lines {
  at = 0;
  readonly surface: Surface;
  readonly cols: number;

  constructor(surface: Surface, cols: number) {
    this.surface = surface;
    this.cols = cols;
  }

  words(text: SafeText, style: Style): void {
    for (const line of wrap(text, this.cols)) {
      this.surface.text(this.at, 0, line, style);
      this.at += 1;
    }
  }

  number(value: string, style: Style): void {
    for (const line of numberLines(value)) {
      this.surface.text(this.at, 2, line, style);
      this.at += 1;
    }
  }
}

function paintField5(lines: Lines, dialog: SafetyDialog, on: Theme): void {
  const field = layoutLine(dialog.input, fieldCols(lines.surface));
  paintField(lines.surface, {
    row: lines.at,
    text: field.rows[0] ?? label(''),
    cursorCol: field.cursor.col,
    placeholder: label('last five digits'),
    style: on,
  });
  lines.at += 1;
}

/** The safety number, a code of it where there is room, and the digits that say it was compared. */
export function paintSafetyNumber(root: Surface, dialog: SafetyDialog, theme: Theme): void {
  const { verification } = dialog;
  const name = sanitizeLine(dialog.name);
  const code = verification === null || verification.changed ? [] : qrRows(verification.safety_number);
  const codeCols = code[0]?.length ?? 0;
  const hasCode = code.length > 0 && root.cols >= NUMBER_COLS + codeCols + 9 && root.rows >= code.length + 5;
  const { inside, on } = paintFrame(root, theme, {
    title: safe`Safety number with ${name}`,
    rows: Math.max(TEXT_ROWS, hasCode ? code.length : 0),
    cols: hasCode ? NUMBER_COLS + 3 + codeCols : Math.min(62, root.cols - 8),
    contexts: ['safety-dialog', 'dialog'],
  });
  const textCols = hasCode ? NUMBER_COLS : inside.cols;
  const lines = new Lines(inside.region(0, 0, inside.rows, textCols), textCols);
  if (hasCode) {
    const place = inside.region(0, inside.cols - codeCols, code.length, codeCols);
    for (const [at, row] of code.entries()) place.text(at, 0, row, QR_STYLE);
  }
  if (verification === null) {
    const words = dialog.error === null ? label('computing…') : sanitizeLine(`! ${dialog.error}`);
    lines.words(words, dialog.error === null ? on.connecting : on.error);
    return;
  }
  const roomy = inside.rows >= TEXT_ROWS;
  const blank = (): void => {
    if (roomy) lines.at += 1;
  };
  if (verification.changed) {
    lines.words(safe`! ${name}’s identity key is another one now. That happens when they set smchat up anew, or when somebody stands in between.`, on.warning);
    blank();
    if (verification.previous_safety_number !== undefined) {
      lines.words(label('the number until now'), on.muted);
      lines.number(verification.previous_safety_number, on.muted);
    }
    lines.words(label('the new number'), on.muted);
    lines.number(verification.safety_number, on.title);
  } else {
    lines.words(verification.verified ? safe`✓ verified: you compared it with ${name}` : label('not verified yet'), verification.verified ? on.verified : on.unverified);
    blank();
    lines.number(verification.safety_number, on.title);
    blank();
  }
  if (verification.verified && !verification.changed) {
    lines.words(safe`${name} sees the same number. If it ever changes, you will be told.`, on.muted);
    return;
  }
  const ask = verification.changed
    ? safe`To accept it, compare it with ${name} in person or on the phone, then type its last five digits.`
    : safe`Compare it with ${name} in person or on the phone. If all digits are equal, type the last five.`;
  lines.words(ask, on.text);
  paintField5(lines, dialog, on);
  if (dialog.isBusy) lines.words(label('one moment…'), on.connecting);
  if (dialog.error !== null) lines.words(sanitizeLine(`! ${dialog.error}`), on.error);
}
