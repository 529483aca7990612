import type { Message, Verification } from '../../session/client.ts';
import type { TextBuffer } from '../edit/text-buffer.ts';

/** What is asked before it is done. */
export type Question =
  | { readonly kind: 'quit'; readonly unsent: readonly string[] }
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'block'; readonly name: string };

export interface HelpDialog {
  readonly kind: 'help';
  readonly scroll: number;
}

export interface AddDialog {
  readonly kind: 'add';
  readonly input: TextBuffer;
  readonly isBusy: boolean;
  readonly error: string | null;
}

export interface SwitcherDialog {
  readonly kind: 'switcher';
  readonly input: TextBuffer;
  readonly selected: number;
}

export interface MenuDialog {
  readonly kind: 'menu';
  readonly input: TextBuffer;
  readonly selected: number;
}

export interface SearchDialog {
  readonly kind: 'search';
  readonly input: TextBuffer;
  /** Null until the first answer. */
  readonly results: readonly Message[] | null;
  /** The words that are being searched for; typing goes on meanwhile, the newest words are asked next. */
  readonly asking: string | null;
  readonly answered: string | null;
  readonly selected: number;
  readonly error: string | null;
}

export interface SafetyDialog {
  readonly kind: 'safety';
  readonly name: string;
  readonly verification: Verification | null;
  readonly input: TextBuffer;
  readonly isBusy: boolean;
  readonly error: string | null;
}

export interface RequestDialog {
  readonly kind: 'request';
  readonly name: string;
  readonly selected: number;
}

export interface ConfirmDialog {
  readonly kind: 'confirm';
  readonly question: Question;
  readonly selected: number;
}

/** A paste of many lines, shown before it goes anywhere. */
export interface PasteDialog {
  readonly kind: 'paste';
  readonly text: string;
}

/** The topmost of a stack owns the keys. */
export type Dialog =
  | HelpDialog
  | AddDialog
  | SwitcherDialog
  | MenuDialog
  | SearchDialog
  | SafetyDialog
  | RequestDialog
  | ConfirmDialog
  | PasteDialog;
