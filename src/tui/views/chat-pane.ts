import { durationText } from '../../duration.ts';
import { textOf } from '../edit/text-buffer.ts';
import type { Keymap } from '../input/commands.ts';
import { wayTo } from '../input/ways.ts';
import type { AppState } from '../state/app-state.ts';
import { contactOf, type MainScreen, openChatOf } from '../state/chat-state.ts';
import { chosenWords } from '../state/chosen-file.ts';
import { replyTarget } from '../state/composing.ts';
import { MESSAGE_MAX_BYTES } from '../state/fields.ts';
import { label, type SafeText, safe, sanitizeLine } from '../term/sanitize.ts';
import type { Surface } from '../term/surface.ts';
import type { Theme } from '../term/theme.ts';
import { textWidth, truncate } from '../term/width.ts';
import { paintCompletions } from './completion-popup.ts';
import { composerLayout, composerText, mainLayout, type Region } from './layout.ts';
import { paintEmpty, paintMessages } from './message-list.ts';
import { quoteWords } from './quote.ts';
import { paintSpans, paintSpansRight, type Span, spansWidth } from './spans.ts';

const SIZE_SHOWN_FROM_BYTES = 12 * 1024;

function within(root: Surface, { row, col, rows, cols }: Region): Surface {
  return root.region(row, col, rows, cols);
}

/** Who this is, and how sure that is. */
function titleSpans(main: MainScreen): { readonly name: SafeText; readonly badges: readonly Span[] } {
  if (main.openName === null) return { name: label('smchat'), badges: [] };
  const contact = contactOf(main, main.openName);
  const name = sanitizeLine(main.openName);
  if (contact === null) return { name, badges: [] };
  if (contact.identity_changed === true) return { name, badges: [{ text: label('! key changed'), role: 'error' }] };
  if (contact.state === 'blocked') return { name, badges: [{ text: label('blocked'), role: 'warning' }] };
  if (contact.state === 'incoming') return { name, badges: [{ text: label('asks to write to you'), role: 'request' }] };
  const sure: Span = contact.verified
    ? { text: label('✓ verified'), role: 'verified' }
    : { text: label('not verified'), role: 'muted' };
  const asked: readonly Span[] = contact.state === 'requested' ? [{ text: label('  asked'), role: 'request' }] : [];
  const seconds = contact.disappear_s ?? 0;
  const timer: readonly Span[] =
    seconds === 0 ? [] : [{ text: label(`  disappearing: ${durationText(seconds)}`), role: 'warning' }];
  return { name, badges: [sure, ...asked, ...timer] };
}

function paintTitle(surface: Surface, main: MainScreen, theme: Theme): void {
  const { name, badges } = titleSpans(main);
  const room = surface.cols - 4 - spansWidth(badges) - 2;
  const end = surface.text(0, 1, truncate(name, Math.max(8, room)), theme.title);
  paintSpans(surface, 0, end + 2, badges, theme);
}

/** What the rule above the composer says at its left: what goes along, or why what is typed may not arrive. */
function composerNote(main: MainScreen, keymap: Keymap): Span | null {
  const open = openChatOf(main);
  if (open !== null && open.composing.kind === 'edit')
    return { text: safe` editing · ${label(wayTo(keymap, 'back'))} leaves it as it was `, role: 'accent' };
  const answered = open === null ? null : replyTarget(open);
  if (open !== null && answered !== null)
    return { text: safe` answering ${quoteWords(open.log, answered) ?? label('an earlier message')} `, role: 'accent' };
  const chosen = chosenWords(open);
  if (chosen !== null) return { text: safe` ${sanitizeLine(chosen)} `, role: 'accent' };
  const contact = main.openName === null ? null : contactOf(main, main.openName);
  if (contact?.state === 'requested')
    return { text: safe` ${sanitizeLine(contact.name)} has not accepted yet `, role: 'request' };
  if (contact?.state === 'incoming')
    return { text: safe` ${label(wayTo(keymap, 'request'))} answers the request `, role: 'request' };
  return null;
}

