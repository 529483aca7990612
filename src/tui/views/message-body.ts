import type { Message } from '../../session/client.ts';
import type { CellSize } from '../media/fit-cells.ts';
import type { PreviewWish } from '../state/previews.ts';
import type { Transfer } from '../state/transfers.ts';
import { type Link, linkParts, linksIn } from '../term/links.ts';
import { label, type SafeText, safe, sanitizeLine, sanitizeText, sliceSafe } from '../term/sanitize.ts';
import { truncate, wrap, wrapLines } from '../term/width.ts';
import { attachmentLine } from './attachment-line.ts';
import { previewSize } from './preview-size.ts';
import type { Span } from './spans.ts';
import { leftWords } from './time-words.ts';

/** One row of what a message says: spans, or a row of its picture. */
export interface BodyLine {
  readonly spans: readonly Span[];
  readonly picture: { readonly wish: PreviewWish; readonly row: number } | null;
}

export interface BodyOptions {
  /** Columns beside the bar. */
  readonly width: number;
  /** Whether pictures can be drawn at all: not without colours. */
  readonly showsPictures: boolean;
}

/** What a message's rows say besides the message itself. */
export interface Around {
  readonly transfer: Transfer | undefined;
  /** What it answers. */
  readonly quote: SafeText | null;
  readonly now: number;
}

/** Wrapping is the one thing that costs: kept for each message at the width it was last shown at. */
const wrapped = new WeakMap<Message, Wrapped>();

interface Wrapped {
  readonly width: number;
  readonly lines: readonly SafeText[];
  /** Each line's place in the text. */
  readonly starts: readonly number[];
  readonly links: readonly Link[];
}

function wrapText(message: Message, width: number): Wrapped {
  const known = wrapped.get(message);
  if (known?.width === width) return known;
  const text = sanitizeText(message.text ?? '');
  const lines = text === '' && message.attachment !== undefined ? [] : wrapLines(text, width);
  const made: Wrapped = {
    width,
    lines: lines.map((line) => line.text),
    starts: lines.map(({ start }) => start),
    links: known?.links ?? linksIn(text),
  };
  wrapped.set(message, made);
  return made;
}

/** A message's text in lines; a picture or file without a caption has none. */
export function textLines(message: Message, width: number): readonly SafeText[] {
  return wrapText(message, width).lines;
}

/** A line of a message's text, its links apart. */
function textSpans(message: Message, width: number, at: number): readonly Span[] {
  const { lines, starts, links } = wrapText(message, width);
  const line = lines[at] ?? label('');
  const parts = linkParts(links, starts[at] ?? 0, line.length);
  if (parts.length === 0) return [{ text: line, role: 'text' }];
  const spans: Span[] = [];
  let end = 0;
  const plain = (to: number): void => {
    if (to > end) spans.push({ text: sliceSafe(line, end, to), role: 'text' });
  };
  for (const part of parts) {
    plain(part.start);
    spans.push({ text: sliceSafe(line, part.start, part.end), role: 'text', link: part.url });
    end = part.end;
  }
  plain(line.length);
  return spans;
}

/** The cells that a message's picture has in the chat; null where it is not drawn. */
export function pictureSize(message: Message, { width, showsPictures }: BodyOptions): CellSize | null {
  return showsPictures ? previewSize(message, width) : null;
}

/** Why a message was not sent, for the reasons that the session layer names by a word. */
const REASONS: Readonly<Record<string, string>> = {
  'no-account': 'this account no longer exists at the relay',
  expired: 'it was not fetched in time',
  'bad-frame': 'the relay does not understand it: one of the two programs is too old',
  'too-large': 'the relay takes no files of this size',
  quota: 'your space for files at the relay is used up until older ones expire',
  cancelled: 'you stopped it',
  'file-lost': 'the file is no longer there to be sent',
};

function failureLines(message: Message, width: number): readonly SafeText[] {
  if (message.status !== 'failed') return [];
  return wrap(
    safe`not sent: ${sanitizeLine(REASONS[message.reason ?? ''] ?? message.reason ?? 'no reason given')}`,
    width,
  );
}

/** That it was edited, what was thought of it, when it goes: one row, where there is something of that. */
function remarks(message: Message, now: number, width: number): SafeText | null {
  const counts = new Map<string, number>();
  for (const { emoji } of message.reactions ?? []) counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  const reactions = [...counts].map(([emoji, count]) => (count === 1 ? emoji : `${emoji} ${count}`));
  const left =
    message.expires_at === undefined ? [] : [`disappears ${leftWords(Date.parse(message.expires_at) - now)}`];
  const all = [...(message.edited_at === undefined ? [] : ['edited']), ...reactions, ...left];
  return all.length === 0 ? null : truncate(sanitizeLine(all.join('  ')), width);
}

/** A message's rows below its heading, each by its number. */
export interface MessageBody {
  readonly count: number;
  line(at: number): BodyLine;
}

/** How many rows the body takes; the same number that `messageBody` gives. */
export function bodyHeight(message: Message, options: BodyOptions): number {
  const { width } = options;
  return (
    (message.reply_to === undefined ? 0 : 1) +
    textLines(message, width).length +
    (pictureSize(message, options)?.rows ?? 0) +
    (message.attachment === undefined ? 0 : 1) +
    (remarks(message, 0, width) === null ? 0 : 1) +
    failureLines(message, width).length
  );
}

/** What it answers; the text, or a picture's or file's caption; the picture; its file; remarks; why it was not sent. */
export function messageBody(message: Message, options: BodyOptions, { transfer, quote, now }: Around): MessageBody {
  const { width } = options;
  const quoted = message.reply_to === undefined ? 0 : 1;
  const texts = textLines(message, width);
  const size = pictureSize(message, options);
  const pictureStart = quoted + texts.length;
  const pictureEnd = pictureStart + (size?.rows ?? 0);
  const remark = remarks(message, now, width);
  const after: readonly (readonly Span[])[] = [
    ...(message.attachment === undefined ? [] : [attachmentLine(message, transfer, width)]),
    ...(remark === null ? [] : [[{ text: remark, role: 'reaction' as const }]]),
    ...failureLines(message, width).map((text) => [{ text, role: 'failed' as const }]),
  ];
  return {
    count: pictureEnd + after.length,
    line(at) {
      if (at < quoted)
        return {
          spans: [{ text: safe`╭ ${truncate(quote ?? label('an earlier message'), width - 2)}`, role: 'quote' }],
          picture: null,
        };
      if (at < pictureStart) return { spans: textSpans(message, width, at - quoted), picture: null };
      if (size === null || at >= pictureEnd) return { spans: after[at - pictureEnd] ?? [], picture: null };
      return { spans: [], picture: { wish: { id: message.id, ...size }, row: at - pictureStart } };
    },
  };
}
