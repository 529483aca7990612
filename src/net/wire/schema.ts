import { copyBytes } from './frame-header.ts';

/** Checks one CBOR value; `undefined`, which no schema allows, says that it was refused. */
export type Schema<T> = (value: unknown) => T | undefined;

type Fields = Readonly<Record<string, Schema<unknown>>>;
type Required<R extends Fields> = { readonly [K in keyof R]: R[K] extends Schema<infer T> ? T : never };
type Optional<O extends Fields> = { readonly [K in keyof O]?: O[K] extends Schema<infer T> ? T : never };

/** Exactly `length` bytes, copied, with `typeByte` in front where one is asked for. */
export function bytesOf(length: number, typeByte?: number): Schema<Uint8Array> {
  return (value) =>
    value instanceof Uint8Array && value.length === length && (typeByte === undefined || value[0] === typeByte)
      ? copyBytes(value)
      : undefined;
}

/** A whole number from `least` to `max`. */
export function uint(max: number, least = 0): Schema<number> {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= max ? value : undefined;
}

export const boolean: Schema<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);

/** Text that matches a pattern, which bounds its length too. */
export function text(pattern: RegExp): Schema<string> {
  return (value) => (typeof value === 'string' && pattern.test(value) ? value : undefined);
}

/** One of some words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Schema<Word> {
  return (value) => words.find((word) => word === value);
}

/** At most `max` items of one schema. */
export function listOf<T>(item: Schema<T>, max: number): Schema<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length > max) return undefined;
    const items: T[] = [];
    for (const each of value) {
      const checked = item(each);
      if (checked === undefined) return undefined;
      items.push(checked);
    }
    return items;
  };
}

/** A map with every required key, any of the optional ones, and no other. */
export function mapOf<R extends Fields, O extends Fields = Record<never, never>>(
  required: R,
  optional?: O,
): Schema<Required<R> & Optional<O>> {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
      return undefined;
    }
    const given = new Map<string, unknown>(Object.entries(value));
    const checked: Record<string, unknown> = {};
    for (const [fields, needed] of [[required, true] as const, [optional ?? {}, false] as const]) {
      for (const [key, schema] of Object.entries(fields)) {
        if (!given.has(key)) {
          if (needed) return undefined;
          continue;
        }
        const field = schema(given.get(key));
        if (field === undefined) return undefined;
        checked[key] = field;
        given.delete(key);
      }
    }
    return given.size === 0 ? (checked as Required<R> & Optional<O>) : undefined;
  };
}
