import { createTextBuffer, type TextBuffer } from '../edit/text-buffer.ts';

/** A draft may grow past what can be sent, so that a long paste can be cut down rather than be lost. */
export const DRAFT_MAX_BYTES = 64 * 1024;
/** The longest text that a message carries (contract.md, exit code 9). */
export const MESSAGE_MAX_BYTES = 16 * 1024;
const FIELD_MAX_BYTES = 1024;

/** The composer's text. */
export function draftField(text = ''): TextBuffer {
  return createTextBuffer({ text, maxBytes: DRAFT_MAX_BYTES });
}

/** A field of one line. */
export function lineField(text = ''): TextBuffer {
  return createTextBuffer({ text, maxBytes: FIELD_MAX_BYTES });
}

export function passwordField(): TextBuffer {
  return createTextBuffer({ secret: true, maxBytes: FIELD_MAX_BYTES });
}

/** The field emptied for good, with what was cut out of it still there to be put back. */
export function emptied(field: TextBuffer, text = ''): TextBuffer {
  const { maxBytes, secret, killRing } = field;
  return { ...createTextBuffer({ text, maxBytes, secret }), killRing };
}
