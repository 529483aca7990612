import { Buffer } from 'node:buffer';
import { type SafeText, sanitizeLine } from './sanitize.ts';
import { truncate } from './width.ts';

const TITLE_MAX_COLUMNS = 120;
const NOTICE_MAX_COLUMNS = 200;
/** Terminals refuse more, and some stall over it. */
const CLIPBOARD_MAX_BYTES = 74_000;
const END = '\x1b\\';

/** One line without a character that could end or divide a control string. */
function argument(text: SafeText, columns: number): string {
  return truncate(sanitizeLine(text), columns).replaceAll(';', ',');
}

/** The bell. */
export function bell(): string {
  return '\x07';
}

/** Sets the window's title (OSC 2). */
export function windowTitle(title: SafeText): string {
  return `\x1b]2;${truncate(sanitizeLine(title), TITLE_MAX_COLUMNS)}${END}`;
}

/** A desktop notification by OSC 9, which iTerm2, Kitty, WezTerm and Windows Terminal show. */
export function notifyByOsc9(body: SafeText): string {
  // ConEmu reads `9;4;…` as a command; no text of ours begins with a digit.
  return `\x1b]9;${argument(body, NOTICE_MAX_COLUMNS).replace(/^(?=\d)/, ' ')}${END}`;
}

/** A desktop notification by OSC 777, which urxvt, foot, Ghostty and VTE show. */
export function notifyByOsc777(title: SafeText, body: SafeText): string {
  return `\x1b]777;notify;${argument(title, TITLE_MAX_COLUMNS)};${argument(body, NOTICE_MAX_COLUMNS)}${END}`;
}

/** Ends a link (OSC 8). */
export const LINK_END = `\x1b]8;;${END}`;

/** Begins a link, to what is read there; empty for anything that no link may be. */
export function linkStart(url: string): string {
  return /^(?:https?:\/\/|mailto:)[\x21-\x7e]+$/i.test(url) ? `\x1b]8;;${url}${END}` : '';
}

/** Puts a text on the clipboard (OSC 52), in base64, so it may be any text; null where it is longer than terminals take. */
export function copyToClipboard(text: string): string | null {
  const bytes = Buffer.from(text, 'utf8');
  return bytes.length > CLIPBOARD_MAX_BYTES ? null : `\x1b]52;c;${bytes.toString('base64')}${END}`;
}
