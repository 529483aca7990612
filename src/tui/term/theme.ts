/** A colour as `#rrggbb`. */
export type Color = `#${string}`;

/** How a piece of text looks. `mono` says what stands in for the colours where there are none. */
export interface Style {
  readonly fg?: Color;
  readonly bg?: Color;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
  readonly mono?: 'bold' | 'dim' | 'underline' | 'inverse';
}

const ROLES = [
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
export type ThemeName = 'dark' | 'light';

interface Palette {
  readonly text: Color;
  readonly muted: Color;
  readonly faint: Color;
  readonly accent: Color;
  readonly own: Color;
  readonly peer: Color;
  readonly good: Color;
  readonly warn: Color;
  readonly bad: Color;
  readonly read: Color;
  readonly raised: Color;
  readonly selected: Color;
  readonly onAccent: Color;
}

const DARK: Palette = {
  text: '#d8dee9',
  muted: '#8a93a5',
  faint: '#4c566a',
  accent: '#88c0d0',
  own: '#a3be8c',
  peer: '#81a1c1',
  good: '#a3be8c',
  warn: '#ebcb8b',
  bad: '#e0777d',
  read: '#5ec4ff',
  raised: '#2e3440',
  selected: '#3b4a63',
  onAccent: '#1b1d23',
};

const LIGHT: Palette = {
  text: '#24292f',
  muted: '#5c6673',
  faint: '#a8b1bd',
  accent: '#0b6e99',
  own: '#2f7d32',
  peer: '#1f5fa8',
  good: '#2f7d32',
  warn: '#8a5a00',
  bad: '#b3261e',
  read: '#0069c2',
  raised: '#eceff4',
  selected: '#cfdcf0',
  onAccent: '#ffffff',
};

function themeOf(color: Palette): Theme {
  return {
    text: {},
    muted: { fg: color.muted, mono: 'dim' },
    accent: { fg: color.accent, mono: 'bold' },
    border: { fg: color.faint },
    borderFocused: { fg: color.accent },
    title: { fg: color.text, bold: true },
    placeholder: { fg: color.muted, italic: true, mono: 'dim' },
    own: { fg: color.own, bold: true },
    peer: { fg: color.peer, bold: true },
    system: { fg: color.muted, italic: true },
    time: { fg: color.muted, mono: 'dim' },
    rule: { fg: color.faint, mono: 'dim' },
    newRule: { fg: color.bad, bold: true },
    quote: { fg: color.muted, mono: 'dim' },
    reaction: { fg: color.warn },
    link: { fg: color.accent, underline: true },
    selected: { bg: color.selected, mono: 'inverse' },
    current: { fg: color.text, bg: color.selected, bold: true, mono: 'inverse' },
    unread: { fg: color.onAccent, bg: color.accent, bold: true, mono: 'inverse' },
    request: { fg: color.warn, bold: true },
    searchHit: { fg: color.onAccent, bg: color.warn, mono: 'inverse' },
    queued: { fg: color.muted, mono: 'dim' },
    sent: { fg: color.muted },
    delivered: { fg: color.text },
    read: { fg: color.read, mono: 'bold' },
    failed: { fg: color.bad, bold: true },
    verified: { fg: color.good },
    unverified: { fg: color.warn },
    online: { fg: color.good },
    offline: { fg: color.bad, bold: true },
    connecting: { fg: color.warn },
    error: { fg: color.bad, bold: true },
    warning: { fg: color.warn },
    success: { fg: color.good },
    statusBar: { fg: color.text, bg: color.raised },
    statusKey: { fg: color.accent, bg: color.raised, bold: true },
    dialog: { fg: color.text, bg: color.raised },
    dialogTitle: { fg: color.accent, bg: color.raised, bold: true },
    dialogKey: { fg: color.muted, bg: color.raised, mono: 'dim' },
    button: { fg: color.text, bg: color.raised },
    buttonFocused: { fg: color.onAccent, bg: color.accent, bold: true, mono: 'inverse' },
    progress: { fg: color.accent },
    mark: { fg: color.warn, mono: 'dim' },
  };
}

export const THEMES: Readonly<Record<ThemeName, Theme>> = { dark: themeOf(DARK), light: themeOf(LIGHT) };

/** One style laid over another: what `over` names wins. */
export function mixStyles(under: Style, over: Style): Style {
  return { ...under, ...over };
}
