import type { Contact } from '../../session/client.ts';
import { textOf } from '../edit/text-buffer.ts';
import { type AppState, mainOf, type Step, step, withMain } from './app-state.ts';
import { type Chat, contactOf, type MainScreen, openChatOf, withChat } from './chat-state.ts';
import type { Effect } from './effect.ts';
import { emptied } from './fields.ts';

/** Whoever stops typing for so long has it kept; a kill loses no more. */
const PAUSE_MS = 1000;

/** What is typed for a chat and not sent: what waits behind an edit or a look back, not those. */
function draftOf({ draft, composing, recall }: Chat): string {
  return textOf(composing.kind === 'edit' ? composing.before.draft : (recall?.draft ?? draft));
}

function isKept(main: MainScreen, chat: Chat): boolean {
  const contact = contactOf(main, chat.name);
  return contact === null || (contact.draft ?? '') === draftOf(chat);
}

/** When the open chat's draft is to be kept; null where it is. */
export function draftDueAt(state: AppState): number | null {
  const main = mainOf(state);
  const chat = main === null ? null : openChatOf(main);
  return main === null || chat === null || isKept(main, chat) ? null : state.inputAt + PAUSE_MS;
}

/** Has the vault keep what is typed: at once for chats that were left, after a pause for the open one; `all`: now. */
export function keepDrafts(state: AppState, all = false): Step {
  const main = mainOf(state);
  if (main === null) return step(state);
  const rests = (draftDueAt(state) ?? 0) <= state.now;
  const unkept = [...main.chats.values()].filter(
    (chat) => (all || rests || chat.name !== main.openName) && !isKept(main, chat),
  );
  if (unkept.length === 0) return step(state);
  const drafts = new Map(unkept.map((chat) => [chat.name, draftOf(chat)]));
  const contacts = main.contacts.map((contact) => withDraft(contact, drafts.get(contact.name)));
  const effects = [...drafts].map(([name, text]): Effect => ({ type: 'keep-draft', name, text }));
  return step(withMain(state, { ...main, contacts }), ...effects);
}

function withDraft(contact: Contact, draft: string | undefined): Contact {
  if (draft === undefined) return contact;
  const { draft: _before, ...others } = contact;
  return draft === '' ? others : { ...others, draft };
}

/** For chats that were there before anybody knew what is kept for them. */
export function withKeptDrafts(main: MainScreen, contacts: readonly Contact[]): MainScreen {
  const kept = new Map(contacts.map(({ name, draft }) => [name, draft ?? '']));
  return [...main.chats.values()]
    .filter((chat) => draftOf(chat) === '')
    .reduce((so, chat) => withChat(so, { ...chat, draft: emptied(chat.draft, kept.get(chat.name) ?? '') }), main);
}
