/**
 * One row of the keymap table: the table drives dispatch, the footer, the help overlay and docs/keys.md. `keys` are
 * names as the decoder gives them; `group` and `help` are for readers.
 */
export interface KeyBinding<Id extends string = string, Context extends string = string> {
  readonly id: Id;
  readonly keys: readonly string[];
  readonly contexts: readonly Context[];
  readonly group: string;
  readonly help: string;
}

/** One key that two rows claim in the same context. */
export interface KeyConflict {
  readonly key: string;
  readonly context: string;
  readonly ids: readonly string[];
}

const MODIFIER_NAMES: Readonly<Record<string, string>> = { C: 'Ctrl', M: 'Alt', S: 'Shift' };
const KEY_NAMES: Readonly<Record<string, string>> = {
  enter: 'Enter',
  tab: 'Tab',
  escape: 'Esc',
  space: 'Space',
  backspace: 'Backspace',
  delete: 'Delete',
  insert: 'Insert',
  home: 'Home',
  end: 'End',
  begin: 'Begin',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
};

/** The command of a key: contexts are asked in their order, the innermost first; null where none claims it. */
export function matchKey<Id extends string, Context extends string>(
  table: readonly KeyBinding<Id, Context>[],
  contexts: readonly Context[],
  key: string,
): Id | null {
  for (const context of contexts) {
    const binding = table.find((row) => row.contexts.includes(context) && row.keys.includes(key));
    if (binding !== undefined) return binding.id;
  }
  return null;
}

/** Every key that means two commands in one context; a table in order has none. */
export function keyConflicts(table: readonly KeyBinding[]): readonly KeyConflict[] {
  const claims = new Map<string, { key: string; context: string; ids: string[] }>();
  for (const { id, keys, contexts } of table) {
    for (const context of contexts) {
      for (const key of keys) {
        const claim = claims.get(`${context} ${key}`) ?? { key, context, ids: [] };
        claim.ids.push(id);
        claims.set(`${context} ${key}`, claim);
      }
    }
  }
  return [...claims.values()].filter((claim) => claim.ids.length > 1);
}

/** Modifiers and the bare name: `C-M-a` is `['C', 'M']` and `a`; `M--` is `['M']` and `-`. */
function splitKey(key: string): { readonly modifiers: readonly string[]; readonly name: string } {
  const prefix = /^(?:[CMS]-(?=.))*/u.exec(key)?.[0] ?? '';
  return { modifiers: prefix.split('-').filter((part) => part !== ''), name: key.slice(prefix.length) };
}

/** A key for people: `M-enter` is `Alt-Enter`, `C-a` is `Ctrl-A`, `pageup` is `PgUp`, `C-left` is `Ctrl-←`. */
export function describeKey(key: string): string {
  const { modifiers, name } = splitKey(key);
  const isFunctionKey = /^f\d{1,2}$/.test(name);
  const isLetter = /^\p{L}$/u.test(name);
  const shiftByCase = isLetter && name !== name.toLowerCase() && modifiers.length > 0;
  const shown = KEY_NAMES[name] ?? (isFunctionKey || (isLetter && modifiers.length > 0) ? name.toUpperCase() : name);
  const words = modifiers.map((modifier) => MODIFIER_NAMES[modifier] ?? modifier);
  return [...words, ...(shiftByCase ? ['Shift'] : []), shown].join('-');
}

/** The first key of a command, for people; null where it has none. */
export function keyFor<Id extends string>(table: readonly KeyBinding<Id>[], id: Id): string | null {
  const key = table.find((row) => row.id === id)?.keys[0];
  return key === undefined ? null : describeKey(key);
}
