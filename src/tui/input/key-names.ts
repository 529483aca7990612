import type { KeyEvent } from './events.ts';

/** Final letters of `CSI …` and `SS3 …` that name keys. */
const BY_LETTER: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  S: 'f4',
};
/** SS3 alone may also be F3 and the keypad; after CSI, `R` is the cursor's place and `M` the mouse. */
const BY_SS3_LETTER: Readonly<Record<string, string>> = { ...BY_LETTER, R: 'f3', M: 'enter', I: 'tab', ' ': 'space' };
const BY_TILDE: Readonly<Record<number, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
};
const BY_CODE: Readonly<Record<number, string>> = {
  8: 'backspace',
  9: 'tab',
  13: 'enter',
  27: 'escape',
  32: 'space',
  127: 'backspace',
  57414: 'enter',
  57417: 'left',
  57418: 'right',
  57419: 'up',
  57420: 'down',
  57421: 'pageup',
  57422: 'pagedown',
  57423: 'home',
  57424: 'end',
  57425: 'insert',
  57426: 'delete',
};
/** Kitty's numbers for keypad keys that type something. */
const KEYPAD_TEXT = '0123456789./*-+';
const KEYPAD_FIRST = 57399;
const KITTY_PRIVATE_FIRST = 57344;
const KITTY_PRIVATE_LAST = 63743;

export interface Modifiers {
  readonly shift: boolean;
  readonly alt: boolean;
  readonly ctrl: boolean;
  /** Super or hyper: the window manager's, not ours. */
  readonly foreign: boolean;
}

/** The modifiers of xterm's and kitty's parameter, 1 + bits; locks are left out. */
export function modifiersOf(parameter: number | undefined): Modifiers {
  const bits = Math.max(0, (parameter ?? 1) - 1);
  return {
    shift: (bits & 1) !== 0,
    alt: (bits & 2) !== 0 || (bits & 32) !== 0,
    ctrl: (bits & 4) !== 0,
    foreign: (bits & 24) !== 0,
  };
}

/** `C-`, `M-`, `S-`, in this order. */
export function modifierPrefix({ ctrl, alt, shift }: Modifiers): string {
  return (ctrl ? 'C-' : '') + (alt ? 'M-' : '') + (shift ? 'S-' : '');
}

function named(name: string, modifiers: Modifiers): KeyEvent {
  const key = modifierPrefix(modifiers) + name;
  const types = name === 'space' && !modifiers.ctrl && !modifiers.alt;
  return types ? { type: 'key', key, text: ' ' } : { type: 'key', key };
}

/** A key that types one character; upper case counts as another character, not as shift, unless Ctrl is held. */
function typed(character: string, modifiers: Modifiers): KeyEvent {
  const { ctrl, alt, shift } = modifiers;
  if (ctrl) {
    const lower = character.toLowerCase();
    return { type: 'key', key: modifierPrefix({ ...modifiers, shift: shift || lower !== character }) + lower };
  }
  const shown = shift && character.toUpperCase().length === 1 ? character.toUpperCase() : character;
  return alt ? { type: 'key', key: `M-${shown}` } : { type: 'key', key: shown, text: shown };
}

/** The key of a code point as `CSI … u` and modifyOtherKeys give it; null for keys without a name here. */
export function keyOfCode(code: number, modifiers: Modifiers): KeyEvent | null {
  if (modifiers.foreign) return null;
  const name = BY_CODE[code];
  if (name !== undefined) return named(name, modifiers);
  const keypad = KEYPAD_TEXT[code - KEYPAD_FIRST];
  if (keypad !== undefined) return typed(keypad, { ...modifiers, shift: false });
  const isPrivate = code >= KITTY_PRIVATE_FIRST && code <= KITTY_PRIVATE_LAST;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0) || isPrivate || isSurrogate || code > 0x10ffff) return null;
  return typed(String.fromCodePoint(code), modifiers);
}

/** The key of `CSI number ; modifiers ~`. */
export function keyOfTilde(number: number, modifiers: Modifiers): KeyEvent | null {
  const name = BY_TILDE[number];
  return name === undefined || modifiers.foreign ? null : named(name, modifiers);
}

/** The key of `CSI … letter`. */
export function keyOfLetter(letter: string, modifiers: Modifiers): KeyEvent | null {
  if (letter === 'Z') return named('tab', { ...modifiers, shift: true });
  const name = BY_LETTER[letter];
  return name === undefined || modifiers.foreign ? null : named(name, modifiers);
}

/** The key of `SS3 letter`, the keypad's digits and signs among them. */
export function keyOfSs3(letter: string, modifiers: Modifiers): KeyEvent | null {
  const name = BY_SS3_LETTER[letter];
  if (name !== undefined) return named(name, modifiers);
  if (letter >= 'j' && letter <= 'y') return typed(String.fromCharCode(letter.charCodeAt(0) - 0x40), modifiers);
  return null;
}

/** The key of one character that came without any escape: printable, or a control. */
export function keyOfCharacter(character: string, alt: boolean): KeyEvent | null {
  const code = character.codePointAt(0) ?? 0;
  const modifiers: Modifiers = { shift: false, alt, ctrl: false, foreign: false };
  if (code === 9 || code === 13 || code === 27 || code === 32 || code === 127) return keyOfCode(code, modifiers);
  if (code === 0) return named('space', { ...modifiers, ctrl: true });
  if (code < 0x20) {
    const letter = String.fromCharCode(code + 0x40).toLowerCase();
    return { type: 'key', key: `${modifierPrefix({ ...modifiers, ctrl: true })}${letter}` };
  }
  return keyOfCode(code, modifiers) ?? (code >= 0xa0 ? typed(character, modifiers) : null);
}