/** At its right: that one reads further up, and how full a long message is. */
function composerState(main: MainScreen): Span | null {
  const chat = openChatOf(main);
  const { bytes } = composerText(main);
  if (bytes > SIZE_SHOWN_FROM_BYTES) {
    const role = bytes > MESSAGE_MAX_BYTES ? 'error' : 'warning';
    return { text: label(` ${(bytes / 1024).toFixed(1)} of 16 KiB `), role };
  }
  if (chat === null || chat.anchor === null) return null;
  return chat.newBelow === 0
    ? { text: label('[scrolled]'), role: 'accent' }
    : { text: safe`[scrolled, ${chat.newBelow} new]`, role: 'unread' };
}

function placeholder(main: MainScreen, keymap: Keymap): SafeText {
  const chat = openChatOf(main);
  if (main.openName === null) return label('/add NAME begins a chat · /help');
  if (chat !== null && chat.selection !== null) return label(`${wayTo(keymap, 'selection-end')} goes back to writing`);
  if (chat !== null && chat.chosen !== null)
    return label(`caption, if any · ${wayTo(keymap, 'send')} sends · ${wayTo(keymap, 'back')} takes it back`);
  const contact = contactOf(main, main.openName);
  if (contact?.state === 'incoming') return label('answer the request first · / for commands');
  if (contact?.state === 'blocked') return label('/unblock to write again');
  return safe`Write to ${sanitizeLine(main.openName)} · / for commands`;
}

function paintComposer(surface: Surface, state: AppState, main: MainScreen, theme: Theme): void {
  const layout = composerLayout(main, surface.cols, state.rows);
  const isSelecting = (openChatOf(main)?.selection ?? null) !== null;
  const isFocused = main.focus === 'composer' && state.dialogs.length === 0 && !isSelecting;
  surface.target({ kind: 'composer' });
  surface.text(0, 1, label('›'), isFocused ? theme.accent : theme.muted);
  if (textOf(composerText(main)) === '') {
    surface.text(0, 3, truncate(placeholder(main, state.keymap), surface.cols - 4), theme.placeholder);
  }
  for (const [at, row] of layout.rows.entries()) surface.text(at, 3, row, theme.text);
  if (isFocused) surface.cursor(layout.cursor.row, 3 + layout.cursor.col);
}

/** Title, messages and composer. */
export function paintChatPane(root: Surface, state: AppState, main: MainScreen, theme: Theme): void {
  const layout = mainLayout(state, main);
  if (layout.chat === null) return;
  const chat = openChatOf(main);
  paintTitle(within(root, { ...layout.chat, rows: 1 }), main, theme);
  if (layout.warning !== null && main.openName !== null) {
    const bar = within(root, layout.warning);
    bar.fill(theme.searchHit);
    const words = safe` ! ${sanitizeLine(main.openName)}’s key has changed · ${label(wayTo(state.keymap, 'verify'))} compares`;
    bar.text(0, 0, truncate(words, bar.cols), theme.searchHit);
  }
  const messages = within(root, layout.messages);
  if (chat === null) {
    const words =
      main.contacts.length === 0
        ? ['No contacts yet.', 'Type /add NAME and Enter: they are asked, and you can write.']
        : [
            `${wayTo(state.keymap, 'contacts')} goes to the chats, ${wayTo(state.keymap, 'switcher')} jumps to one.`,
            `${wayTo(state.keymap, 'help')} shows all keys.`,
          ];
    if (main.contactsLoaded) paintEmpty(messages, words, theme);
  } else paintMessages(messages, state, main, chat, theme);
  paintCompletions(messages, state, main, theme);
  const rule = within(root, { ...layout.composer, row: layout.composer.row - 1, rows: 1 });
  rule.hline(0, 0, rule.cols, theme.border);
  const note = composerNote(main, state.keymap);
  if (note !== null) rule.text(0, 2, truncate(note.text, rule.cols - 4), theme[note.role]);
  const right = composerState(main);
  if (right !== null && rule.cols > textWidth(right.text) + 4) paintSpansRight(rule, 0, rule.cols - 2, [right], theme);
  paintComposer(within(root, layout.composer), state, main, theme);
}
