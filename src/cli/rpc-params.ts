import { InvalidParams, type RpcParams } from './rpc-protocol.ts';

/** What a parameter may be, or its words. `?` and `optional` mark those that may be left out. */
export type ParamKind = 'text' | 'text?' | 'count?' | 'whole' | 'whole?' | 'seconds?' | 'flag?';
type Words = { readonly words: readonly string[]; readonly optional?: true };
export type ParamSchema = Readonly<Record<string, ParamKind | Words>>;

type ParamValue<Kind> = Kind extends { readonly words: readonly (infer Word)[] }
  ? Kind extends { readonly optional: true }
    ? Word | undefined
    : Word
  : Kind extends 'text'
    ? string
    : Kind extends 'text?'
      ? string | undefined
      : Kind extends 'flag?'
        ? boolean | undefined
        : Kind extends 'whole'
          ? number
          : number | undefined;

export type ParamsOf<Schema extends ParamSchema> = { readonly [Name in keyof Schema]: ParamValue<Schema[Name]> };

/** The longest time anything may be told to wait: timers beyond 2³¹ ms fire at once. */
export const SECONDS_MAX = 2_000_000;

function problem(kind: ParamKind | Words, value: unknown): string | null {
  if (typeof kind !== 'string') {
    if (value === undefined && kind.optional === true) return null;
    return typeof value === 'string' && kind.words.includes(value) ? null : `is one of ${kind.words.join(', ')}`;
  }
  if (value === undefined) return kind.endsWith('?') ? null : 'is missing';
  switch (kind) {
    case 'text':
    case 'text?':
      return typeof value === 'string' ? null : 'is a string';
    case 'flag?':
      return typeof value === 'boolean' ? null : 'is true or false';
    case 'count?':
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? null : 'is a whole number from 1';
    case 'whole':
    case 'whole?':
      return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? null : 'is a whole number from 0';
    case 'seconds?':
      return typeof value === 'number' && value > 0 && value <= SECONDS_MAX ? null : 'is a number of seconds';
    default:
      return kind satisfies never;
  }
}

/** Checks each parameter by its kind and refuses those that the schema does not have. */
export function decodeParams<const Schema extends ParamSchema>(schema: Schema, params: RpcParams): ParamsOf<Schema> {
  for (const name of Object.keys(params)) {
    if (!Object.hasOwn(schema, name)) throw new InvalidParams(`there is no parameter ${JSON.stringify(name)} here`);
  }
  for (const [name, kind] of Object.entries(schema)) {
    const found = problem(kind, Object.hasOwn(params, name) ? params[name] : undefined);
    if (found !== null) throw new InvalidParams(`the parameter ${name} ${found}`);
  }
  return params as ParamsOf<Schema>;
}
