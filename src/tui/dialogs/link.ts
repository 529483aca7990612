import { qrCode } from '../../qr-code.ts';
import { hostOf, isThisMachine } from '../../relay-address.ts';
import type { LinkDialog } from '../state/dialog-state.ts';
import { label, sanitizeLine } from '../term/sanitize.ts';
import type { Style, Theme } from '../term/theme.ts';
import { wrap } from '../term/width.ts';
import { type DialogRoot, paintFrame } from './frame.ts';

const COLS = 62;
const ADVICE =
  'Whoever adds this meets you or nobody, even if the relay lies. Give it on a way on which nobody can change it.';

const HERE_ALONE = 'Its relay is on this machine: the link is good here alone.';

/** A QR code has to be dark on light, whatever the theme. */
const QR_STYLE: Style = { fg: '#000000', bg: '#ffffff', mono: 'inverse' };

function isGoodHereAlone(link: string): boolean {
  const relay = URL.canParse(link) ? new URL(link).searchParams.get('relay') : null;
  return relay !== null && isThisMachine(hostOf(relay));
}

/** The link to the own account: as text always, as a code where there is room. */
export function paintLink(root: DialogRoot, dialog: LinkDialog, theme: Theme): void {
  const { link } = dialog;
  const cols = Math.min(COLS, root.cols - 6);
  const text = link === null ? [label('one moment…')] : wrap(sanitizeLine(link), cols);
  const advice = link === null ? [] : wrap(label(isGoodHereAlone(link) ? HERE_ALONE : ADVICE), cols);
  const code = link === null ? [] : qrCode(link, 'dark').map(label);
  const codeCols = code[0]?.length ?? 0;
  const words = text.length + advice.length + 1;
  const hasCode = code.length > 0 && root.rows - 4 >= words + 1 + code.length && cols >= codeCols;
  const { inside, on } = paintFrame(root, theme, {
    title: label('A link to you'),
    rows: words + (hasCode ? code.length + 1 : 0),
    cols,
    contexts: ['link-dialog', 'dialog'],
  });
  let at = 0;
  for (const line of advice) inside.text(at++, 0, line, on.muted);
  at += advice.length === 0 ? 0 : 1;
  for (const line of text) inside.text(at++, 0, line, link === null ? on.connecting : on.title);
  if (!hasCode) return;
  const place = inside.region(at + 1, Math.floor((inside.cols - codeCols) / 2), code.length, codeCols);
  for (const [row, line] of code.entries()) place.text(row, 0, line, QR_STYLE);
}
