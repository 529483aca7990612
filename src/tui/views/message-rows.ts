import type { Message } from '../../session/client.ts';
import type { CellSize } from '../media/fit-cells.ts';
import type { Clock } from '../settings/settings.ts';
import { isLocalId } from '../state/chat-state.ts';
import { type MessageLog, messageAt } from '../state/message-log.ts';
import type { PreviewWish } from '../state/previews.ts';
import type { ListShape } from '../state/scroll.ts';
import type { Transfer } from '../state/transfers.ts';
import { joinSafe, label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Role } from '../term/theme.ts';
import { padStart, textWidth, truncate } from '../term/width.ts';
import { type BodyOptions, bodyHeight, messageBody, pictureSize, textLines } from './message-body.ts';
import { nameOf, quoteWords } from './quote.ts';
import type { Span } from './spans.ts';
import { CLOCK_COLS, clockTime, dayNumber, dayWords } from './time-words.ts';

/** A row of a picture, beside the spans in front of it. */
export interface PictureRow {
  readonly wish: PreviewWish;
  readonly row: number;
}

export type Row =
  /** A line across the pane, with words in its middle. */
  | { readonly kind: 'rule'; readonly words: SafeText; readonly role: Role; readonly ruleRole: Role }
  /** Spans from the left edge, and at most one at the right edge. */
  | {
      readonly kind: 'spans';
      readonly spans: readonly Span[];
      readonly picture: PictureRow | null;
      readonly right: Span | null;
      readonly hit: boolean;
    };

/** What decides how messages look, besides themselves. */
export interface RowContext {
  readonly log: MessageLog;
  /** Columns of the pane. */
  readonly width: number;
  readonly now: number;
  readonly newSince: string | null;
  /** The message that search jumped to, or that is selected. */
  readonly highlighted: string | null;
  /** Whether pictures can be drawn: not without colours. */
  readonly showsPictures: boolean;
  readonly clock: Clock;
  /** Files on their way, by message id. */
  readonly transfers: ReadonlyMap<string, Transfer>;
}

/** From here on names and times have columns of their own; below, each group of messages has a heading. */
const COLUMNS_FROM_WIDTH = 72;
const GROUP_MS = 5 * 60_000;
const NAME_MAX_COLUMNS = 12;
const NAME_MIN_COLUMNS = 4;
const BAR = label('│');
const NO_MARK: Span = { text: label(''), role: 'text' };

/** When a message is shown to have been: never later than it came, whatever the sender's clock says. */
export function shownTime(message: Message): number {
  const sent = Date.parse(message.sent_at);
  const received = message.received_at === undefined ? Number.NaN : Date.parse(message.received_at);
  if (Number.isNaN(sent)) return Number.isNaN(received) ? 0 : received;
  return Number.isNaN(received) ? sent : Math.min(sent, received);
}

/** The mark of an own message: how far it got. Safe nowhere yet, on this disk, on the relay's, on the peer's, read. */
export function deliveryMark(message: Message): Span {
  switch (message.status) {
    case 'queued':
      return { text: label(isLocalId(message.id) ? '·' : '○'), role: 'queued' };
    case 'sent':
      return { text: label('✓'), role: 'sent' };
    case 'delivered':
      return { text: label('✓✓'), role: 'delivered' };
    case 'read':
      return { text: label('✓✓'), role: 'read' };
    case 'failed':
      return { text: label('!'), role: 'failed' };
    default: {
      const never: never = message.status;
      return never;
    }
  }
}

/** A message that came before its sender had proven its identity key. */
const UNPROVEN: Span = { text: label('?'), role: 'muted' };

interface Shape {
  readonly columns: boolean;
  readonly nameWidth: number;
  readonly textWidth: number;
}

function shapeOf(context: RowContext, peer: string): Shape {
  const columns = context.width >= COLUMNS_FROM_WIDTH;
  const nameWidth = Math.min(NAME_MAX_COLUMNS, Math.max(NAME_MIN_COLUMNS, textWidth(sanitizeLine(peer))));
  // In columns: a mark of two, the time, the name, the bar, and their spaces. Else the bar and the mark's room.
  const taken = columns ? 1 + 2 + 1 + CLOCK_COLS[context.clock] + 2 + nameWidth + 3 + 1 : 3 + 4;
  return { columns, nameWidth, textWidth: Math.max(8, context.width - taken) };
}

interface Standing {
  readonly day: boolean;
  readonly newLine: boolean;
  /** The first of a group: it shows who and when. */
  readonly heads: boolean;
  /** Within a group, another minute than the one above. */
  readonly minute: boolean;
}

function standingOf(context: RowContext, message: Message, before: Message | undefined): Standing {
  const time = shownTime(message);
  const earlier = before === undefined ? 0 : shownTime(before);
  const day = before === undefined || dayNumber(time) !== dayNumber(earlier);
  const newLine = context.newSince === message.id;
  const follows = before !== undefined && before.kind !== 'system' && before.direction === message.direction;
  const heads = day || newLine || !follows || Math.floor(time / GROUP_MS) !== Math.floor(earlier / GROUP_MS);
  return { day, newLine, heads, minute: heads || clockTime(time, context.clock) !== clockTime(earlier, context.clock) };
}

function bodyOptions(context: RowContext, peer: string): BodyOptions {
  return { width: shapeOf(context, peer).textWidth, showsPictures: context.showsPictures };
}

