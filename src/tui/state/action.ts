import type {
  AccountListing,
  ChangeResult,
  Contact,
  Message,
  SavedFiles,
  SendResult,
  Verification,
} from '../../session/client.ts';
import type { SmchatEvent } from '../../session/events.ts';
import type { FailureCode } from '../../smchat-error.ts';
import type { ClipboardContents } from '../files/clipboard.ts';
import type { Folder, FoundPath } from '../files/local-files.ts';
import type { KeyEvent } from '../input/events.ts';
import type { Target } from '../input/target.ts';
import type { Connection } from './chat-state.ts';
import type { Effect } from './effect.ts';
import type { NamedEmoji } from './emoji-choice.ts';
import type { PictureRoom, PictureShown } from './picture-view.ts';
import type { Preview, PreviewWish } from './previews.ts';

/** What went wrong, as data: a SmchatError's code, sentence and hint. */
export interface Failure {
  readonly code: FailureCode;
  readonly sentence: string;
  readonly hint: string;
}

type HistoryEffect = Extract<Effect, { type: 'load-history' }>;
type SendEffect = Extract<Effect, { type: 'send' }>;
type ContactEffect = Extract<Effect, { type: 'contact' }>;
type DeleteEffect = Extract<Effect, { type: 'delete' }>;
type ChangeEffect = Extract<Effect, { type: 'edit' | 'react' | 'disappear' }>;
type FindEffect = Extract<Effect, { type: 'find' }>;
type OutsideEffect = Extract<Effect, { type: 'write-outside' }>;
type ClipboardEffect = Extract<Effect, { type: 'read-clipboard' }>;
type PathEffect = Extract<Effect, { type: 'look-at-path' }>;

/** Everything that changes the state: keys, the terminal, the client's events, and what effects answer. */
export type Action =
  | { readonly type: 'key'; readonly key: KeyEvent }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'focus'; readonly focused: boolean }
  | { readonly type: 'resize'; readonly rows: number; readonly cols: number }
  | { readonly type: 'wheel'; readonly rows: number }
  | { readonly type: 'click'; readonly target: Target }
  | { readonly type: 'tick' }
  | { readonly type: 'events'; readonly events: readonly SmchatEvent[] }
  | { readonly type: 'accounts'; readonly accounts: readonly AccountListing[] }
  | { readonly type: 'opened'; readonly account: string; readonly relay: string; readonly connection: Connection }
  | { readonly type: 'contacts'; readonly contacts: readonly Contact[] }
  | { readonly type: 'history'; readonly effect: HistoryEffect; readonly messages: readonly Message[] }
  | { readonly type: 'sent'; readonly effect: SendEffect; readonly result: SendResult }
  | { readonly type: 'contact-done'; readonly effect: ContactEffect }
  | { readonly type: 'address-added'; readonly name: string }
  | { readonly type: 'own-link'; readonly link: string }
  | { readonly type: 'found'; readonly words: string; readonly messages: readonly Message[] }
  | { readonly type: 'found-here'; readonly effect: FindEffect; readonly messages: readonly Message[] }
  | { readonly type: 'verification'; readonly verification: Verification }
  | { readonly type: 'trusted'; readonly name: string }
  | { readonly type: 'deleted'; readonly effect: DeleteEffect; readonly result: ChangeResult }
  | { readonly type: 'changed'; readonly effect: ChangeEffect; readonly result: ChangeResult }
  | { readonly type: 'emoji'; readonly emoji: readonly NamedEmoji[] }
  | { readonly type: 'history-erased'; readonly name: string; readonly deleted: number }
  | { readonly type: 'saved'; readonly path: string }
  | { readonly type: 'saved-to-open'; readonly path: string }
  | { readonly type: 'saved-all'; readonly name: string; readonly files: SavedFiles }
  | { readonly type: 'password-changed' }
  | { readonly type: 'account-deleted' }
  /** `asked` is the path as it was asked for. */
  | { readonly type: 'folder-listed'; readonly asked: string; readonly folder: Folder }
  | { readonly type: 'path-found'; readonly effect: PathEffect; readonly found: FoundPath }
  /** Somebody wants to see a message's picture over the whole screen. */
  | { readonly type: 'open-picture'; readonly id: string }
  | { readonly type: 'preview'; readonly wish: PreviewWish; readonly preview: Preview }
  /** What was asked for the full view, in the cells that it was asked in. */
  | { readonly type: 'picture'; readonly id: string; readonly room: PictureRoom; readonly shown: PictureShown }
  | { readonly type: 'written-outside'; readonly effect: OutsideEffect; readonly text: string | null }
  | { readonly type: 'clipboard'; readonly effect: ClipboardEffect; readonly contents: ClipboardContents }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly effect: Effect; readonly failure: Failure };

/** A failure in one line: what happened, and what to do. */
export function sentenceOf({ sentence, hint }: Failure): string {
  return hint === '' ? sentence : `${sentence} · ${hint}`;
}
