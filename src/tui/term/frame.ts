const SGR = /\x1b\[([\d;]*)m/g;

/** A frame's cells each turn their style on and off; this keeps only the turns that change what the terminal has. */
export function compactSgr(frame: string): string {
  let out = '';
  let end = 0;
  let shown = '';
  let wanted = '';
  for (const match of frame.matchAll(SGR)) {
    const between = frame.slice(end, match.index);
    if (between !== '') {
      if (wanted !== shown) out += turn(shown, wanted);
      shown = wanted;
      out += between;
    }
    wanted = match[1] ?? '';
    end = match.index + match[0].length;
  }
  const rest = frame.slice(end);
  if (rest !== '') {
    if (wanted !== shown) out += turn(shown, wanted);
    shown = wanted;
    out += rest;
  }
  return shown === '' ? out : `${out}\x1b[m`;
}

function turn(from: string, to: string): string {
  if (to === '') return '\x1b[m';
  return from === '' ? `\x1b[${to}m` : `\x1b[0;${to}m`;
}

const LINK = /\x1b\]8;;([^\x1b]*)\x1b\\/g;

/** Each cell of a link begins and ends it; this keeps only the ends of the whole. */
export function compactLinks(frame: string): string {
  if (!frame.includes('\x1b]8;;')) return frame;
  let out = '';
  let end = 0;
  let shown = '';
  let wanted = '';
  const turnTo = (between: string): void => {
    if (between === '') return;
    if (wanted !== shown) out += `\x1b]8;;${wanted}\x1b\\`;
    shown = wanted;
    out += between;
  };
  for (const match of frame.matchAll(LINK)) {
    turnTo(frame.slice(end, match.index));
    wanted = match[1] ?? '';
    end = match.index + match[0].length;
  }
  turnTo(frame.slice(end));
  return shown === '' ? out : `${out}\x1b]8;;\x1b\\`;
}

export interface CursorPlace {
  readonly row: number;
  readonly col: number;
}

/** One write: begun and ended as a synchronized update, cursor hidden meanwhile and placed at the end. */
export function composeFrame(drawn: string, cursor: CursorPlace | null): string {
  const place = cursor === null ? '' : `\x1b[${cursor.row + 1};${cursor.col + 1}H\x1b[?25h`;
  return `\x1b[?2026h\x1b[?25l${compactSgr(compactLinks(drawn))}${place}\x1b[?2026l`;
}
