import type { AccountListing, Contact, Message, SendResult, Verification } from '../../session/client.ts';
import type { SmchatEvent } from '../../session/events.ts';
import type { FailureCode } from '../../smchat-error.ts';
import type { KeyEvent } from '../input/events.ts';
import type { Connection } from './chat-state.ts';
import type { Effect } from './effect.ts';

/** What went wrong, as data: a SmchatError's code, sentence and hint. */
export interface Failure {
  readonly code: FailureCode;
  readonly sentence: string;
  readonly hint: string;
}

type HistoryEffect = Extract<Effect, { type: 'load-history' }>;
type SendEffect = Extract<Effect, { type: 'send' }>;
type ContactEffect = Extract<Effect, { type: 'contact' }>;

/** Everything that changes the state: keys, the terminal, the client's events, and what effects answer. */
export type Action =
  | { readonly type: 'key'; readonly key: KeyEvent }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'focus'; readonly focused: boolean }
  | { readonly type: 'resize'; readonly rows: number; readonly cols: number }
  | { readonly type: 'wheel'; readonly rows: number }
  | { readonly type: 'tick' }
  | { readonly type: 'events'; readonly events: readonly SmchatEvent[] }
  | { readonly type: 'accounts'; readonly accounts: readonly AccountListing[] }
  | { readonly type: 'opened'; readonly account: string; readonly relay: string; readonly connection: Connection }
  | { readonly type: 'contacts'; readonly contacts: readonly Contact[] }
  | { readonly type: 'history'; readonly effect: HistoryEffect; readonly messages: readonly Message[] }
  | { readonly type: 'sent'; readonly effect: SendEffect; readonly result: SendResult }
  | { readonly type: 'contact-done'; readonly effect: ContactEffect }
  | { readonly type: 'found'; readonly words: string; readonly messages: readonly Message[] }
  | { readonly type: 'verification'; readonly verification: Verification }
  | { readonly type: 'trusted'; readonly name: string }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly effect: Effect; readonly failure: Failure };
