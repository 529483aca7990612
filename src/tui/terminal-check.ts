import { amiss, type Finding, well } from '../finding.ts';
import { colorDepth } from './term/color.ts';

const COLS_MIN = 40;
const ROWS_MIN = 12;

/**
 * Draws a Chinese character and a joined emoji, asks after each where the cursor is, and takes them away; asks whether
 * bracketed paste is known; and last what every terminal answers, so that nobody waits for what does not come.
 */
export const TERMINAL_QUERIES =
  '\r\u4e16\x1b[6n\r\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\x1b[6n\r\x1b[2K\x1b[?2004$p\x1b[c';
/** What ends the answers. */
export const LAST_ANSWER = /\x1b\[\?[\d;]*c/;

export interface TerminalFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cols: number;
  readonly rows: number;
  /** What came back for TERMINAL_QUERIES. */
  readonly answers: string;
}

/** What the interface would meet in a terminal; `facts` null: there is none. */
export function examineTerminal(facts: TerminalFacts | null): readonly Finding[] {
  if (facts === null) return [well('terminal', 'this is none: run doctor in one to have it looked at')];
  return [shape(facts), colours(facts), ...characters(facts), paste(facts)];
}

function shape({ env, cols, rows }: TerminalFacts): Finding {
  const term = env.TERM ?? '';
  const size = `${cols} × ${rows}`;
  if (term === '' || term === 'dumb') {
    return amiss(
      'terminal',
      `TERM is "${term}", which can place no text: use a terminal that sets it, or the commands`,
    );
  }
  if (cols < COLS_MIN || rows < ROWS_MIN) {
    return amiss('terminal', `${size}: make the window ${COLS_MIN} × ${ROWS_MIN} or larger`);
  }
  return well('terminal', `${term}, ${size}`);
}

function colours({ env }: TerminalFacts): Finding {
  const hint = 'where it can do more: export COLORTERM=truecolor';
  switch (colorDepth(env)) {
    case 'truecolor':
      return well('colours', '16 million; pictures are drawn in them');
    case '256':
      return well('colours', `256; pictures are drawn in them; ${hint}`);
    case '16':
      return well('colours', `16; pictures are coarse; ${hint}`);
    case 'none':
      return well('colours', 'none, by NO_COLOR or TERM; pictures are drawn in shades of characters');
    default:
      return amiss('colours', 'unknown');
  }
}

function characters({ env, answers }: TerminalFacts): readonly Finding[] {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '') ?? '';
  const encoding = /utf-?8/i.test(locale)
    ? well('characters', `UTF-8 (${locale})`)
    : amiss('characters', `the locale is "${locale}", not UTF-8: export LANG=C.UTF-8`);
  const [wide, joined] = [...answers.matchAll(/\x1b\[\d{1,4};(\d{1,4})R/g)].map(([, col]) => Number(col) - 1);
  if (wide === undefined || joined === undefined) {
    return [
      encoding,
      amiss('widths', 'it does not say where its cursor is, so wide text may be misplaced: use another'),
    ];
  }
  if (wide !== 2) {
    return [
      encoding,
      amiss('widths', `a Chinese character takes ${wide} columns, not 2: choose a font and a width for it`),
    ];
  }
  if (joined === 2) return [encoding, well('widths', 'wide characters and joined emoji take the columns they should')];
  return [encoding, well('widths', `joined emoji take ${joined} columns: smchat shows the first of each`)];
}

function paste({ answers }: TerminalFacts): Finding {
  const answer = /\x1b\[\?2004;([0-4])\$y/.exec(answers)?.[1];
  if (answer === '0' || answer === '4') {
    return amiss(
      'paste',
      'a paste of several lines comes as if it were typed, and each would be sent: use another terminal',
    );
  }
  return answer === undefined
    ? well('paste', 'it does not say whether pastes are marked; most terminals mark them')
    : well('paste', 'pasted text arrives as one piece');
}
