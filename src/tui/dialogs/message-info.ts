import type { Message } from '../../session/client.ts';
import { chatOf, isLocalId, type MainScreen } from '../state/chat-state.ts';
import type { InfoDialog } from '../state/dialog-state.ts';
import { indexOfMessage, messageAt } from '../state/message-log.ts';
import { label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Theme } from '../term/theme.ts';
import { padEnd, truncate } from '../term/width.ts';
import { nameOf, quoteWords } from '../views/quote.ts';
import { sizeWords } from '../views/size-words.ts';
import { type DialogRoot, paintFrame } from './frame.ts';

const COLS = 66;
const LABEL_COLS = 12;
const STATUS_WORDS: Readonly<Record<Message['status'], string>> = {
  queued: 'safe on this disk, not sent yet',
  sent: 'on the relay',
  delivered: 'on their device',
  read: 'read',
  failed: 'failed',
};

type Line = readonly [what: string, value: SafeText];

function time(what: string, value: string | undefined): readonly Line[] {
  const at = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(at) ? [] : [[what, label(new Date(at).toLocaleString('sv'))]];
}

function statusLine(message: Message): readonly Line[] {
  if (message.direction !== 'out') return [];
  const reason = message.reason === undefined ? label('') : safe`: ${sanitizeLine(message.reason)}`;
  return [['state', safe`${label(STATUS_WORDS[message.status])}${reason}`]];
}

function fileLines({ attachment }: Message): readonly Line[] {
  if (attachment === undefined) return [];
  const { name, mime, bytes, width, height, sha256 } = attachment;
  const size: readonly Line[] = width === undefined ? [] : [['size', label(`${width} × ${height ?? 0}`)]];
  const hash: readonly Line[] = sha256 === '' ? [] : [['SHA-256', sanitizeLine(sha256)]];
  return [
    ['file', sanitizeLine(name)],
    ['kind', safe`${sanitizeLine(mime)} · ${label(sizeWords(bytes))}`],
    ...size,
    ...hash,
  ];
}

/** What the mark beside such a message says. */
const UNPROVEN_LINE: Line = ['proof', label('? came before its sender proved their key')];

/** The facts of a message, each with its name. */
export function infoLines(main: MainScreen, message: Message): readonly Line[] {
  const { log } = chatOf(main, message.chat);
  const answers: readonly Line[] =
    message.reply_to === undefined
      ? []
      : [['answers', quoteWords(log, message.reply_to) ?? label('an earlier message')]];
  const reactions = (message.reactions ?? []).map(
    ({ from, emoji }): Line => ['reaction', safe`${sanitizeLine(emoji)} ${sanitizeLine(from)}`],
  );
  return [
    ['from', nameOf(message)],
    ...time('sent', message.sent_at),
    ...time('received', message.received_at),
    ...time('edited', message.edited_at),
    ...time('disappears', message.expires_at),
    ...statusLine(message),
    ...(message.unproven === true ? [UNPROVEN_LINE] : []),
    ...answers,
    ...reactions,
    ...fileLines(message),
    ...(isLocalId(message.id) ? [] : [['id', sanitizeLine(message.id)] as const]),
  ];
}

/** All that is known about one message; times are local. */
export function paintMessageInfo(root: DialogRoot, main: MainScreen, dialog: InfoDialog, theme: Theme): void {
  const { log } = chatOf(main, dialog.chat);
  const message = messageAt(log, indexOfMessage(log, dialog.id));
  const lines = message === undefined ? [] : infoLines(main, message);
  const { inside, on } = paintFrame(root, theme, {
    title: label('Message'),
    rows: Math.max(1, lines.length),
    cols: COLS,
    contexts: ['dialog'],
  });
  for (const [at, [what, value]] of lines.entries()) {
    inside.text(at, 0, padEnd(label(what), LABEL_COLS), on.muted);
    inside.text(at, LABEL_COLS, truncate(value, inside.cols - LABEL_COLS), on.text);
  }
}
