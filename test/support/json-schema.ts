import { readFileSync } from 'node:fs';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** What was found wrong, and which of an object's fields were described. */
interface Found {
  readonly problems: string[];
  readonly described: Set<string>;
}

export const SCHEMA: { readonly $defs: Readonly<Record<string, Schema>> } = JSON.parse(
  readFileSync(new URL('../../docs/smchat.schema.json', import.meta.url), 'utf8'),
);

/** The keywords that this checker knows: a schema with another one would be held to less than it says. */
const KEYWORDS = new Set(
  '$ref type const enum pattern minimum properties required items allOf anyOf oneOf description'.split(' '),
);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeOf(value) === 'object';
}

function definition(ref: string): Schema {
  const found = SCHEMA.$defs[ref.replace('#/$defs/', '')];
  if (found === undefined) throw new Error(`the schema has no ${ref}`);
  return found;
}

function plainProblems(schema: Schema, value: unknown, at: string): string[] {
  const problems: string[] = [];
  const { type, minimum, pattern } = schema;
  const types = type === undefined ? [] : [type].flat();
  if (types.length > 0 && !types.includes(typeOf(value))) problems.push(`${at} is no ${types.join(' or ')}`);
  if ('const' in schema && value !== schema.const) problems.push(`${at} is not ${JSON.stringify(schema.const)}`);
  if (schema.enum !== undefined && !schema.enum.includes(value)) problems.push(`${at} is none of ${schema.enum}`);
  if (pattern !== undefined && typeof value === 'string' && !new RegExp(pattern, 'u').test(value)) {
    problems.push(`${at} does not match ${pattern}`);
  }
  if (minimum !== undefined && typeof value === 'number' && value < minimum) problems.push(`${at} is below ${minimum}`);
  return problems;
}

function look(schema: Schema, value: unknown, at: string): Found {
  for (const keyword of Object.keys(schema)) {
    if (!KEYWORDS.has(keyword)) throw new Error(`this checker knows no ${keyword}`);
  }
  const problems = plainProblems(schema, value, at);
  const described = new Set<string>();
  const take = (found: Found): void => {
    problems.push(...found.problems);
    for (const name of found.described) described.add(name);
  };
  if (schema.$ref !== undefined) take(look(definition(schema.$ref), value, at));
  for (const each of schema.allOf ?? []) take(look(each, value, at));
  for (const choices of [schema.anyOf, schema.oneOf]) {
    if (choices === undefined) continue;
    const tried = choices.map((each) => look(each, value, at)).sort((a, b) => a.problems.length - b.problems.length);
    const fitting = tried.filter((each) => each.problems.length === 0);
    if (choices === schema.oneOf && fitting.length > 1) problems.push(`${at} fits ${fitting.length} of oneOf`);
    const [best] = tried;
    if (best !== undefined) take(best);
  }
  if (schema.items !== undefined && Array.isArray(value)) {
    for (const [index, each] of value.entries()) problems.push(...closed(schema.items, each, `${at}[${index}]`));
  }
  if (isObject(value)) {
    for (const name of schema.required ?? [])
      if (!Object.hasOwn(value, name)) problems.push(`${at}.${name} is missing`);
    for (const [name, each] of Object.entries(schema.properties ?? {})) {
      described.add(name);
      if (Object.hasOwn(value, name)) problems.push(...closed(each, value[name], `${at}.${name}`));
    }
  }
  return { problems, described };
}

/** A value and the schema it is held to, whole: what an object has and no part of the schema describes is a problem. */
function closed(schema: Schema, value: unknown, at: string): string[] {
  const { problems, described } = look(schema, value, at);
  if (!isObject(value) || Object.keys(schema).length === 0) return problems;
  return [...problems, ...Object.keys(value).flatMap((name) => (described.has(name) ? [] : [`${at}.${name} is new`]))];
}

/**
 * What keeps a value from being what docs/smchat.schema.json says of `name`; empty where it is. The schema lets others
 * add fields, this does not: what the programs print is described, all of it.
 */
export function schemaProblems(name: string, value: unknown): string[] {
  return closed({ $ref: `#/$defs/${name}` }, value, name);
}

/** Throws where a value is not what the schema says of `name`. */
export function holdToSchema(name: string, value: unknown): void {
  const problems = schemaProblems(name, value);
  if (problems.length > 0) throw new Error(`${problems.join('; ')}: ${JSON.stringify(value)}`);
}
