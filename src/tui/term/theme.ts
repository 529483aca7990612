/** A colour as `#rrggbb`. */
export type Color = `#${string}`;
/** One of the terminal's own sixteen, by its number: what it looks like is the terminal's affair. */
export type OwnColor = `own ${number}`;

/** How a piece of text looks. `mono` says what stands in for the colours where there are none. */
export interface Style {
  readonly fg?: Color | OwnColor;
  readonly bg?: Color | OwnColor;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
  /** Where a click leads (OSC 8), on terminals that can. */
  readonly link?: string;
  readonly mono?: 'bold' | 'dim' | 'underline' | 'inverse';
}

export const ROLES = [
  'text',
  'muted',
  'accent',
  'border',
  'borderFocused',
  'title',
  'placeholder',
  'own',
  'peer',
  'system',
  'time',
  'rule',
  'newRule',
  'quote',
  'reaction',
  'link',
  'selected',
  'current',
  'unread',
  'request',
  'searchHit',
  'queued',
  'sent',
  'delivered',
  'read',
  'failed',
  'verified',
  'unverified',
  'online',
  'offline',
  'connecting',
  'error',
  'warning',
  'success',
  'statusBar',
  'statusKey',
  'dialog',
  'dialogTitle',
  'dialogKey',
  'button',
  'buttonFocused',
  'progress',
  'mark',
] as const;

/** What a piece of text is; a theme says how that looks. */
export type Role = (typeof ROLES)[number];
export type Theme = Readonly<Record<Role, Style>>;
/** What the terminal's background asks for. */
export type Background = 'dark' | 'light';

/** A theme role by role. They are written out so that one that is missing does not compile. */
export function themeOf(of: (role: Role) => Style): Theme {
  return {
    text: of('text'),
    muted: of('muted'),
    accent: of('accent'),
    border: of('border'),
    borderFocused: of('borderFocused'),
    title: of('title'),
    placeholder: of('placeholder'),
    own: of('own'),
    peer: of('peer'),
    system: of('system'),
    time: of('time'),
    rule: of('rule'),
    newRule: of('newRule'),
    quote: of('quote'),
    reaction: of('reaction'),
    link: of('link'),
    selected: of('selected'),
    current: of('current'),
    unread: of('unread'),
    request: of('request'),
    searchHit: of('searchHit'),
    queued: of('queued'),
    sent: of('sent'),
    delivered: of('delivered'),
    read: of('read'),
    failed: of('failed'),
    verified: of('verified'),
    unverified: of('unverified'),
    online: of('online'),
    offline: of('offline'),
    connecting: of('connecting'),
    error: of('error'),
    warning: of('warning'),
    success: of('success'),
    statusBar: of('statusBar'),
    statusKey: of('statusKey'),
    dialog: of('dialog'),
    dialogTitle: of('dialogTitle'),
    dialogKey: of('dialogKey'),
    button: of('button'),
    buttonFocused: of('buttonFocused'),
    progress: of('progress'),
    mark: of('mark'),
  };
}

/** What is left where no theme can be read: everything in the terminal's own colour. */
export const PLAIN_THEME: Theme = themeOf(() => ({}));

/** One style laid over another: what `over` names wins. */
export function mixStyles(under: Style, over: Style): Style {
  return { ...under, ...over };
}
