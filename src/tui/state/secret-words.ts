/** How texts begin or look that nobody sends on purpose: sure signs alone, so that the question stays worth reading. */
const SIGNS: readonly (readonly [sign: RegExp, what: string])[] = [
  [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/, 'a private key'],
  [/\bAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{16}/i, 'an age secret key'],
  [/^PuTTY-User-Key-File-\d/m, 'a private key'],
];

/** What secret of the user's own a text seems to hold; null where it seems to hold none. */
export function secretIn(text: string): string | null {
  return SIGNS.find(([sign]) => sign.test(text))?.[1] ?? null;
}
