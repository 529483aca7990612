import type { Message, Verification } from '../../session/client.ts';
import type { TextBuffer } from '../edit/text-buffer.ts';
import type { FolderEntry, LocalFile } from '../files/local-files.ts';
import type { SlashCommand } from '../input/slash-commands.ts';
import type { PictureDialog } from './picture-view.ts';

/** What is asked before it is done. */
export type Question =
  | { readonly kind: 'quit'; readonly unsent: readonly string[] }
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'block'; readonly name: string }
  /** A message's first words, or its file's name. */
  | {
      readonly kind: 'delete';
      readonly id: string;
      readonly chat: string;
      readonly forAll: boolean;
      readonly what: string;
    }
  | { readonly kind: 'save'; readonly id: string; readonly chat: string; readonly file: string; readonly bytes: number }
  | {
      readonly kind: 'open-file';
      readonly id: string;
      readonly chat: string;
      readonly file: string;
      readonly bytes: number;
    }
  | { readonly kind: 'delete-history'; readonly name: string }
  /** A text that seems to hold a secret of its sender's own, such as “a private key”. */
  | {
      readonly kind: 'send-secret';
      readonly chat: string;
      readonly text: string;
      readonly secret: string;
      /** Whether it is another text for a message that was sent. */
      readonly isEdit: boolean;
    };

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

/** The own account's link; null until it is there. */
export interface LinkDialog {
  readonly kind: 'link';
  readonly link: string | null;
}

export interface SwitcherDialog {
  readonly kind: 'switcher';
  readonly input: TextBuffer;
  readonly selected: number;
}

export interface MenuDialog {
  readonly kind: 'menu';
  /** Of everything, or of what can be done with the selected message. */
  readonly of: 'all' | 'message';
  readonly input: TextBuffer;
  readonly selected: number;
}

/** What a command out of the menu still needs. */
export interface AskDialog {
  readonly kind: 'ask';
  readonly command: SlashCommand;
  readonly input: TextBuffer;
  readonly selected: number;
}

/** The links of a message, one to be opened. */
export interface LinksDialog {
  readonly kind: 'links';
  readonly links: readonly string[];
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

/** Words to be found in the open chat. */
export interface FindDialog {
  readonly kind: 'find';
  readonly input: TextBuffer;
  readonly isBusy: boolean;
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

/** What is wanted of a file: to go as a picture, as it is, or as what its name says. */
export type Wanted = 'image' | 'file' | 'any';

/** The user's folders, to choose what is sent from. */
export interface FilesDialog {
  readonly kind: 'files';
  /** The chat that it will be sent to. */
  readonly chat: string;
  readonly wanted: Wanted;
  /** Absolute; as it was asked for until the answer says where that is. */
  readonly folder: string;
  /** Null while they are being read. */
  readonly entries: readonly FolderEntry[] | null;
  /** Whether the folder holds more than can be listed. */
  readonly isCut: boolean;
  readonly showsHidden: boolean;
  readonly input: TextBuffer;
  readonly selected: number;
  /** The folder that was left, to stand on it again above. */
  readonly cameFrom: string | null;
  readonly error: string | null;
}

/** A pasted path at which a file lies: is it meant, or the words? */
export interface OfferDialog {
  readonly kind: 'offer';
  readonly chat: string;
  readonly file: LocalFile;
  readonly selected: number;
}

/** What asks for passwords again, with the account open. */
export type SecretPurpose = 'delete-account' | 'change-password';

export interface SecretDialog {
  readonly kind: 'secret';
  readonly purpose: SecretPurpose;
  /** Deleting: the password. Changing: the old one, the new one, the new one again. */
  readonly inputs: readonly TextBuffer[];
  readonly field: number;
  readonly isBusy: boolean;
  readonly error: string | null;
}

/** An emoji for a message. */
export interface ReactDialog {
  readonly kind: 'react';
  readonly id: string;
  readonly chat: string;
  /** What this account thought of it until now; empty: nothing. */
  readonly own: string;
  readonly input: TextBuffer;
  readonly selected: number;
}

/** What was sent from here, to be sent again. */
export interface RecallDialog {
  readonly kind: 'recall';
  readonly input: TextBuffer;
  readonly selected: number;
}

/** All that is known about one message. */
export interface InfoDialog {
  readonly kind: 'info';
  readonly id: string;
  readonly chat: string;
}

/** What in config.toml or a theme could not be understood. */
export interface ProblemsDialog {
  readonly kind: 'problems';
  readonly sentences: readonly string[];
}

/** The topmost of a stack owns the keys. */
export type Dialog =
  | HelpDialog
  | AddDialog
  | LinkDialog
  | SwitcherDialog
  | MenuDialog
  | AskDialog
  | LinksDialog
  | SearchDialog
  | FindDialog
  | SafetyDialog
  | RequestDialog
  | ConfirmDialog
  | PasteDialog
  | FilesDialog
  | OfferDialog
  | PictureDialog
  | ReactDialog
  | InfoDialog
  | RecallDialog
  | ProblemsDialog
  | SecretDialog;
