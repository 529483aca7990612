import type { ConnectionState, Contact, MessageStatus } from '../../session/client.ts';
import type { TextBuffer } from '../edit/text-buffer.ts';
import type { Cycling } from './completions.ts';
import { type Composing, NEW_MESSAGE } from './composing.ts';
import { draftField, lineField } from './fields.ts';
import { EMPTY_LOG, type MessageLog } from './message-log.ts';
import type { Previews } from './previews.ts';
import type { Transfer } from './transfers.ts';

/** The row at the top of the message list, held by the message's id so that nothing arriving can move it. */
export interface ScrollAnchor {
  readonly id: string;
  readonly row: number;
}

/** Where the loading stands: nothing asked yet, the first page asked, an older one asked, more to ask, all there. */
export type Loading = 'unloaded' | 'first' | 'older' | 'more' | 'complete';

/** A file of this machine that Enter sends, with what stands in the composer as its caption. */
export interface ChosenFile {
  readonly kind: 'image' | 'file';
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
}

/** A path that was just pasted: the composer before and after, while it is looked whether a file is there. */
export interface PastedPath {
  readonly text: string;
  readonly before: TextBuffer;
  readonly after: TextBuffer;
}

/**
 * One opened chat.
 *
 * For what paints messages: a message's file and reactions are in the message itself (`attachment`, `reactions`), kept
 * up to date by the events; how far its file has come is in `transfers`, by message id. A message on its way to the
 * vault (`isLocalId`) has an attachment with name and size alone: nothing can be asked about it yet.
 */
export interface Chat {
  readonly name: string;
  readonly log: MessageLog;
  readonly loading: Loading;
  /** Null: at the bottom, following what arrives. */
  readonly anchor: ScrollAnchor | null;
  /** The first message below the "new messages" line. */
  readonly newSince: string | null;
  /** How many were unread when it was opened, until the first page tells where the line goes. */
  readonly unreadOnOpen: number;
  /** What arrived below while scrolled up. */
  readonly newBelow: number;
  /** A message that search wants shown: pages are loaded until it is there. */
  readonly seek: string | null;
  /** The message that search jumped to, until something else is done. */
  readonly highlighted: string | null;
  /** What was looked for in this chat last, and where it is: message ids, newest first. */
  readonly found: { readonly words: string; readonly ids: readonly string[] } | null;
  /** The id of the message that the selection stands on: then keys go to messages, and it is highlighted. */
  readonly selection: string | null;
  /** Files on their way, by message id; what has arrived or failed is in the message alone. */
  readonly transfers: ReadonlyMap<string, Transfer>;
  /** Something is missing in the sender's order: what comes next may take its place above, so the page is asked anew. */
  readonly hasGap: boolean;
  readonly draft: TextBuffer;
  /** What Enter does with the draft. */
  readonly composing: Composing;
  /** Where one came from to the message that another answers, to go back there. */
  readonly cameFrom: string | null;
  readonly chosen: ChosenFile | null;
  readonly pastedPath: PastedPath | null;
  readonly inputHistory: readonly string[];
  /** While walking the input history: the place in it, and the draft to come back to. */
  readonly recall: { readonly index: number; readonly draft: TextBuffer } | null;
  /** Messages that the vault has not taken yet. */
  readonly sending: number;
  /** States told before `send` returned the id that they are about. */
  readonly earlyStatus: ReadonlyMap<string, { readonly status: MessageStatus; readonly reason: string | null }>;
}

/** `draft`: what is kept of what was typed for it before. */
export function newChat(name: string, draft = ''): Chat {
  return {
    name,
    log: EMPTY_LOG,
    loading: 'unloaded',
    anchor: null,
    newSince: null,
    unreadOnOpen: 0,
    newBelow: 0,
    seek: null,
    highlighted: null,
    found: null,
    selection: null,
    transfers: new Map(),
    hasGap: false,
    draft: draftField(draft),
    composing: NEW_MESSAGE,
    cameFrom: null,
    chosen: null,
    pastedPath: null,
    inputHistory: [],
    recall: null,
    sending: 0,
    earlyStatus: new Map(),
  };
}

export interface Connection {
  readonly state: ConnectionState;
  readonly reason: string | null;
}

/** What keys go to while no dialog is open. */
export type MainFocus = 'contacts' | 'composer';

/** An unlocked account. */
export interface MainScreen {
  readonly kind: 'main';
  readonly account: string;
  readonly relay: string;
  readonly connection: Connection;
  /** Newest first. */
  readonly contacts: readonly Contact[];
  /** `stale`: something changed while they were being asked for, ask again. */
  readonly contactsSync: 'idle' | 'wanted' | 'loading' | 'stale';
  readonly contactsLoaded: boolean;
  readonly chats: ReadonlyMap<string, Chat>;
  readonly previews: Previews;
  readonly openName: string | null;
  readonly focus: MainFocus;
  /** The contact the list's cursor is on; its filter. */
  readonly cursorName: string | null;
  readonly filter: TextBuffer;
  /** The composer's text while no chat is open: commands only. */
  readonly commandLine: TextBuffer;
  /** Tab on its way through the completions of what is typed. */
  readonly cycling: Cycling | null;
  /** Makes local ids of messages that the vault has not taken yet. */
  readonly nextLocalId: number;
}

export function newMainScreen(account: string, relay: string): MainScreen {
  return {
    kind: 'main',
    account,
    relay,
    connection: { state: 'connecting', reason: null },
    contacts: [],
    contactsSync: 'wanted',
    contactsLoaded: false,
    chats: new Map(),
    previews: new Map(),
    openName: null,
    focus: 'composer',
    cursorName: null,
    filter: lineField(),
    commandLine: draftField(),
    cycling: null,
    nextLocalId: 1,
  };
}

const LOCAL_PREFIX = 'local-';

/** The id of something that only this interface knows: a message on its way to the vault, or a line of its own. */
export function localId(number: number): string {
  return `${LOCAL_PREFIX}${number}`;
}

export function isLocalId(id: string): boolean {
  return id.startsWith(LOCAL_PREFIX);
}

export function chatOf(main: MainScreen, name: string): Chat {
  return main.chats.get(name) ?? newChat(name, contactOf(main, name)?.draft);
}

export function openChatOf(main: MainScreen): Chat | null {
  return main.openName === null ? null : chatOf(main, main.openName);
}

export function withChat(main: MainScreen, chat: Chat): MainScreen {
  return { ...main, chats: new Map(main.chats).set(chat.name, chat) };
}

export function contactOf(main: MainScreen, name: string): Contact | null {
  return main.contacts.find((contact) => contact.name === name) ?? null;
}

/** The contacts are to be asked for again; several wishes make one question. */
export function wantContacts(main: MainScreen): MainScreen {
  const isAsking = main.contactsSync === 'loading' || main.contactsSync === 'stale';
  return { ...main, contactsSync: isAsking ? 'stale' : 'wanted' };
}
