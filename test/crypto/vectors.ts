import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The text of a compressed file in test/vectors. */
export function vectorText(name: string): string {
  return gunzipSync(readFileSync(new URL(`../vectors/${name}.gz`, import.meta.url))).toString('utf8');
}

/** One Wycheproof case: its group's fields and its own, all of them as text. */
export type Case = Readonly<Record<string, string>>;

/** A Wycheproof file's cases. Every field that is a string or a number is kept, flags are joined with spaces. */
export function wycheproof(name: string): readonly Case[] {
  const file: { testGroups: readonly { tests: readonly object[] }[] } = JSON.parse(
    vectorText(`wycheproof-${name}.json`),
  );
  return file.testGroups.flatMap(({ tests, ...group }) => tests.map((test) => ({ ...flat(group), ...flat(test) })));
}

/** Bytes of a hexadecimal string that must be there. */
export function hex(text: string | undefined): Uint8Array {
  if (text === undefined) throw new Error('a vector lacks a field');
  return new Uint8Array(Buffer.from(text, 'hex'));
}

function flat(fields: object): Case {
  const entries: [string, string][] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (typeof value === 'string' || typeof value === 'number') entries.push([key, String(value)]);
    else if (Array.isArray(value)) entries.push([key, value.join(' ')]);
    else if (typeof value === 'object' && value !== null) entries.push(...Object.entries(flat(value)));
  }
  return Object.fromEntries(entries);
}
