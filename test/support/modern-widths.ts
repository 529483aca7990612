import type { IUnicodeVersionProvider } from '@xterm/headless';
import { eastAsianWidth } from 'get-east-asian-width';

/**
 * Widths as a terminal that knows grapheme clusters has them (Kitty, WezTerm, Ghostty, mode 2027): joined emoji, flags
 * and emoji with a selector take two columns; marks, joiners and tags none. @xterm/headless alone is of Unicode 6.
 */
const JOINS = /^(?:\p{M}|\u200d|\p{Emoji_Modifier}|[\u{e0020}-\u{e007f}])$/u;
const ZERO = /^(?:\p{Mn}|\p{Me}|\p{Cf})$/u;
const PICTURE = /^\p{Extended_Pictographic}$/u;
const EMOJI_SELECTOR = 0xfe0f;
const JOINER = 0x200d;

/** What the previous character was, as far as the next one asks. */
const STATE = { plain: 0, afterJoiner: 1, halfFlag: 2 } as const;

function isRegionalIndicator(codePoint: number): boolean {
  return codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff;
}

function widthOf(codePoint: number): 0 | 1 | 2 {
  if (codePoint < 0x300) return codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0) ? 0 : 1;
  if (ZERO.test(String.fromCodePoint(codePoint))) return 0;
  return isRegionalIndicator(codePoint) ? 2 : eastAsianWidth(codePoint);
}

/** xterm's packing: state, width of the whole cluster, whether it joins the cell before it. */
function pack(state: number, width: number, joins: boolean): number {
  return (state << 3) | (width << 1) | (joins ? 1 : 0);
}

export const modernWidths: IUnicodeVersionProvider = {
  version: 'modern',
  wcwidth: widthOf,
  charProperties(codePoint, preceding) {
    const state = preceding >> 3;
    const width = (preceding >> 1) & 3;
    const character = String.fromCodePoint(codePoint);
    if (preceding !== 0 && width > 0) {
      if (codePoint === JOINER) return pack(STATE.afterJoiner, width, true);
      if (codePoint === EMOJI_SELECTOR) return pack(STATE.plain, 2, true);
      if (JOINS.test(character)) return pack(STATE.plain, width, true);
      if (state === STATE.afterJoiner && PICTURE.test(character)) return pack(STATE.plain, width, true);
      if (state === STATE.halfFlag && isRegionalIndicator(codePoint)) return pack(STATE.plain, 2, true);
    }
    return pack(isRegionalIndicator(codePoint) ? STATE.halfFlag : STATE.plain, widthOf(codePoint), false);
  },
};
