import { utf8 } from '../crypto/bytes.ts';
import { EMOJI_MAX_BYTES } from './message-body.ts';

const PICTURE = '\\p{Extended_Pictographic}(?:\\p{Emoji_Modifier}|\\uFE0F)?';
/** A region's flag, England's among them: a black flag and the region's letters as tags. */
const REGION = '\\u{1F3F4}[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{3,6}\\u{E007F}';
const COUNTRY = '\\p{Regional_Indicator}{2}';
const KEYCAP = '[0-9#*]\\uFE0F?\\u20E3';
const EMOJI = new RegExp(`^(?:${REGION}|${COUNTRY}|${KEYCAP}|${PICTURE}(?:\\u200D${PICTURE})*)$`, 'u');

/**
 * Whether a text is one emoji and nothing else, by the grammar of Unicode TR 51, section 1.4.9, in at most 64 bytes of
 * UTF-8: a reaction must not become a place for texts, invisible ones least of all.
 */
export function isEmoji(text: string): boolean {
  return EMOJI.test(text) && utf8(text).length <= EMOJI_MAX_BYTES;
}
