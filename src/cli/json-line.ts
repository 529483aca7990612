/**
 * What a terminal would obey or hide although JSON allows it bare: DEL and C1, bidi controls, line and paragraph
 * separators, byte-order marks, tag characters. C0 and lone surrogates are escaped by JSON.stringify itself.
 */
const ESCAPED =
  /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

function escapeCharacter(found: string): string {
  let escaped = '';
  for (let at = 0; at < found.length; at++) {
    escaped += `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}

/** One object as one line of JSON that no terminal obeys, with its line break. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value).replace(ESCAPED, escapeCharacter)}\n`;
}
