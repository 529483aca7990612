import type { Finding } from '../finding.ts';

/** What doctor looks at below and beside the accounts; the entry file gives the layers. */
export interface Checkup {
  /** Files and disk; null: no account is there yet. */
  home(account: string | null): Promise<readonly Finding[]>;
  relay(url: string): Promise<readonly Finding[]>;
  /** Whether one's own pictures can be made ready here. */
  pictures(): Promise<Finding>;
  /** What to ask a terminal, and what ends its answers. */
  readonly queries: { readonly text: string; readonly last: RegExp };
  /** `answers` null: there is no terminal. */
  terminal(answers: string | null): readonly Finding[];
}
