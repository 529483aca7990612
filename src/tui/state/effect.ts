import type { ContactAction } from '../../session/client.ts';
import type { Password } from '../../session/password.ts';

/** Which part of a chat's history is asked for. `refresh`: the newest page anew, for what took a place above. */
export type HistoryPurpose = 'first' | 'older' | 'refresh';

/** What the reducer wants done outside; run-effect.ts does it and answers with an action. */
export type Effect =
  | { readonly type: 'list-accounts' }
  | { readonly type: 'unlock'; readonly account: string; readonly password: Password; readonly relayUrl: string | null }
  | { readonly type: 'register'; readonly name: string; readonly password: Password; readonly relayUrl: string }
  | { readonly type: 'load-contacts' }
  | {
      readonly type: 'load-history';
      readonly name: string;
      readonly purpose: HistoryPurpose;
      readonly limit: number;
      readonly before: string | null;
    }
  | { readonly type: 'send'; readonly name: string; readonly text: string; readonly localId: string }
  | { readonly type: 'mark-read'; readonly name: string }
  | { readonly type: 'contact'; readonly action: ContactAction; readonly name: string }
  | { readonly type: 'search'; readonly words: string }
  | { readonly type: 'verify'; readonly name: string }
  | { readonly type: 'confirm-number'; readonly name: string; readonly number: string }
  | { readonly type: 'trust'; readonly name: string; readonly number: string }
  | { readonly type: 'close-client' }
  | { readonly type: 'notify'; readonly name: string }
  | { readonly type: 'redraw' }
  | { readonly type: 'suspend' };
