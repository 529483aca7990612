import type { ReplyEvent } from './input/events.ts';
import type { Background } from './term/theme.ts';

/** Asks for the background's colour (OSC 11). */
export const BACKGROUND_QUERY = '\x1b]11;?\x1b\\';

/** The background that the environment tells: COLORFGBG's last number is its colour. */
export function backgroundOfEnvironment(env: Readonly<Record<string, string | undefined>>): Background {
  const background = /;(\d{1,2})$/.exec(env.COLORFGBG ?? '')?.[1];
  return background === '7' || background === '15' ? 'light' : 'dark';
}

/** The background by the terminal's answer to BACKGROUND_QUERY; null where it is another answer. */
export function backgroundOfReply(reply: ReplyEvent): Background | null {
  if (reply.kind !== 'osc' || reply.code !== 11) return null;
  const parts = /^rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})/i.exec(reply.text);
  if (parts === null) return null;
  const [red = 0, green = 0, blue = 0] = parts
    .slice(1)
    .map((digits) => Number.parseInt(digits, 16) / (16 ** digits.length - 1));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 ? 'light' : 'dark';
}
