/** What the interface asks of a terminal beyond drawing. */
export interface TerminalModes {
  readonly mouse: boolean;
  /** Kitty's keyboard protocol; only for terminals that answered KEYBOARD_QUERY. */
  readonly kittyKeyboard: boolean;
  readonly cursorShape?: 'block' | 'underline' | 'bar';
}

const CURSOR_SHAPES = { block: 2, underline: 4, bar: 6 } as const;
const PUSH_TITLE = '\x1b[22;2t';
const POP_TITLE = '\x1b[23;2t';
const ALTERNATE_SCREEN = '?1049';
const CURSOR = '?25';
/** Off, so that a glyph drawn wider than we believe cannot scroll the screen from the last column. */
const AUTOWRAP = '?7';
const BRACKETED_PASTE = '?2004';
const FOCUS_EVENTS = '?1004';
const MOUSE_MODES = ['?1002', '?1006'] as const;
/** All that a program before us may have left on. */
const ALL_MOUSE_MODES = ['?1000', '?1002', '?1003', '?1006'] as const;
const SYNCHRONIZED_UPDATE = '?2026';
/** Flags 1 and 4: keys told apart, and the key's letter on a Latin layout. */
const PUSH_KITTY = '\x1b[>5u';
const POP_KITTY = '\x1b[<u';
/** Level 1 leaves alone what has a meaning of old. Then a reset, for terminals that take it for colours. */
const MODIFY_OTHER_KEYS = '\x1b[>4;1m\x1b[m';
const MODIFY_OTHER_KEYS_OFF = '\x1b[>4m\x1b[m';

/** Asks whether the terminal knows kitty's keyboard protocol. */
export const KEYBOARD_QUERY = '\x1b[?u';

const on = (mode: string): string => `\x1b[${mode}h`;
const off = (mode: string): string => `\x1b[${mode}l`;

/** What turns the interface's modes on, the alternate screen first. */
export function enterModes(modes: TerminalModes): string {
  return [
    PUSH_TITLE,
    on(ALTERNATE_SCREEN),
    '\x1b[m\x1b[2J\x1b[H',
    off(CURSOR),
    off(AUTOWRAP),
    on(BRACKETED_PASTE),
    on(FOCUS_EVENTS),
    MODIFY_OTHER_KEYS,
    modes.kittyKeyboard ? PUSH_KITTY : KEYBOARD_QUERY,
    modes.mouse ? MOUSE_MODES.map(on).join('') : '',
    modes.cursorShape === undefined ? '' : `\x1b[${CURSOR_SHAPES[modes.cursorShape]} q`,
  ].join('');
}

/** What turns them off again and gives the terminal back as it was. */
export function leaveModes(modes: TerminalModes): string {
  return [
    off(SYNCHRONIZED_UPDATE),
    modes.kittyKeyboard ? POP_KITTY : '',
    MODIFY_OTHER_KEYS_OFF,
    ALL_MOUSE_MODES.map(off).join(''),
    off(FOCUS_EVENTS),
    off(BRACKETED_PASTE),
    on(AUTOWRAP),
    modes.cursorShape === undefined ? '' : '\x1b[0 q',
    '\x1b[m',
    on(CURSOR),
    off(ALTERNATE_SCREEN),
    POP_TITLE,
  ].join('');
}

/** Turns kitty's keyboard protocol on, once the terminal has answered. */
export function enterKittyKeyboard(): string {
  return PUSH_KITTY;
}

/** Turns mouse reports on, or lets the mouse go. */
export function mouseModes(enabled: boolean): string {
  return enabled ? MOUSE_MODES.map(on).join('') : ALL_MOUSE_MODES.map(off).join('');
}
