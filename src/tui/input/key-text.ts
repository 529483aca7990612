const MODIFIERS: Readonly<Record<string, 'C' | 'M' | 'S'>> = {
  ctrl: 'C',
  control: 'C',
  c: 'C',
  alt: 'M',
  meta: 'M',
  m: 'M',
  shift: 'S',
  s: 'S',
};
const NAMES: Readonly<Record<string, string>> = {
  enter: 'enter',
  return: 'enter',
  tab: 'tab',
  esc: 'escape',
  escape: 'escape',
  space: 'space',
  backspace: 'backspace',
  delete: 'delete',
  del: 'delete',
  insert: 'insert',
  ins: 'insert',
  home: 'home',
  end: 'end',
  begin: 'begin',
  pgup: 'pageup',
  pageup: 'pageup',
  pgdn: 'pagedown',
  pagedown: 'pagedown',
  up: 'up',
  '↑': 'up',
  down: 'down',
  '↓': 'down',
  left: 'left',
  '←': 'left',
  right: 'right',
  '→': 'right',
};
/** Terminals send the very same for these and for the key behind it. */
const SAME: Readonly<Record<string, string>> = { 'C-i': 'tab', 'C-m': 'enter', 'C-[': 'escape' };

/** A key as a person writes it (`Ctrl-X`, `alt-enter`, `F9`, `C-x`) as the decoder names it; null where it is none. */
export function keyOfText(text: string): string | null {
  const parts = /^((?:\p{L}+[-+](?=.))*)(.+)$/su.exec(text.trim());
  if (parts === null) return null;
  const held = new Set<string>();
  for (const part of (parts[1] ?? '').split(/[-+]/).filter((each) => each !== '')) {
    const modifier = MODIFIERS[part.toLowerCase()];
    if (modifier === undefined) return null;
    held.add(modifier);
  }
  const written = parts[2] ?? '';
  const name = NAMES[written.toLowerCase()] ?? (/^f([1-9]|1[0-2])$/i.test(written) ? written.toLowerCase() : null);
  const prefix = (...wanted: readonly string[]): string =>
    wanted.map((each) => (held.has(each) ? `${each}-` : '')).join('');
  if (name !== null) return prefix('C', 'M', 'S') + name;
  if ([...written].length !== 1 || /[\s\p{C}]/u.test(written)) return null;
  const lower = written.toLowerCase();
  if (held.has('C')) {
    const key = prefix('C', 'M', 'S') + lower;
    return SAME[key] ?? key;
  }
  const typed = held.has('S') ? written.toUpperCase() : written;
  return prefix('M') + (held.has('M') && !held.has('S') ? lower : typed);
}
