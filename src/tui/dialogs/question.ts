import { wayTo } from '../input/ways.ts';
import { offerAnswers } from '../state/attaching.ts';
import type { ConfirmDialog, OfferDialog, PasteDialog, Question, RequestDialog } from '../state/dialog-state.ts';
import { label, type SafeText, safe, sanitizeLine, sanitizeText } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Style, Theme } from '../term/theme.ts';
import { truncate, wrap } from '../term/width.ts';
import { sizeWords } from '../views/size-words.ts';
import { type DialogRoot, paintButtons, paintFrame } from './frame.ts';

const COLS = 54;
const PASTE_SHOWN_LINES = 6;

interface Asked {
  readonly title: SafeText;
  readonly words: readonly SafeText[];
  readonly buttons: readonly [yes: string, no: string];
}

function asked(question: Question): Asked {
  switch (question.kind) {
    case 'quit':
      return { title: label('Quit?'), words: question.unsent.map(sanitizeLine), buttons: ['Quit', 'Stay'] };
    case 'remove':
      return {
        title: safe`Remove ${sanitizeLine(question.name)}?`,
        words: [label('The contact and all messages of this chat are deleted here. That cannot be undone.')],
        buttons: ['Remove', 'Keep'],
      };
    case 'block':
      return {
        title: safe`Block ${sanitizeLine(question.name)}?`,
        words: [label('Nothing from them gets through any more, and they are not told. /unblock undoes it.')],
        buttons: ['Block', 'Cancel'],
      };
    case 'delete':
      return question.forAll ? deletingForAll(question.chat, question.what) : deletingHere(question.what);
    case 'save':
      return {
        title: label('Save this file?'),
        words: [
          safe`${sanitizeLine(question.file)} · ${sizeOf(question.bytes)}`,
          label('It is written into smchat in your pictures folder, readable, as any other file there.'),
        ],
        buttons: ['Save', 'Cancel'],
      };
    case 'open-file':
      return {
        title: label('Save this file and open it?'),
        words: [
          safe`${sanitizeLine(question.file)} · ${sizeOf(question.bytes)}`,
          label(
            'It is written into smchat in your pictures folder, readable, and given to the system’s program for it.',
          ),
          label('That program trusts it more than smchat does: open only what you expected.'),
        ],
        buttons: ['Save and open', 'Cancel'],
      };
    case 'delete-history':
      return {
        title: safe`Erase the chat with ${sanitizeLine(question.name)}?`,
        words: [
          label('All its messages and files are erased here. That cannot be undone.'),
          safe`${sanitizeLine(question.name)} keeps theirs and stays a contact. What you saved stays saved.`,
        ],
        buttons: ['Erase', 'Keep'],
      };
    case 'send-secret':
      return {
        title: safe`Send this to ${sanitizeLine(question.chat)}?`,
        words: [
          safe`It looks like ${label(question.secret)}. Whoever has that can pose as you or read what is yours.`,
          label('What was sent cannot be taken back.'),
        ],
        buttons: ['Send', 'Do not send'],
      };
    default: {
      const never: never = question;
      return never;
    }
  }
}

function sizeOf(bytes: number): SafeText {
  return label(sizeWords(bytes));
}

function quoted(what: string): SafeText {
  return what === '' ? label('(no text)') : safe`“${truncate(sanitizeLine(what), COLS - 2)}”`;
}

function deletingHere(what: string): Asked {
  return {
    title: label('Delete this message here?'),
    words: [quoted(what), label('It is erased on this device alone. That cannot be undone.')],
    buttons: ['Delete', 'Keep'],
  };
}

function deletingForAll(chat: string, what: string): Asked {
  return {
    title: label('Delete this message for all?'),
    words: [
      quoted(what),
      safe`It is erased here and at ${sanitizeLine(chat)}’s. Who has read or saved it still knows it.`,
    ],
    buttons: ['Delete for all', 'Keep'],
  };
}