/** The cells that a message's picture has in the chat; null where it has none. */
export function previewOf(context: RowContext, message: Message): CellSize | null {
  return pictureSize(message, bodyOptions(context, message.chat));
}

/** How many rows an item takes; the same number that `rowsOf` gives, without building them. */
function heightOf(context: RowContext, index: number): number {
  const message = messageAt(context.log, index);
  if (message === undefined) return 0;
  const standing = standingOf(context, message, messageAt(context.log, index - 1));
  const above = (standing.day ? 1 : 0) + (standing.newLine ? 1 : 0);
  if (message.kind === 'system') return above + textLines(message, systemWidth(context)).length;
  const heading = standing.heads && !shapeOf(context, message.chat).columns ? 1 : 0;
  return above + heading + bodyHeight(message, bodyOptions(context, message.chat));
}

function systemWidth(context: RowContext): number {
  return Math.max(8, context.width - 5);
}

/** The list as scrolling sees it. */
export function messageShape(context: RowContext): ListShape {
  return { size: context.log.size, heightAt: (index) => heightOf(context, index) };
}

function spans(parts: readonly Span[]): Row {
  return { kind: 'spans', spans: parts, picture: null, right: null, hit: false };
}

function gap(columns: number): SafeText {
  return label(' '.repeat(Math.max(0, columns)));
}

/** What makes the rows of one message, each by its number. */
interface Body {
  readonly count: number;
  row(at: number): Row;
}

function systemBody(context: RowContext, message: Message): Body {
  const lines = textLines(message, systemWidth(context));
  return {
    count: lines.length,
    row: (at) =>
      spans([
        { text: label(at === 0 ? ' • ' : '   '), role: 'system' },
        { text: lines[at] ?? gap(0), role: 'system' },
      ]),
  };
}

function spokenBody(context: RowContext, message: Message, standing: Standing, shape: Shape): Body {
  const own = message.direction === 'out';
  const who: Role = own ? 'own' : 'peer';
  const mark = own ? deliveryMark(message) : message.unproven === true ? UNPROVEN : null;
  const hit = message.id === context.highlighted;
  const transfer = context.transfers.get(message.id);
  const around = { transfer, quote: quoteWords(context.log, message.reply_to), now: context.now };
  const { count, line } = messageBody(message, bodyOptions(context, message.chat), around);
  const rowOf = (at: number, front: readonly Span[], right: Span | null): Row => {
    const { spans: said, picture } = line(at);
    return { kind: 'spans', spans: [...front, ...said], picture, right, hit };
  };
  if (!shape.columns) {
    const front: readonly Span[] = [{ text: safe` ${BAR} `, role: who }];
    return { count, row: (at) => rowOf(at, front, at === count - 1 ? mark : null) };
  }
  const noTime = gap(CLOCK_COLS[context.clock]);
  const time = standing.minute ? label(clockTime(shownTime(message), context.clock)) : noTime;
  const name = standing.heads ? nameOf(message) : gap(0);
  const row = (at: number): Row => {
    const first = at === 0;
    const markText = first && mark !== null ? mark : NO_MARK;
    const front: readonly Span[] = [
      { text: joinSafe([gap(1), padStart(markText.text, 2), gap(1)]), role: markText.role },
      { text: first ? time : noTime, role: 'time' },
      { text: joinSafe([gap(2), padStart(first ? name : gap(0), shape.nameWidth), gap(1)]), role: who },
      { text: joinSafe([BAR, gap(1)]), role: who },
    ];
    return rowOf(at, front, null);
  };
  return { count, row };
}

/** What stands above a message's text: the day, the line above the new ones, in a narrow pane who and when. */
function rowsAbove(context: RowContext, message: Message, standing: Standing): readonly Row[] {
  const rows: Row[] = [];
  if (standing.day) {
    const words = label(dayWords(shownTime(message), context.now));
    rows.push({ kind: 'rule', words, role: 'muted', ruleRole: 'rule' });
  }
  if (standing.newLine) rows.push({ kind: 'rule', words: label('new messages'), role: 'newRule', ruleRole: 'newRule' });
  if (message.kind === 'system' || !standing.heads || shapeOf(context, message.chat).columns) return rows;
  const who: Role = message.direction === 'out' ? 'own' : 'peer';
  const heading = spans([
    { text: gap(1), role: 'text' },
    { text: truncate(nameOf(message), context.width - 12), role: who },
    { text: safe`  ${label(clockTime(shownTime(message), context.clock).trim())}`, role: 'time' },
  ]);
  return [...rows, heading];
}

/** The rows of the item at an index, of a long one only those that are asked for. */
export function rowsOf(
  context: RowContext,
  index: number,
  first = 0,
  count = Number.POSITIVE_INFINITY,
): readonly Row[] {
  const message = messageAt(context.log, index);
  if (message === undefined) return [];
  const standing = standingOf(context, message, messageAt(context.log, index - 1));
  const above = rowsAbove(context, message, standing);
  const body =
    message.kind === 'system'
      ? systemBody(context, message)
      : spokenBody(context, message, standing, shapeOf(context, message.chat));
  const rows = above.slice(first, first + count);
  const end = Math.min(body.count, first + count - above.length);
  for (let at = Math.max(0, first - above.length); at < end; at += 1) rows.push(body.row(at));
  return rows;
}
