import type { Contact } from '../../session/client.ts';
import { layoutLine } from '../edit/composer-layout.ts';
import { textOf } from '../edit/text-buffer.ts';
import { wayTo } from '../input/ways.ts';
import type { Clock } from '../settings/settings.ts';
import type { AppState } from '../state/app-state.ts';
import type { MainScreen } from '../state/chat-state.ts';
import { cursorIndex, shownContacts, totalUnread } from '../state/selectors.ts';
import { label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Role, Theme } from '../term/theme.ts';
import { truncate } from '../term/width.ts';
import { layered } from './layered.ts';
import { TITLE_ROWS } from './layout.ts';
import { paintSpans, paintSpansRight, type Span } from './spans.ts';
import { shortWhen } from './time-words.ts';

const UNREAD_SHOWN_MAX = 999;
const ROWS_WITH_PREVIEW = 2;

/** What stands behind a name: verified, key changed, or nothing. */
function badge(contact: Contact): Span | null {
  if (contact.identity_changed === true) return { text: label(' !'), role: 'error' };
  return contact.verified ? { text: label(' ✓'), role: 'verified' } : null;
}

/** Only a picture or file comes without words. */
function lastWords({ last_text }: Contact): SafeText {
  return last_text === '' ? label('a picture or file') : sanitizeLine(last_text ?? '');
}

function preview(contact: Contact, isOpen: boolean): Span {
  if (!isOpen && contact.draft !== undefined && contact.identity_changed !== true) {
    return { text: safe`✎ ${sanitizeLine(contact.draft)}`, role: 'placeholder' };
  }
  switch (contact.state) {
    case 'incoming':
      return { text: label('wants to write to you'), role: 'request' };
    case 'requested':
      return { text: label('has not accepted yet'), role: 'muted' };
    case 'blocked':
      return { text: label('blocked'), role: 'muted' };
    case 'accepted':
      return contact.identity_changed === true
        ? { text: label('key has changed'), role: 'error' }
        : { text: lastWords(contact), role: 'muted' };
    default: {
      const never: never = contact.state;
      return never;
    }
  }
}

/** One character for lists of one row a contact. */
function stateMark(contact: Contact): Span | null {
  if (contact.state === 'incoming') return { text: label('?'), role: 'request' };
  if (contact.state === 'requested') return { text: label('…'), role: 'muted' };
  return contact.state === 'blocked' ? { text: label('×'), role: 'muted' } : null;
}

function unreadBadge(contact: Contact): Span | null {
  if (contact.unread === 0 || contact.state === 'blocked') return null;
  const shown = contact.unread > UNREAD_SHOWN_MAX ? label('999+') : safe`${contact.unread}`;
  return { text: safe` ${shown} `, role: 'unread' };
}

function when(contact: Contact, now: number, clock: Clock): SafeText {
  const at = contact.last_at === undefined ? Number.NaN : Date.parse(contact.last_at);
  return label(Number.isNaN(at) ? '' : shortWhen(at, now, clock));
}

interface RowLook {
  readonly theme: Theme;
  readonly isOpen: boolean;
  readonly now: number;
  readonly clock: Clock;
}

function paintContact(row: Surface, contact: Contact, { theme, isOpen, now, clock }: RowLook): void {
  const end = row.cols - 1;
  const unread = unreadBadge(contact);
  if (isOpen) row.vline(0, 0, row.rows, theme.accent, label('▌'));
  const right: Span[] = [];
  if (row.rows === 1) {
    const mark = stateMark(contact);
    if (mark !== null) right.push(mark, { text: label(' '), role: 'text' });
    if (unread !== null) right.push(unread, { text: label(' '), role: 'text' });
  }
  right.push({ text: when(contact, now, clock), role: 'time' });
  const nameEnd = paintSpansRight(row, 0, end, right, theme);
  const mark = badge(contact);
  const name = truncate(sanitizeLine(contact.name), nameEnd - 2 - 1 - (mark === null ? 0 : 2));
  const role: Role = contact.state === 'blocked' ? 'muted' : 'title';
  paintSpans(row, 0, 2, [{ text: name, role }, ...(mark === null ? [] : [mark])], theme);
  if (row.rows === 1) return;
  const previewEnd = unread === null ? end : paintSpansRight(row, 1, end, [unread], theme) - 1;
  const { text, role: previewRole } = preview(contact, isOpen);
  row.text(1, 2, truncate(text, previewEnd - 2), theme[previewRole]);
}

/** The first of so many items to show, so that the one at `at` is in sight. */
export function firstShown(at: number, room: number, count: number): number {
  return Math.max(0, Math.min(at - Math.floor(room / 2), count - room));
}

function paintHeading(surface: Surface, main: MainScreen, theme: Theme, ownsKeys: boolean): void {
  const filters = main.focus === 'contacts';
  const unread = totalUnread(main);
  const end =
    unread === 0
      ? surface.cols - 1
      : paintSpansRight(surface, 0, surface.cols - 1, [{ text: safe` ${unread} `, role: 'unread' }], theme);
  if (!filters) {
    surface.text(0, 2, label('Chats'), theme.title);
    return;
  }
  const field = layoutLine(main.filter, Math.max(2, end - 5));
  surface.text(0, 2, label('›'), theme.accent);
  if (textOf(main.filter) === '') surface.text(0, 4, truncate(label('type to filter'), end - 5), theme.placeholder);
  else surface.text(0, 4, field.rows[0] ?? label(''), theme.text);
  if (ownsKeys) surface.cursor(0, 4 + field.cursor.col);
}

/** The contacts, newest first: two rows each while all of them fit so, else one. */
export function paintContactList(surface: Surface, state: AppState, main: MainScreen, theme: Theme): void {
  paintHeading(surface, main, theme, state.dialogs.length === 0);
  const list = surface.region(TITLE_ROWS, 0, surface.rows - TITLE_ROWS, surface.cols);
  const contacts = shownContacts(main);
  if (contacts.length === 0) {
    const words = !main.contactsLoaded
      ? 'loading…'
      : main.contacts.length === 0
        ? `nobody yet: ${wayTo(state.keymap, 'contact-add')} adds`
        : 'no such name';
    list.text(0, 2, truncate(label(words), list.cols - 3), theme.muted);
    return;
  }
  const height = contacts.length * ROWS_WITH_PREVIEW <= list.rows ? ROWS_WITH_PREVIEW : 1;
  const room = Math.floor(list.rows / height);
  const cursor = cursorIndex(main);
  const openAt = contacts.findIndex((contact) => contact.name === main.openName);
  const marked = main.focus === 'contacts' ? cursor : openAt;
  const first = firstShown(Math.max(0, marked), room, contacts.length);
  for (const [offset, contact] of contacts.slice(first, first + room).entries()) {
    const row = list.region(offset * height, 0, height, list.cols);
    const isMarked = first + offset === marked;
    row.target({ kind: 'contact', name: contact.name });
    if (isMarked) row.fill(theme.selected);
    paintContact(row, contact, {
      theme: isMarked ? layered(theme, 'selected') : theme,
      isOpen: contact.name === main.openName,
      now: state.now,
      clock: state.settings.clock,
    });
  }
}
