declare const safeText: unique symbol;

/** Text that may be written to a terminal: it passed `sanitizeLine`, `sanitizeText`, `label` or `safe`. */
export type SafeText = string & { readonly [safeText]: true };

const TAB = '    ';
/** So many combining marks may stand on one letter; Hebrew with cantillation needs four. */
const MARKS_MAX = 6;
/** The longest emoji joined by zero-width joiners in Unicode has four members; the rest is room for new ones. */
const JOINED_MAX = 8;

const PLAIN = /^[\x20-\x7e]*$/;
const PLAIN_LINES = /^[\x20-\x7e\n]*$/;

const EMOJI = '\\p{Extended_Pictographic}\\ufe0f?\\p{Emoji_Modifier}?';
/** The only flags spelled in tag characters: England, Scotland, Wales. Any other row of tags can hide a text. */
const TAG_FLAG =
  '\\u{1f3f4}\\u{e0067}\\u{e0062}' +
  '(?:\\u{e0065}\\u{e006e}\\u{e0067}|\\u{e0073}\\u{e0063}\\u{e0074}|\\u{e0077}\\u{e006c}\\u{e0073})\\u{e007f}';
const EMOJI_CLUSTER = [
  TAG_FLAG,
  `${EMOJI}(?:\\u200d${EMOJI}){1,${JOINED_MAX - 1}}`,
  '\\p{Extended_Pictographic}[\\ufe0e\\ufe0f]\\p{Emoji_Modifier}?',
  '[0-9#*]\\ufe0f?\\u20e3',
].join('|');
/** What a terminal would obey, what it would not show, and what it would show elsewhere than where it stands. */
const HOSTILE = [
  '\\p{Cc}',
  '\\p{Cf}',
  '\\p{Cs}',
  '\\p{Zl}',
  '\\p{Zp}',
  '\\p{Default_Ignorable_Code_Point}',
  '\\p{Noncharacter_Code_Point}',
  '\\u{10eeee}', // kitty's picture placeholder
].join('|');
const SUSPECT = new RegExp(`(?<emoji>${EMOJI_CLUSTER})|(?<hostile>${HOSTILE})|\\p{M}+`, 'gu');
const ANY_SUSPECT = new RegExp(`${HOSTILE}|\\p{M}`, 'u');

function brand(text: string): SafeText {
  return text as SafeText;
}

/** The visible mark of one hostile character: a control picture, or its number between guillemets. */
function markOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

function limitMarks(marks: string, atStart: boolean): string {
  const all = Array.from(marks);
  const kept = all.slice(0, MARKS_MAX).join('');
  // Without a base of its own a mark would sit on whatever the interface has drawn before it.
  const based = atStart ? `◌${kept}` : kept;
  return all.length > MARKS_MAX ? `${based}‹+${all.length - MARKS_MAX}›` : based;
}

function replaceHostile(text: string): string {
  let replaced = '';
  let end = 0;
  for (const { 0: found, index, groups } of text.matchAll(SUSPECT)) {
    replaced += text.slice(end, index);
    end = index + found.length;
    if (groups?.emoji !== undefined || found === '\n') replaced += found;
    else if (found === '\t') replaced += TAB;
    else if (groups?.hostile !== undefined) replaced += markOf(found);
    else replaced += limitMarks(found, index === 0 || text[index - 1] === '\n');
  }
  return replaced + text.slice(end);
}

/**
 * Any text as one line that a terminal can be given: controls, escapes, bidi controls, zero-width and tag characters
 * become visible marks, line breaks too; tabs become spaces; emoji keep their joiners and selectors. Idempotent.
 */
export function sanitizeLine(text: string): SafeText {
  if (PLAIN.test(text)) return brand(text);
  return brand(sanitizeText(text).replaceAll('\n', '␊'));
}

/** As `sanitizeLine`, but line breaks stay: `\n` and `\r\n` as `\n`. */
export function sanitizeText(text: string): SafeText {
  if (PLAIN_LINES.test(text) || !ANY_SUSPECT.test(text)) return brand(text);
  return brand(replaceHostile(text.replaceAll('\r\n', '\n')));
}

/** A constant of the program as SafeText. Throws on anything a constant should not hold: a bug, not bad input. */
export function label(constant: string): SafeText {
  if (sanitizeText(constant) !== constant) throw new RangeError('label: this constant needs sanitizing');
  return brand(constant);
}

/** A template whose constants are the program's own and whose values are numbers or already safe. */
export function safe(strings: TemplateStringsArray, ...values: readonly (SafeText | number)[]): SafeText {
  return brand(strings.map((part, index) => label(part) + String(values[index] ?? '')).join(''));
}

/** Safe pieces put together are safe. */
export function joinSafe(parts: readonly SafeText[], separator: SafeText = brand('')): SafeText {
  return brand(parts.join(separator));
}

/** A piece of safe text is safe, as long as it is cut between graphemes. */
export function sliceSafe(text: SafeText, start: number, end?: number): SafeText {
  return brand(text.slice(start, end));
}

/** So many spaces, none where the count is negative. */
export function spaces(count: number): SafeText {
  return brand(' '.repeat(Math.max(0, count)));
}
