/** A key by name (`a`, `enter`, `C-a`, `M-enter`, `S-tab`); `text` is what it types, where it types something. */
export interface KeyEvent {
  readonly type: 'key';
  readonly key: string;
  readonly text?: string;
}

/** A bracketed paste, whole, with `\n` for line breaks. `truncated` where it was longer than PASTE_MAX_LENGTH. */
export interface PasteEvent {
  readonly type: 'paste';
  readonly text: string;
  readonly truncated: boolean;
}

export interface MouseEvent {
  readonly type: 'mouse';
  readonly action: 'press' | 'release' | 'move' | 'wheel-up' | 'wheel-down';
  readonly button: 'left' | 'middle' | 'right' | 'none';
  readonly row: number;
  readonly col: number;
  /** `C-`, `M-`, `S-` in this order, as in key names; empty without modifiers. */
  readonly modifiers: string;
}

export interface FocusEvent {
  readonly type: 'focus';
  readonly focused: boolean;
}

/** What the terminal answered to a query. */
export type ReplyEvent =
  | { readonly type: 'reply'; readonly kind: 'cursor'; readonly row: number; readonly col: number }
  | { readonly type: 'reply'; readonly kind: 'keyboard'; readonly flags: number }
  | { readonly type: 'reply'; readonly kind: 'attributes'; readonly parameters: string }
  | { readonly type: 'reply'; readonly kind: 'osc'; readonly code: number; readonly text: string }
  | { readonly type: 'reply'; readonly kind: 'other'; readonly text: string };

export type InputEvent = KeyEvent | PasteEvent | MouseEvent | FocusEvent | ReplyEvent;
