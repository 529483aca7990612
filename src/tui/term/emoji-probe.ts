import type { ReplyEvent } from '../input/events.ts';
import type { EmojiJoining } from './cells.ts';

/** A family of three, one glyph of two columns where joiners are understood, three glyphs of six where not. */
const FAMILY = '👨\u200d👩\u200d👧';

/** Draws a joined emoji at the upper left, asks where the cursor went, and wipes it. Written before the first frame. */
export const EMOJI_PROBE = `\x1b[H${FAMILY}\x1b[6n\x1b[H\x1b[2K`;

/** What the cursor's place after EMOJI_PROBE tells; null where the reply is another one. */
export function emojiJoiningOf(reply: ReplyEvent): EmojiJoining | null {
  if (reply.kind !== 'cursor' || reply.row !== 0 || reply.col === 0) return null;
  return reply.col <= 2 ? 'joined' : 'first';
}
