/** What a click can mean: painters say which part of the screen is which. */
export type Target =
  | { readonly kind: 'account'; readonly index: number }
  | { readonly kind: 'contact'; readonly name: string }
  | { readonly kind: 'message'; readonly id: string }
  | { readonly kind: 'composer' }
  /** A dialog's own ground: nothing below it can be meant. */
  | { readonly kind: 'dialog' }
  | { readonly kind: 'line'; readonly index: number }
  | { readonly kind: 'button'; readonly index: number };
