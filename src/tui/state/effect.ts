import type { ContactAction } from '../../session/client.ts';
import type { Password } from '../../session/password.ts';
import type { ChosenFile } from './chat-state.ts';
import type { Wanted } from './dialog-state.ts';
import type { PreviewWish } from './previews.ts';

/** Which part of a chat's history is asked for. `refresh`: the newest page anew, for what took a place above. */
export type HistoryPurpose = 'first' | 'older' | 'refresh';

/** Who asked about a path: a command, the file dialog, or a paste, for which no file there is no failure. */
export type PathPurpose = 'command' | 'dialog' | 'paste';

/** What the reducer wants done outside; effect-runner.ts does it and answers with an action. */
export type Effect =
  | { readonly type: 'list-accounts' }
  | { readonly type: 'unlock'; readonly account: string; readonly password: Password; readonly relayUrl: string | null }
  | {
      readonly type: 'register';
      readonly name: string;
      readonly password: Password;
      readonly relayUrl: string;
      /** Null until a relay has asked for one. */
      readonly invitation: string | null;
    }
  | { readonly type: 'load-contacts' }
  | {
      readonly type: 'load-history';
      readonly name: string;
      readonly purpose: HistoryPurpose;
      readonly limit: number;
      readonly before: string | null;
    }
  | {
      readonly type: 'send';
      readonly name: string;
      readonly text: string;
      readonly localId: string;
      readonly file: ChosenFile | null;
      /** The id of the message that it answers. */
      readonly replyTo: string | null;
    }
  | { readonly type: 'edit'; readonly id: string; readonly chat: string; readonly text: string }
  /** An empty emoji takes the own one back. */
  | { readonly type: 'react'; readonly id: string; readonly emoji: string }
  /** Seconds after being read; 0: never. */
  | { readonly type: 'disappear'; readonly name: string; readonly seconds: number }
  | { readonly type: 'load-emoji' }
  | { readonly type: 'mark-read'; readonly name: string }
  | { readonly type: 'keep-draft'; readonly name: string; readonly text: string }
  | { readonly type: 'contact'; readonly action: ContactAction; readonly name: string }
  /** By a link, or by a name with its relay. */
  | { readonly type: 'add-address'; readonly address: string }
  | { readonly type: 'own-link' }
  | { readonly type: 'search'; readonly words: string }
  /** In one chat, for its selection. */
  | { readonly type: 'find'; readonly name: string; readonly words: string }
  | { readonly type: 'verify'; readonly name: string }
  | { readonly type: 'confirm-number'; readonly name: string; readonly number: string }
  | { readonly type: 'trust'; readonly name: string; readonly number: string }
  | { readonly type: 'delete'; readonly id: string; readonly chat: string; readonly forAll: boolean }
  | { readonly type: 'delete-history'; readonly name: string }
  | { readonly type: 'save'; readonly id: string }
  | { readonly type: 'cancel-transfer'; readonly id: string }
  /** What another program has copied; for the chat that was open then. */
  | { readonly type: 'read-clipboard'; readonly chat: string | null }
  | { readonly type: 'forget-picture'; readonly path: string }
  /** Saved first, then opened. */
  | { readonly type: 'open-file'; readonly id: string }
  /** By the system's programs. */
  | { readonly type: 'open-link'; readonly url: string }
  | { readonly type: 'open-path'; readonly path: string }
  | { readonly type: 'save-all'; readonly name: string }
  | { readonly type: 'change-password'; readonly current: Password; readonly next: Password }
  | { readonly type: 'delete-account'; readonly password: Password }
  | { readonly type: 'list-folder'; readonly path: string }
  | {
      readonly type: 'look-at-path';
      readonly path: string;
      readonly purpose: PathPurpose;
      readonly chat: string;
      readonly wanted: Wanted;
    }
  /** The previews in sight that are not there yet; earlier wishes are let go. */
  | { readonly type: 'load-previews'; readonly wishes: readonly PreviewWish[] }
  | { readonly type: 'view-picture'; readonly id: string; readonly cols: number; readonly rows: number }
  /** In the person's own editor; `chat` is where it comes back to, null: the line for commands. */
  | { readonly type: 'write-outside'; readonly chat: string | null; readonly text: string }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'close-client' }
  | { readonly type: 'notify'; readonly name: string; readonly text: string | null }
  | { readonly type: 'mouse'; readonly enabled: boolean }
  | { readonly type: 'redraw' }
  | { readonly type: 'suspend' };
