/** The longest clean name in bytes of UTF-8; with time and a number it stays below the 255 that file systems take. */
export const SAVED_NAME_MAX_BYTES = 120;
/** A longer "extension" is the end of a sentence. */
const EXTENSION_MAX_BYTES = 16;
const NAMELESS = 'file';
const MARKS_MAX = 6;

/** What is shown as nothing, as something else or elsewhere, or not at all: controls, bidi, zero-width, tags, private use. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
const SPACE = /[\t-\r\x85\p{Z}]/gu;
/** Windows has other uses for these: a stream's name after a colon, wildcards, pipes. */
const RESERVED = /[<>:"|?*]/g;
const MARK_FLOOD = new RegExp(`(\\p{M}{${MARKS_MAX}})\\p{M}+`, 'gu');
/** Names of Windows' devices, whatever the extension. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)(?=[ .]*(\.|$))/i;

/**
 * A peer's file name as one clean path component on every system: its last part without folders, drive and characters
 * that cannot be seen, no leading dot, no trailing dot or space, no device's name, at most 120 bytes of UTF-8 with the
 * extension kept, never empty. Cleaning a clean name changes nothing.
 */
export function cleanFileName(name: string): string {
  const visible = name.replace(SPACE, ' ').replace(INVISIBLE, '').normalize('NFC');
  const parts = visible.split(/[/\\]/).map((part) => part.trim());
  const last = parts.filter((part) => part !== '').at(-1) ?? '';
  const tidy = trimmed(
    last
      .replace(/^[A-Za-z]:/, '')
      .replace(RESERVED, '_')
      .replace(MARK_FLOOD, '$1')
      .replace(/ {2,}/g, ' '),
  );
  const named = tidy === '' ? NAMELESS : tidy;
  return shortened(DEVICE.test(named) ? `_${named}` : named);
}

/**
 * `YYYY-MM-DD_HHMMSS_name`, the name cleaned, the time in this machine's time zone as `Date` has it. The sender's clock
 * may say anything: times outside the years 1970 to 9999 count as the nearest one within.
 */
export function savedFileName(sentAt: number, name: string): string {
  const earliest = new Date(1970, 0, 1).getTime();
  const latest = new Date(9999, 11, 31, 23, 59, 59).getTime();
  const time = new Date(Math.min(latest, Math.max(earliest, Number.isNaN(sentAt) ? earliest : sentAt)));
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const clock = `${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
  return `${day}_${clock}_${cleanFileName(name)}`;
}

/** Without a mark that would sit on whatever comes before, without dots and spaces that file systems hide or drop. */
function trimmed(name: string): string {
  return name.replace(/^[ .\p{M}]+/u, '').replace(/[ .]+$/, '');
}

function shortened(name: string): string {
  if (byteLength(name) <= SAVED_NAME_MAX_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && byteLength(name.slice(dot)) <= EXTENSION_MAX_BYTES ? name.slice(dot) : '';
  const stem = name.slice(0, name.length - extension.length);
  // One character can be longer than the limit: Hangul's parts join without end.
  return (trimmed(cut(stem, SAVED_NAME_MAX_BYTES - byteLength(extension))) || NAMELESS) + extension;
}

/** As many whole characters from the beginning as fit. */
function cut(text: string, maxBytes: number): string {
  let kept = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    bytes += byteLength(segment);
    if (bytes > maxBytes) break;
    kept += segment;
  }
  return kept;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
