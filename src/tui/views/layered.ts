import { mixStyles, type Role, type Style, type Theme } from '../term/theme.ts';

const known = new WeakMap<Theme, Map<Role, Theme>>();

/** The theme over another background: every role as it looks on a dialog, or on the status line. */
export function layered(theme: Theme, under: Role): Theme {
  const ofTheme = known.get(theme) ?? new Map<Role, Theme>();
  known.set(theme, ofTheme);
  const made = ofTheme.get(under) ?? mapTheme(theme, (style) => mixStyles(theme[under], style));
  ofTheme.set(under, made);
  return made;
}

/** A theme with each style changed. The roles are written out so that one that is missing does not compile. */
export function mapTheme(theme: Theme, change: (style: Style, role: Role) => Style): Theme {
  const to = (role: Role): Style => change(theme[role], role);
  return {
    text: to('text'),
    muted: to('muted'),
    accent: to('accent'),
    border: to('border'),
    borderFocused: to('borderFocused'),
    title: to('title'),
    placeholder: to('placeholder'),
    own: to('own'),
    peer: to('peer'),
    system: to('system'),
    time: to('time'),
    rule: to('rule'),
    newRule: to('newRule'),
    quote: to('quote'),
    reaction: to('reaction'),
    link: to('link'),
    selected: to('selected'),
    current: to('current'),
    unread: to('unread'),
    request: to('request'),
    searchHit: to('searchHit'),
    queued: to('queued'),
    sent: to('sent'),
    delivered: to('delivered'),
    read: to('read'),
    failed: to('failed'),
    verified: to('verified'),
    unverified: to('unverified'),
    online: to('online'),
    offline: to('offline'),
    connecting: to('connecting'),
    error: to('error'),
    warning: to('warning'),
    success: to('success'),
    statusBar: to('statusBar'),
    statusKey: to('statusKey'),
    dialog: to('dialog'),
    dialogTitle: to('dialogTitle'),
    dialogKey: to('dialogKey'),
    button: to('button'),
    buttonFocused: to('buttonFocused'),
    progress: to('progress'),
    mark: to('mark'),
  };
}