function wrapped(words: readonly SafeText[], cols: number): readonly SafeText[] {
  return words.flatMap((line) => wrap(line, cols));
}

function paintLines(surface: Surface, lines: readonly SafeText[], style: Style): void {
  for (const [at, line] of lines.entries()) surface.text(at, 0, line, style);
}

/** Asked before something is done that cannot be taken back. */
export function paintConfirm(root: DialogRoot, dialog: ConfirmDialog, theme: Theme): void {
  const { title, words, buttons } = asked(dialog.question);
  const cols = Math.min(COLS, root.cols - 6);
  const lines = wrapped(words, cols).slice(0, Math.max(1, root.rows - 8));
  const { inside, on } = paintFrame(root, theme, {
    title,
    rows: lines.length + 2,
    cols,
    contexts: ['confirm-dialog', 'dialog'],
  });
  paintLines(inside, lines, on.text);
  paintButtons(inside, inside.rows - 1, buttons, dialog.selected, on);
}

/** Somebody asks to be a contact. */
export function paintRequest(root: DialogRoot, dialog: RequestDialog, theme: Theme): void {
  const name = sanitizeLine(dialog.name);
  const cols = Math.min(COLS, root.cols - 6);
  const lines = wrapped(
    [
      safe`${name} wants to write to you.`,
      label('What they wrote is shown once you accept. Until then they are told nothing, not even that you are here.'),
      safe`A name proves nothing: compare safety numbers (${label(wayTo(root.keymap, 'verify'))}) after accepting.`,
    ],
    cols,
  );
  const { inside, on } = paintFrame(root, theme, {
    title: label('Contact request'),
    rows: lines.length + 2,
    cols,
    contexts: ['request-dialog'],
  });
  paintLines(inside, lines, on.text);
  paintButtons(inside, inside.rows - 1, ['Accept', 'Block', 'Later'], dialog.selected, on);
}

const OFFER_BUTTONS = { image: 'Picture', file: 'File', text: 'Text' } as const;

/** A pasted path at which a file lies. */
export function paintOffer(root: DialogRoot, dialog: OfferDialog, theme: Theme): void {
  const { name, bytes, isPicture } = dialog.file;
  const cols = Math.min(COLS, root.cols - 6);
  const kinds = isPicture
    ? label('As a picture it is shown in the chat, and what it says about place and camera is removed.')
    : label('As a file it goes as it is, with all that is in it.');
  const lines = wrapped([safe`${sanitizeLine(name)} · ${sizeOf(bytes)}`, kinds], cols);
  const { inside, on } = paintFrame(root, theme, {
    title: safe`Send this to ${sanitizeLine(dialog.chat)}?`,
    rows: lines.length + 2,
    cols,
    contexts: ['offer-dialog', 'dialog'],
  });
  paintLines(inside, lines, on.text);
  const buttons = offerAnswers(dialog).map((answer) => OFFER_BUTTONS[answer]);
  paintButtons(inside, inside.rows - 1, buttons, dialog.selected, on);
}

/** A paste of many lines: what it is, before it goes anywhere. */
export function paintPaste(root: DialogRoot, dialog: PasteDialog, theme: Theme): void {
  const lines = dialog.text.trimEnd().split(/\r\n?|\n/);
  const kib = (Buffer.byteLength(dialog.text) / 1024).toFixed(1);
  const shown = lines.slice(0, PASTE_SHOWN_LINES);
  const { inside, on } = paintFrame(root, theme, {
    title: safe`Paste of ${lines.length} lines`,
    note: sanitizeLine(`${kib} KiB`),
    rows: shown.length + 1,
    cols: 64,
    contexts: ['paste-dialog', 'dialog'],
  });
  for (const [at, line] of shown.entries()) {
    inside.text(at, 0, label('│'), on.muted);
    inside.text(at, 2, truncate(sanitizeText(line), inside.cols - 2), on.text);
  }
  const rest = lines.length - shown.length;
  if (rest > 0) inside.text(shown.length, 2, safe`and ${rest} more`, on.muted);
}
