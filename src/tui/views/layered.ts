import { mixStyles, type Role, type Style, type Theme } from '../term/theme.ts';

const known = new WeakMap<Theme, Map<Role, Theme>>();

/** The theme over another background: every role as it looks on a dialog, or on the status line. */
export function layered(theme: Theme, under: Role): Theme {
  const ofTheme = known.get(theme) ?? new Map<Role, Theme>();
  known.set(theme, ofTheme);
  const made = ofTheme.get(under) ?? layer(theme, theme[under]);
  ofTheme.set(under, made);
  return made;
}

/** The fields are written out so that each keeps its type; a role that is missing here does not compile. */
function layer(theme: Theme, under: Style): Theme {
  const over = (style: Style): Style => mixStyles(under, style);
  return {
    text: over(theme.text),
    muted: over(theme.muted),
    accent: over(theme.accent),
    border: over(theme.border),
    borderFocused: over(theme.borderFocused),
    title: over(theme.title),
    placeholder: over(theme.placeholder),
    own: over(theme.own),
    peer: over(theme.peer),
    system: over(theme.system),
    time: over(theme.time),
    rule: over(theme.rule),
    newRule: over(theme.newRule),
    quote: over(theme.quote),
    reaction: over(theme.reaction),
    link: over(theme.link),
    selected: over(theme.selected),
    current: over(theme.current),
    unread: over(theme.unread),
    request: over(theme.request),
    searchHit: over(theme.searchHit),
    queued: over(theme.queued),
    sent: over(theme.sent),
    delivered: over(theme.delivered),
    read: over(theme.read),
    failed: over(theme.failed),
    verified: over(theme.verified),
    unverified: over(theme.unverified),
    online: over(theme.online),
    offline: over(theme.offline),
    connecting: over(theme.connecting),
    error: over(theme.error),
    warning: over(theme.warning),
    success: over(theme.success),
    statusBar: over(theme.statusBar),
    statusKey: over(theme.statusKey),
    dialog: over(theme.dialog),
    dialogTitle: over(theme.dialogTitle),
    dialogKey: over(theme.dialogKey),
    button: over(theme.button),
    buttonFocused: over(theme.buttonFocused),
    progress: over(theme.progress),
    mark: over(theme.mark),
  };
}
