import type { Attachment, Message } from '../../session/client.ts';
import { isLocalId } from '../state/chat-state.ts';
import type { Transfer } from '../state/transfers.ts';
import { label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Role } from '../term/theme.ts';
import { textWidth, truncate } from '../term/width.ts';
import { sizeWords } from './size-words.ts';
import type { Span } from './spans.ts';

/** A name is cut before so little of it would be left. */
const NAME_MIN_COLS = 8;

/** `1920×1080, 2.1 MB`. */
export function attachmentFacts({ width, height, bytes }: Attachment): SafeText {
  const size = label(sizeWords(bytes));
  return width === undefined || height === undefined ? size : safe`${width}×${height}, ${size}`;
}

function percent({ done, bytes }: Transfer): string {
  return `${bytes <= 0 ? 0 : Math.min(100, Math.floor((100 * done) / bytes))} %`;
}

function onItsWay(arrow: '↑' | '↓', transfer: Transfer | undefined): SafeText {
  return label(`${arrow} ${transfer?.state === 'running' ? percent(transfer) : 'waiting'}`);
}

/** Where a message's file is. A picture that is here needs no word for it: it is seen. */
function stateOf(message: Message, attachment: Attachment, transfer: Transfer | undefined): Span | null {
  if (isLocalId(message.id)) return { text: label('preparing…'), role: 'queued' };
  const role: Role = transfer?.state === 'running' ? 'progress' : 'queued';
  switch (attachment.state) {
    case 'here':
      return message.kind === 'image' ? null : { text: label('here'), role: 'success' };
    case 'uploading':
      return message.status === 'failed' ? null : { text: onItsWay('↑', transfer), role };
    case 'fetching':
      return { text: onItsWay('↓', transfer), role };
    case 'offered':
      return { text: label('waiting at the relay'), role: 'queued' };
    case 'lost':
      return { text: sanitizeLine(attachment.reason ?? 'missing'), role: 'failed' };
    default: {
      const never: never = attachment.state;
      return never;
    }
  }
}

/** One line about a message's file: what it is, how large, and where. Only the name gives way where room is short. */
export function attachmentLine(message: Message, transfer: Transfer | undefined, width: number): readonly Span[] {
  const { attachment } = message;
  if (attachment === undefined) return [];
  const kind = label(message.kind === 'image' ? 'picture: ' : 'file: ');
  const facts = safe`, ${attachmentFacts(attachment)}`;
  const state = stateOf(message, attachment, transfer);
  const after = state === null ? label('') : safe` · ${state.text}`;
  const room = width - textWidth(kind) - textWidth(facts) - textWidth(after);
  const name = truncate(sanitizeLine(attachment.name), Math.max(NAME_MIN_COLS, room));
  const spans: readonly Span[] = [
    { text: kind, role: 'muted' },
    { text: name, role: 'accent' },
    { text: facts, role: 'muted' },
    { text: after, role: state?.role ?? 'muted' },
  ];
  return fitting(spans, width);
}

/** The spans cut to a width: what does not fit any more is left out from the end. */
function fitting(spans: readonly Span[], width: number): readonly Span[] {
  const kept: Span[] = [];
  let left = width;
  for (const { text, role } of spans) {
    const cut = textWidth(text) <= left ? text : truncate(text, left);
    if (left <= 0) break;
    kept.push({ text: cut, role });
    left -= textWidth(cut);
  }
  return kept;
}
