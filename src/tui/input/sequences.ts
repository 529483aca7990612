import type { InputEvent, MouseEvent } from './events.ts';
import { keyOfCode, keyOfLetter, keyOfTilde, type Modifiers, modifierPrefix, modifiersOf } from './key-names.ts';

const BUTTONS = ['left', 'middle', 'right', 'none'] as const;
const RELEASE = 3;

/** Parameters between `;`, each with its sub-parameters between `:`; what is empty is undefined. */
type Parameters = readonly (readonly (number | undefined)[])[];

function parametersOf(text: string): Parameters {
  return text
    .split(';')
    .map((part) => part.split(':').map((digits) => (/^\d{1,7}$/.test(digits) ? Number(digits) : undefined)));
}

function mouseOf(parameters: Parameters, final: string): MouseEvent | null {
  const [bits, column, row] = [parameters[0]?.[0], parameters[1]?.[0], parameters[2]?.[0]];
  if (bits === undefined || column === undefined || row === undefined) return null;
  const place = {
    row: Math.max(0, row - 1),
    col: Math.max(0, column - 1),
    modifiers: modifierPrefix({
      shift: (bits & 4) !== 0,
      alt: (bits & 8) !== 0,
      ctrl: (bits & 16) !== 0,
      foreign: false,
    }),
  };
  const button = BUTTONS[bits & 3] ?? 'none';
  if ((bits & 192) === 64) {
    if ((bits & 3) > 1) return null;
    return { type: 'mouse', action: (bits & 3) === 0 ? 'wheel-up' : 'wheel-down', button: 'none', ...place };
  }
  if ((bits & 128) !== 0) return null;
  if ((bits & 32) !== 0) return { type: 'mouse', action: 'move', button, ...place };
  return { type: 'mouse', action: final === 'M' ? 'press' : 'release', button, ...place };
}

/** `CSI code:shifted:base ; modifiers:event ; text u`, kitty's keyboard protocol. */
function kittyKey(parameters: Parameters): InputEvent | null {
  const [code, shifted, base] = parameters[0] ?? [];
  const [modifierBits, eventType] = parameters[1] ?? [];
  if (code === undefined || eventType === RELEASE) return null;
  const modifiers = modifiersOf(modifierBits);
  // On a Cyrillic or Greek layout Ctrl-С still means Ctrl-C: the terminal tells the key's Latin letter as well.
  if ((modifiers.ctrl || modifiers.alt) && base !== undefined && code > 0x7f) return keyOfCode(base, modifiers);
  const isLetter = code >= 0x61 && code <= 0x7a;
  if (modifiers.shift && shifted !== undefined && !isLetter) return keyOfCode(shifted, { ...modifiers, shift: false });
  return keyOfCode(code, modifiers);
}

function privateReply(body: string, final: string, text: string): InputEvent {
  const first = Number(/^\d{1,6}/.exec(body)?.[0] ?? '0');
  if (final === 'u') return { type: 'reply', kind: 'keyboard', flags: first };
  if (final === 'c') return { type: 'reply', kind: 'attributes', parameters: body };
  return { type: 'reply', kind: 'other', text };
}

/**
 * The event of a whole `CSI parameters intermediates final`, `alt` where another escape stood before it; null where it
 * means nothing to us. Bracketed paste is the decoder's own.
 */
export function eventOfCsi(
  parameterText: string,
  intermediates: string,
  final: string,
  alt: boolean,
): InputEvent | null {
  const whole = `\x1b[${parameterText}${intermediates}${final}`;
  const lead = parameterText[0] ?? '';
  if (lead === '<' && (final === 'M' || final === 'm')) return mouseOf(parametersOf(parameterText.slice(1)), final);
  if (lead === '?' || lead === '>' || lead === '=' || lead === '<' || intermediates !== '') {
    return privateReply(parameterText.slice(1), final, whole);
  }
  const parameters = parametersOf(parameterText);
  const [first, second, third] = [parameters[0]?.[0], parameters[1]?.[0], parameters[2]?.[0]];
  if (parameters[1]?.[1] === RELEASE && final !== 'R') return null;
  const modifiers: Modifiers = modifiersOf(second);
  const withAlt: Modifiers = { ...modifiers, alt: modifiers.alt || alt };
  if (parameterText === '' && (final === 'I' || final === 'O')) return { type: 'focus', focused: final === 'I' };
  if (final === 'u') return kittyKey(parameters);
  if (final === '~') {
    if (first === 27) return third === undefined ? null : keyOfCode(third, modifiers);
    return first === undefined ? null : keyOfTilde(first, withAlt);
  }
  if (final === 'R') {
    if (first === undefined || second === undefined) return null;
    return { type: 'reply', kind: 'cursor', row: first - 1, col: second - 1 };
  }
  return keyOfLetter(final, withAlt) ?? { type: 'reply', kind: 'other', text: whole };
}

/** The event of a whole control string: OSC, DCS, SOS, PM or APC, by the letter that began it. */
export function eventOfString(introducer: string, body: string): InputEvent {
  const osc = introducer === ']' ? /^(\d{1,4});([\s\S]*)$/.exec(body) : null;
  if (osc !== null) return { type: 'reply', kind: 'osc', code: Number(osc[1]), text: osc[2] ?? '' };
  return { type: 'reply', kind: 'other', text: `\x1b${introducer}${body}` };
}
